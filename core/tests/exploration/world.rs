//! The bounds: what may happen, and how often, so that there are finitely many states.
//!
//! Options and backlog are left out: they are only stored, as the transition table shows.

use anteroom_core::ListenerId;
use core::time::Duration;

use crate::ledger::State;
use crate::step::Step;

/// How many connections exist at most at the same time, and so their numbers.
pub(crate) const CONNECTIONS: u8 = 4;

/// How many connections are open at most where they are counted.
const OPEN: usize = 3;

/// How many connections are news at most before the application asks for them.
const UNTOLD: usize = 1;

/// What an application and a platform do. Everything that is possible happens in some world.
pub(crate) struct World {
    pub(crate) name: &'static str,
    /// How many times it is listened.
    listeners: usize,
    /// How many connections are pending at most; beyond that nobody goes on.
    pending: usize,
    /// The limits that are set.
    limits: &'static [usize],
    /// The limits of open connections that are set.
    open_limits: &'static [usize],
    /// The longest pause beyond which nobody goes on.
    longest_pause: Duration,
    /// Whether the application queues connections itself, and discards some.
    application_queues: bool,
    /// Whether things fail that only leave an error behind, and it is asked for a loss.
    has_errors: bool,
}

impl World {
    pub(crate) const ALL: [&Self; 5] = [
        &Self {
            name: "two listeners, all errors",
            listeners: 2,
            pending: 1,
            limits: &[],
            open_limits: &[],
            longest_pause: Duration::from_millis(10),
            application_queues: false,
            has_errors: true,
        },
        &Self {
            name: "three listeners",
            listeners: 3,
            pending: 1,
            limits: &[],
            open_limits: &[],
            longest_pause: Duration::ZERO,
            application_queues: false,
            has_errors: false,
        },
        &Self {
            name: "a queue and its limit",
            listeners: 1,
            pending: 3,
            limits: &[0, 1, 2],
            open_limits: &[],
            longest_pause: Duration::ZERO,
            application_queues: true,
            has_errors: false,
        },
        &Self {
            name: "a limit of open connections",
            listeners: 1,
            pending: 1,
            limits: &[],
            open_limits: &[1, 2],
            longest_pause: Duration::ZERO,
            application_queues: false,
            has_errors: false,
        },
        &Self {
            name: "all pauses",
            listeners: 1,
            pending: 1,
            limits: &[0, 1],
            open_limits: &[],
            longest_pause: Duration::from_secs(1),
            application_queues: true,
            has_errors: false,
        },
    ];

    pub(crate) const SMALL: Self = Self {
        name: "one listener",
        listeners: 1,
        pending: 1,
        limits: &[1],
        open_limits: &[],
        longest_pause: Duration::from_millis(20),
        application_queues: false,
        has_errors: false,
    };

    /// Returns whether the search goes on from here: what led here is checked all the same.
    pub(crate) fn contains(&self, state: &State) -> bool {
        state.server.pending_len() <= self.pending
            && state.server.open_connections() <= Some(OPEN)
            && state.ledger.news().connections() <= UNTOLD
            && state
                .server
                .poll_timeout()
                .is_none_or(|end| end.since_epoch() <= self.longest_pause)
    }

    /// Returns all that may happen next. Facts are about every listener there ever was.
    pub(crate) fn steps(&self, state: &State) -> Vec<Step> {
        let mut steps = vec![
            Step::Close,
            Step::Drain,
            Step::NextPending,
            Step::TakeNewConnections,
            Step::TakeSlot,
            Step::TimeoutBefore,
            Step::TimeoutAfter,
        ];
        if state.ledger.listeners() < self.listeners {
            steps.extend([Step::Listen, Step::ListenAdopted]);
        }
        if self.application_queues {
            steps.extend([Step::AddPending, Step::DiscardPending]);
        }
        if self.has_errors {
            steps.extend([Step::ListenEmpty, Step::TakeLoss]);
        }
        steps.extend(self.limits.iter().map(|limit| Step::SetMaxPending(*limit)));
        let open_limits = self.open_limits.iter();
        steps.extend(open_limits.map(|limit| Step::LimitConnections(*limit)));
        if state.server.open_connections() > Some(0) {
            steps.push(Step::ConnectionClosed);
        }
        for id in state.ledger.ids() {
            self.add_facts(id, state.ledger.is_accepting(id), &mut steps);
        }
        steps
    }

    fn add_facts(&self, id: ListenerId, is_accepting: bool, steps: &mut Vec<Step>) {
        steps.extend([
            Step::Bound { id, file: false },
            Step::Bound { id, file: true },
            Step::BindFailed { id },
            Step::AcceptedNotQueued { id },
            Step::AcceptFailedExhausted { id },
            Step::AcceptFailedFatal { id },
            Step::Empty { id },
        ]);
        if self.has_errors {
            steps.extend([
                Step::AcceptFailedTransient { id },
                Step::UnlinkFailed { id },
                Step::RefuseFailed { id },
            ]);
        }
        if is_accepting {
            steps.push(Step::Accepted { id });
        }
    }
}
