use alloc::sync::Arc;
use core::time::Duration;

use crate::{BoundFacts, ListenerId, ServerName, Time};

/// The first pause after descriptors ran out.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// The longest pause between two attempts while descriptors are short.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The number of attempts after which the pause does not grow any more: 10 ms · 2^7 > 1 s.
const LAST_ATTEMPT: u8 = 7;

/// What a listener is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Names {
    pub(crate) name: Option<ServerName>,
    pub(crate) full_name: Option<ServerName>,
}

/// Where the server stands. Everything that depends on it is decided by matching on this.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    /// Not listening.
    Idle,
    /// The platform was asked for a listener and has not answered yet.
    Binding {
        listener: ListenerId,
        origin: Origin,
        names: Arc<Names>,
    },
    /// Listening.
    Listening(Listening),
    /// Refusing new clients, but still handing out those that had connected before.
    Draining(Listening),
}

/// Where a listener comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// This server made it.
    Own,
    /// It was adopted: others may share it, and its file is not ours.
    Adopted,
}

impl Origin {
    /// Returns whether there is a file to be removed: one that the server itself had made.
    pub(crate) const fn owns_file(self, facts: &BoundFacts) -> bool {
        matches!(self, Self::Own) && facts.created
    }
}

/// A listener in use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Listening {
    pub(crate) listener: ListenerId,
    pub(crate) origin: Origin,
    pub(crate) names: Arc<Names>,
    /// Whether a file of this server's own making is still to be removed.
    pub(crate) has_file: bool,
    pub(crate) gate: Gate,
    /// How many times in a row descriptors ran out. It outlives the pause: or it never doubles.
    pub(crate) attempt: u8,
}

/// Whether connections may be taken in just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Gate {
    /// They may.
    Open,
    /// Descriptors ran out: not before this moment.
    Backoff { until: Time },
}

impl Listening {
    /// Closes the gate for a while, each time in a row for twice as long.
    pub(crate) fn back_off(&mut self, now: Time) {
        let pause = FIRST_PAUSE
            .saturating_mul(1 << self.attempt)
            .min(LONGEST_PAUSE);
        self.gate = Gate::Backoff {
            until: now.after(pause),
        };
        self.attempt = (self.attempt + 1).min(LAST_ATTEMPT);
    }
}

/// The phase of a server, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PhaseName {
    /// Not listening.
    Idle,
    /// Asked the platform for a listener, and waiting for its answer.
    Binding,
    /// Listening.
    Listening,
    /// Refusing new clients, while those that connected before are still taken in.
    Draining,
}

impl Phase {
    pub(crate) const fn name(&self) -> PhaseName {
        match self {
            Self::Idle => PhaseName::Idle,
            Self::Binding { .. } => PhaseName::Binding,
            Self::Listening(_) => PhaseName::Listening,
            Self::Draining(_) => PhaseName::Draining,
        }
    }

    /// Returns the listener that connections come from, while there is one.
    #[inline]
    pub(crate) const fn listening(&self) -> Option<&Listening> {
        match self {
            Self::Listening(listening) | Self::Draining(listening) => Some(listening),
            Self::Idle | Self::Binding { .. } => None,
        }
    }

    /// Returns the listener that connections come from if it is this one.
    #[inline]
    pub(crate) fn listening_mut(&mut self, id: ListenerId) -> Option<&mut Listening> {
        match self {
            Self::Listening(listening) | Self::Draining(listening) if listening.listener == id => {
                Some(listening)
            }
            _ => None,
        }
    }
}
