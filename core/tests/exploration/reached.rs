//! Transitions that the searches have to reach. Otherwise their bounds are too small.

use core::time::Duration;

use anteroom_core::{End, PhaseName};

use crate::model::Fate;
use crate::state::State;
use crate::step::{Event, Step};

use PhaseName::{Binding, Draining, Idle, Listening};

pub(crate) struct Transition<'a> {
    pub(crate) step: Step,
    pub(crate) before: &'a State,
    pub(crate) after: &'a State,
}

/// A name, and whether a transition is an example.
type Expected = (&'static str, fn(&Transition<'_>) -> bool);

#[rustfmt::skip]
pub(crate) const EXPECTED: &[Expected] = &[
    ("idle", |t| t.is(Idle)),
    ("binding", |t| t.is(Binding)),
    ("listening", |t| t.is(Listening)),
    ("draining", |t| t.is(Draining)),
    ("back-off while listening", |t| t.back_off().is_some() && t.is(Listening)),
    ("back-off while draining", |t| t.back_off().is_some() && t.is(Draining)),
    ("first back-off", |t| t.back_off() == Some(Duration::from_millis(10))),
    ("second back-off", |t| t.back_off() == Some(Duration::from_millis(20))),
    ("longest back-off", |t| t.back_off() == Some(Duration::from_secs(1))),
    ("end of a back-off", |t| t.step == Step::Timeout && t.changes()),
    ("timeout before the end of a back-off", |t| {
        t.step == Step::TimeoutTooEarly && t.back_off().is_some() && !t.changes()
    }),
    ("connection during a pause", |t| {
        t.was_paused() && t.is_paused() && t.step.is_event(Event::Accepted)
    }),
    ("pause ended by an empty backlog", |t| {
        t.ends_pause() && t.step.is_event(Event::Empty) && t.is(Listening)
    }),
    ("pause ended by close", |t| t.ends_pause() && t.step == Step::Close),
    ("pause ended by a loss", |t| t.ends_pause() && t.ends(End::Lost)),
    ("pause ended by a drain", |t| t.ends_pause() && t.ends(End::Drained)),
    ("old empty backlog during a back-off", |t| {
        t.step.is_event(Event::Empty) && t.back_off().is_some() && !t.changes()
    }),
    ("full queue", |t| t.is(Listening) && t.limit() > 0 && t.pending() == t.limit()),
    ("limit of zero", |t| t.is(Listening) && t.limit() == 0),
    ("connection of the application beyond the limit", |t| {
        t.step == Step::AddPending && t.pending() > t.limit()
    }),
    ("connection beyond a lowered limit", |t| {
        t.step.is_event(Event::Accepted)
            && t.pending() > t.before.server.pending_len()
            && t.pending() > t.limit()
    }),
    ("late event", |t| t.is_late() && t.step.is_event(Event::Empty)),
    ("repeated event", |t| {
        let is_bound = matches!(t.step, Step::Event(_, Event::Bound { .. }));
        is_bound && !t.is_late() && !t.changes()
    }),
    ("late connection", |t| t.is_late() && t.step.is_event(Event::Accepted)),
    ("connection that the hook does not queue", |t| {
        t.step.is_event(Event::AcceptedNotQueued) && t.was_accepting()
    }),
    ("connection taken from several", |t| t.step == Step::NextPending && t.pending() > 1),
    ("several connections discarded", |t| {
        t.step == Step::DiscardPending && t.before.server.pending_len() > 1
    }),
    ("pending connections after close", |t| {
        t.step == Step::Close && t.was(Listening) && t.pending() > 0
    }),
    ("end of a drain", |t| t.ends(End::Drained)),
    ("close during a drain", |t| t.was(Draining) && t.step == Step::Close),
    ("drain of an adopted listener", |t| {
        t.step == Step::Drain && t.after.model.open_listeners().any(|listener| listener.is_adopted)
    }),
    ("close or drain while binding", |t| {
        t.was(Binding) && matches!(t.step, Step::Close | Step::Drain)
    }),
    ("abandoned listener bound", |t| {
        t.is_abandoned() && matches!(t.step, Step::Event(_, Event::Bound { .. }))
    }),
    ("abandoned listener failed", |t| t.is_abandoned() && t.step.is_event(Event::BindFailed)),
    ("loss", |t| t.ends(End::Lost)),
    ("loss read", |t| t.step == Step::TakeLoss && t.changes()),
    ("loss discarded", |t| {
        t.step == Step::Listen && t.before.model.has_loss && !t.after.model.has_loss
    }),
    ("new connections read", |t| t.step == Step::TakeNewConnections && t.changes()),
    ("failed bind", |t| t.was(Binding) && t.is(Idle) && t.after.server.last_error().is_some()),
    ("invalid name", |t| t.step == Step::ListenEmptyName && t.was(Idle)),
    ("listen during a drain", |t| t.step == Step::ListenEmptyName && t.was(Draining)),
    ("third listener", |t| t.is(Listening) && t.after.model.listeners.len() == 3),
];

impl Transition<'_> {
    fn was(&self, phase: PhaseName) -> bool {
        self.before.server.phase() == phase
    }

    fn is(&self, phase: PhaseName) -> bool {
        self.after.server.phase() == phase
    }

    fn changes(&self) -> bool {
        self.before.server != self.after.server
    }

    fn was_paused(&self) -> bool {
        self.before.server.pause().is_some()
    }

    fn is_paused(&self) -> bool {
        self.after.server.pause().is_some()
    }

    fn ends_pause(&self) -> bool {
        self.was_paused() && !self.is_paused()
    }

    fn ends(&self, end: End) -> bool {
        self.before.server.end().is_none() && self.after.server.end() == Some(end)
    }

    fn back_off(&self) -> Option<Duration> {
        self.after
            .server
            .poll_timeout()
            .map(|end| end.since_epoch())
    }

    fn pending(&self) -> usize {
        self.after.server.pending_len()
    }

    fn limit(&self) -> usize {
        self.after.server.max_pending()
    }

    fn is_late(&self) -> bool {
        let Step::Event(id, _) = self.step else {
            return false;
        };
        !self.before.model.is_open(id)
    }

    fn was_accepting(&self) -> bool {
        let Step::Event(id, _) = self.step else {
            return false;
        };
        self.before.model.listener(id).is_accepting
    }

    /// Returns whether the event is about a listener that was closed while binding.
    fn is_abandoned(&self) -> bool {
        let Step::Event(id, _) = self.step else {
            return false;
        };
        let model = &self.before.model;
        let is_last = model.listeners.last().is_some_and(|last| last.id == id);
        let is_current = self.was(Binding) && is_last;
        !is_current && model.listener(id).fate == Fate::Requested
    }
}
