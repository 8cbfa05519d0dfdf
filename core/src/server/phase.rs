use alloc::sync::Arc;

use super::pause::ActivePause;
use crate::{BoundFacts, ListenerId, ServerName};

/// The names of a listener.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Names {
    pub(crate) name: Option<ServerName>,
    pub(crate) full_name: Option<ServerName>,
}

impl Names {
    /// Returns the names before the full name is known.
    pub(crate) const fn requested(name: ServerName) -> Self {
        Self {
            name: Some(name),
            full_name: None,
        }
    }
}

/// The phase of a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    /// Not listening.
    Idle,
    /// A listener has been requested. Its event has not arrived yet.
    Binding {
        listener: ListenerId,
        origin: Origin,
        names: Arc<Names>,
    },
    /// Listening.
    Listening(Listening),
    /// Refusing new clients, and accepting those in the backlog.
    Draining(Listening),
}

/// The origin of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// This server created it.
    Own,
    /// It was adopted: other processes may share it, and own its file.
    Adopted,
}

impl Origin {
    /// Returns whether the server has created a file, which it has to remove.
    pub(crate) const fn owns_file(self, facts: &BoundFacts) -> bool {
        matches!(self, Self::Own) && facts.created
    }
}

/// The listener of a server that is listening or draining.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Listening {
    pub(crate) listener: ListenerId,
    pub(crate) origin: Origin,
    pub(crate) names: Arc<Names>,
    /// Whether the server has created a file and not removed it yet.
    pub(crate) has_file: bool,
    pub(crate) pause: Option<ActivePause>,
}

/// The name of a server's phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PhaseName {
    /// Not listening.
    Idle,
    /// A listener has been requested. Its event has not arrived yet.
    Binding,
    /// Listening.
    Listening,
    /// Refusing new clients, and accepting those in the backlog.
    Draining,
}

/// How a server stopped listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum End {
    /// It was closed.
    Closed,
    /// It was drained: it accepted every client of the backlog.
    Drained,
    /// It was lost: its listener became unusable.
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

    /// Returns the listener, if there is one.
    #[inline]
    pub(crate) const fn listening(&self) -> Option<&Listening> {
        match self {
            Self::Listening(listening) | Self::Draining(listening) => Some(listening),
            Self::Idle | Self::Binding { .. } => None,
        }
    }

    /// Returns the listener, if it is `id`.
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
