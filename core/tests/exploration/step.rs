//! Every input, and how it is passed to the machine.

use anteroom_core::{
    AcceptFailure, BoundFacts, ErrorKind, Failure, ListenerId, Operation, OsEvent, Server,
    ServerName, Time,
};
use core::time::Duration;

/// The machine treats all failures alike.
const FAILURE: Failure = Failure::new(Operation::Accept, ErrorKind::Unknown);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Listen,
    ListenEmptyName,
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
    /// The driver begins an accept, since the machine wants one. Each listener has at most one.
    BeginAccept,
    TimeoutTooEarly,
    Timeout,
    Event(ListenerId, Event),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Bound { file: bool },
    BindFailed,
    Accepted,
    AcceptedNotQueued,
    AcceptFailedTransient,
    AcceptFailedExhausted,
    AcceptFailedFatal,
    Empty,
    UnlinkFailed,
    RefuseFailed,
}

/// The returned value of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returned {
    Nothing,
    Started(bool),
    Connection(Option<u8>),
    NewConnections(usize),
    Loss(bool),
}

impl Step {
    pub(crate) fn is_event(self, wanted: Event) -> bool {
        matches!(self, Self::Event(_, event) if event == wanted)
    }

    /// Passes the step to the machine. `connection` is the one that it may bring.
    ///
    /// Failures occur at time zero, so that the end of a back-off is its length, and the number of
    /// states stays small.
    pub(crate) fn apply(self, server: &mut Server<u8>, connection: u8) -> Returned {
        let end = server.poll_timeout().unwrap_or(Time::ZERO);
        match self {
            Self::Listen => return Returned::Started(server.listen("editor".into()).is_ok()),
            Self::ListenEmptyName => {
                return Returned::Started(server.listen(ServerName::default()).is_ok());
            }
            Self::ListenAdopted => return Returned::Started(server.listen_adopted().is_ok()),
            Self::NextPending => return Returned::Connection(server.next_pending()),
            Self::TakeNewConnections => {
                return Returned::NewConnections(server.take_new_connections());
            }
            Self::TakeLoss => return Returned::Loss(server.take_loss().is_some()),
            Self::Close => server.close(),
            Self::Drain => server.drain(),
            Self::AddPending => server.add_pending(connection),
            Self::DiscardPending => server.discard_pending(),
            Self::SetMaxPending(limit) => server.set_max_pending(limit),
            Self::LimitConnections(limit) => server.limit_connections(limit),
            Self::ConnectionClosed => server.connections_closed(1),
            Self::BeginAccept => {}
            Self::TimeoutTooEarly => {
                let early = end.since_epoch().saturating_sub(Duration::from_nanos(1));
                server.handle_timeout(Time::from_epoch(early));
            }
            Self::Timeout => server.handle_timeout(end),
            Self::Event(listener, event) => server.handle(event.of(listener, connection)),
        }
        Returned::Nothing
    }
}

impl Event {
    /// Returns whether the event ends an accept.
    pub(crate) const fn ends_accept(self) -> bool {
        !matches!(
            self,
            Self::Bound { .. } | Self::BindFailed | Self::UnlinkFailed | Self::RefuseFailed
        )
    }

    fn of(self, listener: ListenerId, connection: u8) -> OsEvent<u8> {
        let failure = FAILURE;
        let now = Time::ZERO;
        let accepted = |queued| OsEvent::Accepted { listener, queued };
        let accept_failed = |failure| OsEvent::AcceptFailed {
            listener,
            failure,
            now,
        };
        match self {
            Self::Bound { file } => {
                let facts = BoundFacts::unnamed().with_full_name("/tmp/editor".into());
                let facts = if file { facts.with_file() } else { facts };
                OsEvent::Bound { listener, facts }
            }
            Self::BindFailed => OsEvent::BindFailed {
                listener,
                failure,
                full_name: None,
            },
            Self::Accepted => accepted(Some(connection)),
            Self::AcceptedNotQueued => accepted(None),
            Self::AcceptFailedTransient => accept_failed(AcceptFailure::Transient(failure)),
            Self::AcceptFailedExhausted => accept_failed(AcceptFailure::Exhausted(failure)),
            Self::AcceptFailedFatal => accept_failed(AcceptFailure::Fatal(failure)),
            Self::Empty => OsEvent::Empty { listener },
            Self::UnlinkFailed => OsEvent::UnlinkFailed { listener, failure },
            Self::RefuseFailed => OsEvent::RefuseFailed { listener, failure },
        }
    }
}
