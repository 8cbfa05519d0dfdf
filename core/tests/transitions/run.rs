//! Puts a machine where a cell wants it, hands it the input, and looks.

use anteroom_core::{
    AcceptFailure, Backlog, BoundFacts, Detail, Effect, End, ErrorKind, Failure, ListenError,
    ListenerId, Operation, OsEvent, PhaseName, Server, ServerName, SocketOptions, Time,
};
use core::time::Duration;

use crate::levels::{check_levels, check_pause};
use crate::vocabulary::{
    ARRIVING, Column, FIRST_BACK_OFF_ENDS, Input, LastError, OLDEST, Observed, Origin, Outcome,
    Queue, Work, YOUNGEST,
};

/// The error that is recorded before the input comes.
pub(crate) const EARLIER: Failure = Failure::new(Operation::Close, ErrorKind::Access).with_code(1);

/// When the input comes.
pub(crate) const NOW: u64 = 5;

/// The listeners that facts are about.
struct Listeners {
    /// It listened and was closed.
    old: ListenerId,
    /// It was closed before the platform had answered.
    abandoned: ListenerId,
    /// The last one: closed if the machine is idle, otherwise the one at work.
    current: ListenerId,
}

/// Returns what the machine does with `input` when it stands in `column`.
pub(crate) fn run(input: Input, column: Column, origin: Origin) -> Observed {
    let (mut server, listeners) = arrange(column, origin);
    prepare(input, &mut server);
    let before = server.clone();

    let outcome = apply(input, &mut server, &listeners, origin);

    check_pause(&server, column, input);
    observe(&mut server, &listeners, outcome, &before, input)
}

fn arrange(column: Column, origin: Origin) -> (Server<u8>, Listeners) {
    let mut server = Server::new();
    let old = start(&mut server, Origin::File);
    bound(&mut server, old, Origin::File);
    server.close();
    settle(&mut server);
    let abandoned = start(&mut server, Origin::File);
    server.close();
    let current = start(&mut server, origin);
    if column != Column::Binding {
        bound(&mut server, current, origin);
    }
    if column.is_draining() {
        server.drain();
        settle(&mut server);
    }
    if column.is_paused() {
        exhaust(&mut server, current);
    }
    if column.is_paused() && !column.is_backing_off() {
        server.handle_timeout(at(FIRST_BACK_OFF_ENDS));
    }
    if column == Column::Idle {
        server.close();
        settle(&mut server);
    }
    server.add_pending(OLDEST);
    server.add_pending(YOUNGEST);
    server.take_new_connections();
    server.handle(OsEvent::UnlinkFailed {
        listener: old,
        failure: EARLIER,
    });
    let listeners = Listeners {
        old,
        abandoned,
        current,
    };
    assert_eq!(column_of(&server), column, "the arrangement misses its aim");
    (server, listeners)
}

/// Brings about what the input supposes beyond the column.
fn prepare(input: Input, server: &mut Server<u8>) {
    match input {
        Input::ListenAbstractNul => server.set_socket_options(SocketOptions::ABSTRACT),
        Input::NextPendingOfNone => while server.next_pending().is_some() {},
        Input::AddPendingWhenFull => server.set_max_pending(2),
        Input::AcceptedBeyondLimit => server.set_max_pending(0),
        _ => {}
    }
}

fn apply(input: Input, server: &mut Server<u8>, listeners: &Listeners, origin: Origin) -> Outcome {
    match input {
        Input::Listen => return started(server.listen(ServerName::from("new"))),
        Input::ListenEmpty => return started(server.listen(ServerName::default())),
        Input::ListenNul | Input::ListenAbstractNul => {
            return started(server.listen(ServerName::from("n\0w")));
        }
        Input::ListenAdopted => return started(server.listen_adopted()),
        Input::Close => server.close(),
        Input::Drain => server.drain(),
        Input::NextPending | Input::NextPendingOfNone => {
            return server
                .next_pending()
                .map_or(Outcome::NonePending, Outcome::Claimed);
        }
        Input::AddPending | Input::AddPendingWhenFull => server.add_pending(ARRIVING),
        Input::DiscardPending => server.discard_pending(),
        Input::LowerMaxPending => return limited(server, 1),
        Input::RaiseMaxPending => return limited(server, 100),
        Input::LimitConnections => {
            server.limit_connections(3);
            assert_eq!(server.max_connections(), Some(3));
            assert_eq!(server.open_connections(), Some(0));
            return Outcome::Stored;
        }
        Input::ConnectionsClosed => {
            server.connections_closed(1);
            assert_eq!(server.open_connections(), None);
            return Outcome::Stored;
        }
        Input::SetSocketOptions => {
            server.set_socket_options(SocketOptions::GROUP);
            assert_eq!(server.socket_options(), SocketOptions::GROUP);
            return Outcome::Stored;
        }
        Input::SetBacklog => {
            server.set_backlog(Backlog::Limited(1));
            assert_eq!(backlog_of_the_next_bind(server), Backlog::Limited(1));
            return Outcome::Stored;
        }
        Input::TimeoutBefore => server.handle_timeout(at(FIRST_BACK_OFF_ENDS - 1)),
        Input::TimeoutAfter => server.handle_timeout(at(FIRST_BACK_OFF_ENDS)),
        fact => server.handle(event(fact, listeners, origin)),
    }
    Outcome::Done
}

fn event(input: Input, listeners: &Listeners, origin: Origin) -> OsEvent<u8> {
    let listener = match input {
        Input::BoundAbandonedFile | Input::BoundAbandoned | Input::BindFailedAbandoned => {
            listeners.abandoned
        }
        Input::BoundOld
        | Input::BindFailedOld
        | Input::AcceptedOld
        | Input::AcceptedNotQueuedOld
        | Input::AcceptFailedTransientOld
        | Input::AcceptFailedExhaustedOld
        | Input::AcceptFailedFatalOld
        | Input::EmptyOld
        | Input::UnlinkFailedOld
        | Input::RefuseFailedOld => listeners.old,
        _ => listeners.current,
    };
    let failed = |failure| OsEvent::AcceptFailed {
        listener,
        failure,
        now: at(NOW),
    };
    let facts = match input {
        Input::BoundAbandoned => facts(Origin::NoFile),
        Input::BoundAbandonedFile | Input::BoundOld => facts(Origin::File),
        _ => facts(origin),
    };
    let failure = subject(input);
    match input {
        Input::Bound | Input::BoundAbandonedFile | Input::BoundAbandoned | Input::BoundOld => {
            OsEvent::Bound { listener, facts }
        }
        Input::BindFailed | Input::BindFailedAbandoned | Input::BindFailedOld => {
            OsEvent::BindFailed {
                listener,
                failure,
                full_name: None,
            }
        }
        Input::Accepted | Input::AcceptedBeyondLimit | Input::AcceptedOld => OsEvent::Accepted {
            listener,
            queued: Some(ARRIVING),
        },
        Input::AcceptedNotQueued | Input::AcceptedNotQueuedOld => OsEvent::Accepted {
            listener,
            queued: None,
        },
        Input::AcceptFailedTransient | Input::AcceptFailedTransientOld => {
            failed(AcceptFailure::Transient(failure))
        }
        Input::AcceptFailedExhausted | Input::AcceptFailedExhaustedOld => {
            failed(AcceptFailure::Exhausted(failure))
        }
        Input::AcceptFailedFatal | Input::AcceptFailedFatalOld => {
            failed(AcceptFailure::Fatal(failure))
        }
        Input::Empty | Input::EmptyOld => OsEvent::Empty { listener },
        Input::UnlinkFailed | Input::UnlinkFailedOld => OsEvent::UnlinkFailed { listener, failure },
        Input::RefuseFailed | Input::RefuseFailedOld => OsEvent::RefuseFailed { listener, failure },
        command => unreachable!("{command:?} is a command"),
    }
}

/// Returns the failure that an input is about.
pub(crate) fn subject(input: Input) -> Failure {
    let invalid = Failure::new(Operation::Listen, ErrorKind::Name);
    match input {
        Input::ListenEmpty => invalid.with_detail(Detail::EmptyName),
        Input::ListenNul => invalid.with_detail(Detail::NulInName),
        _ => Failure::new(Operation::Accept, ErrorKind::Unknown).with_code(2),
    }
}

fn observe(
    server: &mut Server<u8>,
    listeners: &Listeners,
    outcome: Outcome,
    before: &Server<u8>,
    input: Input,
) -> Observed {
    let mut effects = Vec::new();
    while let Some(effect) = server.poll_effect() {
        effects.push(work(effect, listeners));
    }
    let end = server.end().filter(|end| before.end() != Some(*end));
    let loss = (end == Some(End::Lost)).then(|| subject(input));
    assert_eq!(server.take_loss(), loss, "a loss is told");
    let error = match server.last_error() {
        None => LastError::Cleared,
        Some(EARLIER) => LastError::Kept,
        Some(other) => {
            assert_eq!(other, subject(input), "some other failure was recorded");
            LastError::Recorded
        }
    };
    let next = column_of(server);
    check_levels(server, next, listeners.current);
    Observed {
        outcome,
        effects,
        announced: server.take_new_connections(),
        error,
        end,
        next,
        back_off_ends: server
            .poll_timeout()
            .map(|end| u64::try_from(end.since_epoch().as_millis()).expect("a short back-off")),
        queue: change(&contents(before), &contents(server)),
    }
}

fn work(effect: Effect<u8>, listeners: &Listeners) -> Work {
    let is_new = |listener: ListenerId| listener > listeners.current;
    match effect {
        Effect::Bind { listener, .. } if is_new(listener) => Work::BindNew,
        Effect::Adopt { listener } if is_new(listener) => Work::AdoptNew,
        Effect::Refuse { listener } if listener == listeners.current => Work::Refuse,
        Effect::Unlink { listener } if listener == listeners.current => Work::Unlink,
        Effect::Close { listener } if listener == listeners.current => Work::Close,
        Effect::Unlink { listener } if listener == listeners.abandoned => Work::UnlinkAbandoned,
        Effect::Close { listener } if listener == listeners.abandoned => Work::CloseAbandoned,
        Effect::Discard(connection) => Work::Discard(connection),
        other => panic!("{other:?} is about a listener that it must not be about"),
    }
}

fn change(before: &[u8], after: &[u8]) -> Queue {
    match after {
        same if same == before => Queue::Kept,
        [] => Queue::Emptied,
        [rest @ .., ARRIVING] if rest == before => Queue::Grown,
        rest if rest == &before[1..] => Queue::Shrunk,
        _ => panic!("the queue {before:?} became {after:?}"),
    }
}

fn contents(server: &Server<u8>) -> Vec<u8> {
    let mut copy = server.clone();
    core::iter::from_fn(|| copy.next_pending()).collect()
}

pub(crate) fn column_of(server: &Server<u8>) -> Column {
    let back_off = server.pause().map(|_| server.poll_timeout().is_some());
    match (server.phase(), back_off) {
        (PhaseName::Idle, None) => Column::Idle,
        (PhaseName::Binding, None) => Column::Binding,
        (PhaseName::Listening, None) => Column::Listening,
        (PhaseName::Listening, Some(true)) => Column::ListeningBackoff,
        (PhaseName::Listening, Some(false)) => Column::ListeningRetry,
        (PhaseName::Draining, None) => Column::Draining,
        (PhaseName::Draining, Some(true)) => Column::DrainingBackoff,
        (PhaseName::Draining, Some(false)) => Column::DrainingRetry,
        other => panic!("no column for {other:?}"),
    }
}

fn started(result: Result<ListenerId, ListenError>) -> Outcome {
    match result {
        Ok(_) => Outcome::Started,
        Err(ListenError::AlreadyListening) => Outcome::Misuse,
        Err(_) => Outcome::Rejected,
    }
}

fn limited(server: &mut Server<u8>, limit: usize) -> Outcome {
    server.set_max_pending(limit);
    assert_eq!(server.max_pending(), limit);
    Outcome::Stored
}

/// Returns the backlog that is stored; it shows only when a copy of the server listens.
fn backlog_of_the_next_bind(server: &Server<u8>) -> Backlog {
    let mut copy = server.clone();
    copy.close();
    settle(&mut copy);
    copy.listen(ServerName::from("next")).expect("it is closed");
    match copy.poll_effect() {
        Some(Effect::Bind { options, .. }) => options.backlog,
        other => panic!("{other:?} instead of a bind"),
    }
}

fn start(server: &mut Server<u8>, origin: Origin) -> ListenerId {
    let listener = match origin {
        Origin::File | Origin::NoFile => server.listen(ServerName::from("editor")),
        Origin::Adopted => server.listen_adopted(),
    }
    .expect("the server is idle");
    settle(server);
    listener
}

fn bound(server: &mut Server<u8>, listener: ListenerId, origin: Origin) {
    let facts = facts(origin);
    server.handle(OsEvent::Bound { listener, facts });
}

fn facts(origin: Origin) -> BoundFacts {
    let facts = BoundFacts::unnamed().with_full_name(ServerName::from("/tmp/editor"));
    match origin {
        Origin::File => facts.with_file(),
        Origin::NoFile => facts,
        Origin::Adopted => facts.with_name(ServerName::from("editor")),
    }
}

fn exhaust(server: &mut Server<u8>, listener: ListenerId) {
    server.handle(OsEvent::AcceptFailed {
        listener,
        failure: AcceptFailure::Exhausted(EARLIER),
        now: Time::ZERO,
    });
}

fn settle(server: &mut Server<u8>) {
    while server.poll_effect().is_some() {}
}

pub(crate) const fn at(milliseconds: u64) -> Time {
    Time::from_epoch(Duration::from_millis(milliseconds))
}
