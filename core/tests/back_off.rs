//! The lengths of back-offs, and what resets them. The transition table has the rest.

use anteroom_core::{
    AcceptFailure, BoundFacts, ErrorKind, Failure, ListenerId, Operation, OsEvent, Server,
    ServerName, Time,
};
use core::time::Duration;

#[test]
fn back_offs_double_from_10_ms_to_1_s() {
    let (mut server, listener) = listening();

    let lengths: Vec<u64> = (0..1000)
        .map(|_| exhaust_and_wait(&mut server, listener))
        .collect();

    assert_eq!(lengths[..7], [10, 20, 40, 80, 160, 320, 640]);
    assert!(lengths[7..].iter().all(|length| *length == 1000));
}

#[test]
fn the_server_does_not_accept_before_the_end_of_the_back_off() {
    let (mut server, listener) = listening();
    exhaust(&mut server, listener, at(5));

    server.handle_timeout(Time::from_epoch(Duration::from_nanos(14_999_999)));
    let before = (server.wants_accept(), server.poll_timeout());
    server.handle_timeout(at(15));
    let after = (server.wants_accept(), server.poll_timeout());

    assert_eq!(before, (None, Some(at(15))));
    assert_eq!(after, (Some(listener), None));
}

#[test]
fn a_connection_resets_the_length_whether_it_is_queued_or_not() {
    for queued in [None, Some(1)] {
        let (mut server, listener) = listening();
        exhaust_and_wait(&mut server, listener);
        exhaust_and_wait(&mut server, listener);

        server.handle(OsEvent::Accepted { listener, queued });

        assert_eq!(exhaust_and_wait(&mut server, listener), 10, "{queued:?}");
    }
}

#[test]
fn an_empty_backlog_ends_the_pause_and_resets_the_length() {
    let (mut server, listener) = listening();
    for _ in 0..2 {
        assert_eq!(exhaust_and_wait(&mut server, listener), 10);
        assert_eq!(exhaust_and_wait(&mut server, listener), 20);
        assert!(server.pause().is_some());
        server.handle(OsEvent::Empty { listener });
        assert_eq!(server.pause(), None);
    }
}

#[test]
fn a_lost_connection_neither_resets_the_length_nor_begins_a_back_off() {
    let (mut server, listener) = listening();
    exhaust_and_wait(&mut server, listener);

    server.handle(OsEvent::AcceptFailed {
        listener,
        failure: AcceptFailure::Transient(failure()),
        now: at(5_000),
    });

    assert_eq!(server.wants_accept(), Some(listener));
    assert_eq!(server.poll_timeout(), None);
    assert_eq!(exhaust_and_wait(&mut server, listener), 20);
}

#[test]
fn a_new_listener_begins_with_the_shortest_back_off() {
    let (mut server, first) = listening();
    exhaust_and_wait(&mut server, first);
    exhaust(&mut server, first, at(0));
    server.close();
    settle(&mut server);

    let second = listen(&mut server);

    assert_eq!(server.pause(), None);
    assert_eq!(server.poll_timeout(), None);
    assert_eq!(exhaust_and_wait(&mut server, second), 10);
}

#[test]
fn drain_keeps_the_back_off_and_its_length() {
    let (mut server, listener) = listening();
    exhaust_and_wait(&mut server, listener);
    exhaust(&mut server, listener, at(0));

    server.drain();
    settle(&mut server);

    assert_eq!(server.poll_timeout(), Some(at(20)));
    server.handle_timeout(at(20));
    assert_eq!(server.wants_accept(), Some(listener));
    assert_eq!(exhaust_and_wait(&mut server, listener), 40);
}

#[test]
fn a_back_off_at_the_end_of_time_does_not_overflow() {
    let (mut server, listener) = listening();
    let end = Time::from_epoch(Duration::MAX);

    exhaust(&mut server, listener, end);

    assert_eq!(server.poll_timeout(), Some(end));
}

/// Begins a back-off, and lets it elapse. Returns its length in milliseconds.
fn exhaust_and_wait(server: &mut Server<u8>, listener: ListenerId) -> u64 {
    let now = at(7);
    exhaust(server, listener, now);
    let end = server.poll_timeout().expect("the server backs off");
    server.handle_timeout(end);
    assert_eq!(
        server.wants_accept(),
        Some(listener),
        "the back-off is over"
    );
    u64::try_from(end.since(now).as_millis()).expect("a short back-off")
}

fn exhaust(server: &mut Server<u8>, listener: ListenerId, now: Time) {
    server.handle(OsEvent::AcceptFailed {
        listener,
        failure: AcceptFailure::Exhausted(failure()),
        now,
    });
}

const fn failure() -> Failure {
    Failure::new(Operation::Accept, ErrorKind::Resources)
}

fn listening() -> (Server<u8>, ListenerId) {
    let mut server = Server::new();
    let listener = listen(&mut server);
    (server, listener)
}

fn listen(server: &mut Server<u8>) -> ListenerId {
    let listener = server.listen(ServerName::from("editor")).expect("idle");
    settle(server);
    let facts = BoundFacts::unnamed();
    server.handle(OsEvent::Bound { listener, facts });
    listener
}

fn settle(server: &mut Server<u8>) {
    while server.poll_effect().is_some() {}
}

const fn at(milliseconds: u64) -> Time {
    Time::from_epoch(Duration::from_millis(milliseconds))
}
