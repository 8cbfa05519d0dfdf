//! The bounds of each search: the possible steps, and the largest values.
//!
//! Options and the backlog are not included, since the machine only stores them.

use core::time::Duration;

use crate::state::State;
use crate::step::{Event, Step};

/// The maximal number of connections that exist at the same time.
pub(crate) const CONNECTIONS: u8 = 4;

const MAX_OPEN: usize = 3;
const MAX_UNREAD: usize = 1;

pub(crate) struct Bounds {
    pub(crate) name: &'static str,
    /// The number of `listen` calls.
    listeners: usize,
    /// The number of pending connections after which the search does not continue.
    pending: usize,
    limits: &'static [usize],
    open_limits: &'static [usize],
    /// The length of a back-off after which the search does not continue.
    longest_back_off: Duration,
    /// Whether the application adds and discards pending connections.
    application_queues: bool,
    /// Whether failures occur that only record an error, and the application reads losses.
    has_errors: bool,
}

impl Bounds {
    pub(crate) const ALL: [Self; 5] = [
        Self {
            name: "two listeners, all errors",
            listeners: 2,
            longest_back_off: Duration::from_millis(10),
            has_errors: true,
            ..Self::DEFAULT
        },
        Self {
            name: "three listeners",
            listeners: 3,
            ..Self::DEFAULT
        },
        Self {
            name: "a queue and its limit",
            pending: 3,
            limits: &[0, 1, 2],
            application_queues: true,
            ..Self::DEFAULT
        },
        Self {
            name: "a limit of open connections",
            open_limits: &[1, 2],
            ..Self::DEFAULT
        },
        Self {
            name: "all pauses",
            limits: &[0, 1],
            longest_back_off: Duration::from_secs(1),
            application_queues: true,
            ..Self::DEFAULT
        },
    ];

    pub(crate) const SMALL: Self = Self {
        name: "one listener",
        limits: &[1],
        longest_back_off: Duration::from_millis(20),
        ..Self::DEFAULT
    };

    const DEFAULT: Self = Self {
        name: "",
        listeners: 1,
        pending: 1,
        limits: &[],
        open_limits: &[],
        longest_back_off: Duration::ZERO,
        application_queues: false,
        has_errors: false,
    };

    /// Returns whether the search continues from this state.
    pub(crate) fn contains(&self, state: &State) -> bool {
        let back_off = state.server.poll_timeout();
        state.server.pending_len() <= self.pending
            && state.server.open_connections() <= Some(MAX_OPEN)
            && state.model.unread <= MAX_UNREAD
            && back_off.is_none_or(|end| end.since_epoch() <= self.longest_back_off)
    }

    /// Returns all possible steps. Events may be about every listener that ever existed.
    pub(crate) fn steps(&self, state: &State) -> Vec<Step> {
        let mut steps = vec![
            Step::Close,
            Step::Drain,
            Step::NextPending,
            Step::TakeNewConnections,
            Step::BeginAccept,
            Step::TimeoutTooEarly,
            Step::Timeout,
        ];
        if state.model.listeners.len() < self.listeners {
            steps.extend([Step::Listen, Step::ListenAdopted]);
        }
        if self.application_queues {
            steps.extend([Step::AddPending, Step::DiscardPending]);
        }
        if self.has_errors {
            steps.extend([Step::ListenEmptyName, Step::TakeLoss]);
        }
        steps.extend(self.limits.iter().map(|limit| Step::SetMaxPending(*limit)));
        let open_limits = self.open_limits.iter();
        steps.extend(open_limits.map(|limit| Step::LimitConnections(*limit)));
        if state.server.open_connections() > Some(0) {
            steps.push(Step::ConnectionClosed);
        }
        for listener in &state.model.listeners {
            let events = self.events(listener.is_accepting);
            steps.extend(events.map(|event| Step::Event(listener.id, event)));
        }
        steps
    }

    fn events(&self, is_accepting: bool) -> impl Iterator<Item = Event> + use<> {
        let always = [
            Event::Bound { file: false },
            Event::Bound { file: true },
            Event::BindFailed,
            Event::AcceptedNotQueued,
            Event::AcceptFailedExhausted,
            Event::AcceptFailedFatal,
            Event::Empty,
        ];
        let errors = [
            Event::AcceptFailedTransient,
            Event::UnlinkFailed,
            Event::RefuseFailed,
        ];
        let errors = self.has_errors.then_some(errors);
        let accepted = is_accepting.then_some(Event::Accepted);
        always
            .into_iter()
            .chain(errors.into_iter().flatten())
            .chain(accepted)
    }
}
