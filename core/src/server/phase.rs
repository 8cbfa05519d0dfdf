use alloc::sync::Arc;

use super::pause::Shortage;
use crate::{BoundFacts, ListenerId, ServerName};

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
    /// The pause, while descriptors are short.
    pub(crate) shortage: Option<Shortage>,
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

/// How a server ceased to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum End {
    /// It was closed.
    Closed,
    /// It was drained: every client that had connected was taken in.
    Drained,
    /// Its listener became unusable.
    Lost,
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
