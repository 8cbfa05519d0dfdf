//! What must hold after everything that happens.

use anteroom_core::{AcceptFailure, End, Failure, PhaseName};

use super::{Life, Style};
use crate::sim::campaign::Witness;
use crate::sim::campaign::events::Happening;
use crate::sim::faults::{Accepted, Call};
use anteroom_conformance::{Entry, Environment as _};

/// What would change the last error by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Quiet {
    phase: PhaseName,
    unlinks: usize,
    refusals: usize,
}

impl Life {
    pub(super) fn quiet(&self) -> Quiet {
        let plan = self.plan.borrow();
        Quiet {
            phase: self.phase(),
            unlinks: plan.struck(Call::Unlink),
            refusals: plan.struck(Call::Refuse),
        }
    }

    /// Checks the last error: only a successful listen and a close clear it.
    pub(super) fn check_error(&self, happening: Happening, before: Option<Failure>, quiet: Quiet) {
        let error = self.server().server().last_error();
        let (was_idle, unlinks) = (quiet.phase == PhaseName::Idle, self.quiet().unlinks);
        match happening {
            Happening::Listen(_) | Happening::Adopt if was_idle => {
                let has_listener = self.phase() == PhaseName::Listening;
                assert_eq!(
                    error.is_none(),
                    has_listener,
                    "an error is there exactly if listening has failed"
                );
            }
            Happening::Close if !was_idle => {
                let failed = unlinks > quiet.unlinks;
                assert_eq!(
                    error.is_some(),
                    failed,
                    "closing clears the error: {error:?}"
                );
            }
            Happening::Drain if self.quiet() != quiet => {}
            Happening::Turn | Happening::Run(_) => {
                let cleared = before.is_some() && error.is_none();
                assert!(!cleared, "serving does not clear the error");
            }
            _ => assert_eq!(error, before, "nothing else changes the error"),
        }
    }

    /// Checks everything that can be seen from outside at any time.
    pub(super) fn check(&mut self) {
        self.take_notice();
        self.check_counts();
        self.check_files();
        self.check_pause();
        if matches!(self.phase(), PhaseName::Idle | PhaseName::Binding) {
            self.pauses.reset();
        }
    }

    /// Takes notice of what the machine, the plan and the embedder tell.
    fn take_notice(&mut self) {
        let now = self.simulation.now();
        let accepts = self.plan.borrow_mut().take_accepts();
        self.check_record(accepts.last());
        for accepted in accepts {
            let no_descriptors = matches!(accepted, Accepted::Failed(failure)
                if failure.failure().code().is_some());
            self.witness_if(Witness::NoDescriptors, no_descriptors);
            match self.pauses.note(accepted, now) {
                Ok(witness) => self.witnesses.extend(witness),
                Err(problem) => panic!("{problem}"),
            }
        }
        self.announced += self.server_mut().take_new_connections();
        let (phase, end) = (self.phase(), self.server().server().end());
        if self.server_mut().take_loss().is_some() {
            let closed = (PhaseName::Idle, Some(End::Lost));
            assert_eq!((phase, end), closed, "who lost the listener is closed");
            self.cut();
            self.witness(Witness::FatalClose);
        }
        self.witness_if(Witness::Drained, end == Some(End::Drained));
        for refused in self.server_mut().take_refused() {
            self.witness(Witness::HookRefused);
            if let Err(problem) = self.guests.refuse(&refused) {
                panic!("{problem}");
            }
        }
        let seen = self.server_mut().take_witnesses();
        self.witnesses.extend(seen);
        let quiet = self.quiet();
        self.witness_if(Witness::FailedUnlink, quiet.unlinks > 0);
        self.witness_if(Witness::FailedRefusal, quiet.refusals > 0);
    }

    /// Checks that what accepting failed with last is the last error.
    fn check_record(&self, last: Option<&Accepted>) {
        let failure = match last {
            Some(Accepted::Failed(AcceptFailure::Transient(failure))) => *failure,
            Some(Accepted::Failed(AcceptFailure::Exhausted(failure))) => *failure,
            // A fatal one closes, and what fails then comes later.
            _ => return,
        };
        if self.style == Style::Prompt {
            let error = self.server().server().last_error();
            assert_eq!(
                error,
                Some(failure),
                "what accepting failed with is recorded"
            );
        }
    }

    fn check_counts(&mut self) {
        let pending = self.pending();
        assert_eq!(
            self.announced,
            pending + self.taken_out,
            "each connection that became pending is announced, once"
        );
        let occupied = pending + self.server().in_flight();
        let bound = self.limit.max(self.occupied);
        assert!(
            occupied <= bound,
            "{occupied} connections are taken in, of {bound} that may be"
        );
        self.occupied = occupied;
        self.witness_if(Witness::LimitReached, pending > 0 && pending == self.limit);
    }

    /// Checks that the hook is told of pauses, and that a back-off is as long as it has to be.
    fn check_pause(&self) {
        let is_paused = self.server().server().pause().is_some();
        let told = self.server().told_of_pause();
        assert!(
            told.is_none_or(|told| told == is_paused),
            "the hook knows whether accepting is paused"
        );
        let end = self.server().server().poll_timeout();
        if self.style == Style::Prompt && end.is_some() {
            assert_eq!(
                end,
                self.pauses.end(),
                "the back-off ends at the wrong moment"
            );
        }
    }

    fn check_files(&mut self) {
        for name in &self.foreign {
            assert!(
                self.world.is_unchanged(name),
                "the file at {name} is not ours"
            );
        }
        let unlinks = self.quiet().unlinks;
        let server = self.server().server();
        let name = server.full_server_name().cloned();
        let is_listening = server.is_listening();
        // With several listeners, the file at the name might be another one's.
        let is_alone = self.server().listeners() == 1;
        match (&self.own_file, is_listening, name) {
            (None, true, Some(name)) if is_alone && !self.adopted.contains(&name) => {
                if let Some(identity) = self.world.entry(&name).identity() {
                    self.own_file = Some((name, identity, unlinks));
                }
            }
            (Some((name, identity, before)), false, _) => {
                let entry = self.world.entry(name);
                let is_gone = entry.identity() != Some(*identity);
                assert!(
                    is_gone || unlinks > *before,
                    "the file at {name} is left behind"
                );
                self.witness_if(Witness::ForeignFileSpared, entry == Entry::File);
                self.own_file = None;
            }
            _ => {}
        }
    }
}
