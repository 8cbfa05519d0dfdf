//! The end: faults cease, everybody is served, and nothing is left.

use std::collections::BTreeSet;

use anteroom_core::{End, PhaseName, ServerName};

use super::{BREATH, Life, PATIENCE};
use crate::sim::campaign::events::{Happening, Name};
use crate::sim::faults::Call;
use anteroom_conformance::Environment as _;

impl Life {
    /// Lets everything come to rest, and checks that everybody was served.
    pub(super) fn recover(&mut self) {
        self.live(Happening::Calm);
        self.live(Happening::Plenty);
        self.live(Happening::SetLimit(30));
        if let Some(name) = self.server().server().full_server_name().cloned() {
            self.adopted.push(name);
            self.live(Happening::Connect(Name::Adopted));
        }
        for _ in 0..PATIENCE {
            self.live_on(Happening::Turn);
            self.live_on(Happening::Retry);
            while self.claim() {
                self.check();
            }
            let is_binding = self.phase() == PhaseName::Binding;
            if self.guests.first_forgotten().is_none() && !is_binding {
                return;
            }
            self.live_on(Happening::Pass(BREATH));
        }
        if let Some(guest) = self.guests.first_forgotten() {
            panic!("client {guest} is not served, though faults have ceased for long");
        }
        panic!("the server never came to listen");
    }

    /// Stops the server in some way, and checks that nothing is left behind.
    pub(super) fn end(&mut self) {
        if self.random.happens(500) {
            self.drain_to_the_end();
        }
        self.write_down("the server is dropped");
        self.embedder = None;
        self.claimed.clear();
        if let Err(problem) = self.guests.end(&mut self.world) {
            panic!("{problem}");
        }
        self.check_disk();
        let descriptors = self.world.open_descriptors();
        assert_eq!(descriptors, self.descriptors, "descriptors are left open");
    }

    /// Lets something happen once more; it stands in the script if calls came of it.
    fn live_on(&mut self, happening: Happening) {
        let lines = self.script.len();
        self.live(happening);
        if self.simulation.kernel().trace.len() == self.calls_written {
            self.script.truncate(lines);
        }
    }

    fn drain_to_the_end(&mut self) {
        let was_listening = self.phase() == PhaseName::Listening;
        self.live(Happening::Drain);
        for _ in 0..PATIENCE {
            if self.phase() == PhaseName::Idle {
                break;
            }
            self.live_on(Happening::Turn);
            self.live_on(Happening::Claim);
            self.live_on(Happening::Pass(BREATH));
        }
        assert_eq!(self.phase(), PhaseName::Idle, "draining never ends");
        let has_drained = self.server().server().end() == Some(End::Drained);
        assert!(
            has_drained || !was_listening,
            "the end of draining is not told"
        );
    }

    fn check_disk(&mut self) {
        if self.plan.borrow().struck(Call::Unlink) > 0 {
            return;
        }
        let known: BTreeSet<ServerName> =
            self.foreign.iter().chain(&self.adopted).cloned().collect();
        for file in self.world.list() {
            let name = self.world.full_name(&file);
            assert!(known.contains(&name), "{name} is left behind");
        }
    }
}
