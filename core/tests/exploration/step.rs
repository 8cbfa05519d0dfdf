//! What can happen, and how it is handed to the machine.

use anteroom_core::{
    AcceptFailure, BoundFacts, ErrorKind, Failure, ListenerId, Operation, OsEvent, Server,
    ServerName, Time,
};
use core::fmt;
use core::time::Duration;

/// The one failure there is: which one it is makes no difference to the machine.
const FAILURE: Failure = Failure::new(Operation::Accept, ErrorKind::Unknown);

/// Something that happens to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Listen,
    ListenEmpty,
    ListenAdopted,
    Close,
    Drain,
    NextPending,
    AddPending,
    DiscardPending,
    SetMaxPending(usize),
    LimitConnections(usize),
    ConnectionClosed,
    TakeNewConnections,
    TakeLoss,
    /// The platform starts to accept because the machine wants it; one at a time per listener.
    TakeSlot,
    Bound {
        id: ListenerId,
        file: bool,
    },
    BindFailed {
        id: ListenerId,
    },
    /// What was started by `TakeSlot` ends with a connection, perhaps late.
    Accepted {
        id: ListenerId,
    },
    AcceptedNotQueued {
        id: ListenerId,
    },
    AcceptFailedTransient {
        id: ListenerId,
    },
    AcceptFailedExhausted {
        id: ListenerId,
    },
    AcceptFailedFatal {
        id: ListenerId,
    },
    Empty {
        id: ListenerId,
    },
    UnlinkFailed {
        id: ListenerId,
    },
    RefuseFailed {
        id: ListenerId,
    },
    TimeoutBefore,
    TimeoutAfter,
}

/// What the machine gave back at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Nothing,
    /// Whether `listen` succeeded.
    Listening(bool),
    Claimed(Option<u8>),
    NewConnections(usize),
    /// Whether one was told.
    Loss(bool),
}

impl Step {
    /// Returns the listener that a fact is about.
    pub(crate) const fn listener(self) -> Option<ListenerId> {
        match self {
            Self::Bound { id, .. }
            | Self::BindFailed { id }
            | Self::Accepted { id }
            | Self::AcceptedNotQueued { id }
            | Self::AcceptFailedTransient { id }
            | Self::AcceptFailedExhausted { id }
            | Self::AcceptFailedFatal { id }
            | Self::Empty { id }
            | Self::UnlinkFailed { id }
            | Self::RefuseFailed { id } => Some(id),
            _ => None,
        }
    }

    /// Returns whether this answers an accept under way.
    pub(crate) const fn ends_accepting(self) -> bool {
        matches!(
            self,
            Self::Accepted { .. }
                | Self::AcceptedNotQueued { .. }
                | Self::AcceptFailedTransient { .. }
                | Self::AcceptFailedExhausted { .. }
                | Self::AcceptFailedFatal { .. }
                | Self::Empty { .. }
        )
    }

    /// Returns whether a connection was accepted, queued or not.
    pub(crate) const fn accepts(self) -> bool {
        matches!(self, Self::Accepted { .. } | Self::AcceptedNotQueued { .. })
    }

    /// Returns whether a connection comes with this.
    pub(crate) const fn brings_a_connection(self) -> bool {
        matches!(self, Self::AddPending | Self::Accepted { .. })
    }

    /// Hands this to the machine; `connection` is the one that comes with it.
    ///
    /// Time is always zero when something fails, so that a pause ends at its own length and there
    /// are few different states.
    pub(crate) fn apply(self, server: &mut Server<u8>, connection: u8) -> Given {
        match self {
            Self::Listen => return Given::Listening(server.listen(name()).is_ok()),
            Self::ListenEmpty => {
                return Given::Listening(server.listen(ServerName::default()).is_ok());
            }
            Self::ListenAdopted => return Given::Listening(server.listen_adopted().is_ok()),
            Self::NextPending => return Given::Claimed(server.next_pending()),
            Self::Close => server.close(),
            Self::Drain => server.drain(),
            Self::AddPending => server.add_pending(connection),
            Self::DiscardPending => server.discard_pending(),
            Self::SetMaxPending(limit) => server.set_max_pending(limit),
            Self::LimitConnections(limit) => server.limit_connections(limit),
            Self::ConnectionClosed => server.connections_closed(1),
            Self::TakeNewConnections => {
                return Given::NewConnections(server.take_new_connections());
            }
            Self::TakeLoss => return Given::Loss(server.take_loss().is_some()),
            Self::TakeSlot => {}
            Self::TimeoutBefore => server.handle_timeout(just_before(server.poll_timeout())),
            Self::TimeoutAfter => {
                let end = server.poll_timeout().unwrap_or(Time::ZERO);
                server.handle_timeout(end);
            }
            fact => server.handle(fact.event(connection)),
        }
        Given::Nothing
    }

    fn event(self, connection: u8) -> OsEvent<u8> {
        let failure = FAILURE;
        let failed = |listener, failure| OsEvent::AcceptFailed {
            listener,
            failure,
            now: Time::ZERO,
        };
        match self {
            Self::Bound { id, file } => OsEvent::Bound {
                listener: id,
                facts: facts(file),
            },
            Self::BindFailed { id } => OsEvent::BindFailed {
                listener: id,
                failure,
                full_name: None,
            },
            Self::Accepted { id } => OsEvent::Accepted {
                listener: id,
                queued: Some(connection),
            },
            Self::AcceptedNotQueued { id } => OsEvent::Accepted {
                listener: id,
                queued: None,
            },
            Self::AcceptFailedTransient { id } => failed(id, AcceptFailure::Transient(failure)),
            Self::AcceptFailedExhausted { id } => failed(id, AcceptFailure::Exhausted(failure)),
            Self::AcceptFailedFatal { id } => failed(id, AcceptFailure::Fatal(failure)),
            Self::Empty { id } => OsEvent::Empty { listener: id },
            Self::UnlinkFailed { id } => OsEvent::UnlinkFailed {
                listener: id,
                failure,
            },
            Self::RefuseFailed { id } => OsEvent::RefuseFailed {
                listener: id,
                failure,
            },
            command => unreachable!("{command:?} is no fact"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen => f.write_str("listen(\"editor\")"),
            Self::ListenEmpty => f.write_str("listen(\"\")"),
            Self::ListenAdopted => f.write_str("listen_adopted()"),
            Self::Close => f.write_str("close()"),
            Self::Drain => f.write_str("drain()"),
            Self::NextPending => f.write_str("next_pending()"),
            Self::AddPending => f.write_str("add_pending(…)"),
            Self::DiscardPending => f.write_str("discard_pending()"),
            Self::SetMaxPending(limit) => write!(f, "set_max_pending({limit})"),
            Self::LimitConnections(limit) => write!(f, "limit_connections({limit})"),
            Self::ConnectionClosed => f.write_str("connections_closed(1)"),
            Self::TakeNewConnections => f.write_str("take_new_connections()"),
            Self::TakeLoss => f.write_str("take_loss()"),
            Self::TakeSlot => f.write_str("the platform starts to accept"),
            fact => write!(f, "{fact:?}"),
        }
    }
}

fn name() -> ServerName {
    ServerName::from("editor")
}

fn facts(file: bool) -> BoundFacts {
    let facts = BoundFacts::unnamed().with_full_name(ServerName::from("/tmp/editor"));
    if file { facts.with_file() } else { facts }
}

fn just_before(end: Option<Time>) -> Time {
    end.map_or(Time::ZERO, |end| {
        Time::from_epoch(end.since_epoch().saturating_sub(Duration::from_nanos(1)))
    })
}
