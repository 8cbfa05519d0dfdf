//! Pauses while descriptors are short: what begins and ends them, and how long the server backs off.

use anteroom_core::{
    AcceptFailure, BoundFacts, End, ErrorKind, Failure, ListenerId, Operation, OsEvent, Pause,
    Server, ServerName, Time,
};
use core::time::Duration;

#[test]
fn pauses_double_from_ten_milliseconds_to_one_second_and_stay_there() {
    let (mut server, listener) = listening();

    let pauses: Vec<u64> = (0..10)
        .map(|_| exhaust_and_wait(&mut server, listener))
        .collect();

    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000]);
}

#[test]
fn the_longest_pause_is_kept_however_often_descriptors_run_out() {
    let (mut server, listener) = listening();
    for _ in 0..1000 {
        exhaust_and_wait(&mut server, listener);
    }

    let pause = exhaust_and_wait(&mut server, listener);

    assert_eq!(pause, 1000);
}

#[test]
fn a_pause_is_measured_from_the_moment_of_the_failure() {
    let (mut server, listener) = listening();

    exhaust(&mut server, listener, at(12_345));

    assert_eq!(server.poll_timeout(), Some(at(12_355)));
}

#[test]
fn nothing_is_taken_in_until_the_very_end_of_the_pause() {
    let (mut server, listener) = listening();
    exhaust(&mut server, listener, at(0));

    server.handle_timeout(Time::from_epoch(Duration::from_nanos(9_999_999)));
    let before = (server.wants_accept(), server.poll_timeout());
    server.handle_timeout(at(10));
    let after = (server.wants_accept(), server.poll_timeout());

    assert_eq!(before, (None, Some(at(10))));
    assert_eq!(after, (Some(listener), None));
}

#[test]
fn a_success_starts_anew_with_the_first_pause_whether_the_hook_queued_it_or_not() {
    for queued in [None, Some(1)] {
        let (mut server, listener) = listening();
        exhaust_and_wait(&mut server, listener);
        exhaust_and_wait(&mut server, listener);

        server.handle(OsEvent::Accepted { listener, queued });

        assert_eq!(exhaust_and_wait(&mut server, listener), 10, "{queued:?}");
    }
}

#[test]
fn the_end_of_a_back_off_alone_resets_nothing() {
    let (mut server, listener) = listening();
    exhaust_and_wait(&mut server, listener);

    server.handle_timeout(at(1_000_000));

    assert!(server.pause().is_some());
    assert_eq!(exhaust_and_wait(&mut server, listener), 20);
}

#[test]
fn an_attempt_that_finds_nobody_starts_anew_with_the_first_back_off() {
    let (mut server, listener) = listening();
    exhaust_and_wait(&mut server, listener);

    server.handle(OsEvent::Empty { listener });

    assert_eq!(server.pause(), None);
    assert_eq!(exhaust_and_wait(&mut server, listener), 10);
}

#[test]
fn a_pause_keeps_its_first_moment_and_its_latest_failure() {
    let (mut server, listener) = listening();
    let [first, second] = [24, 12].map(|code| failure().with_code(code));

    for (now, failure) in [(at(1000), first), (at(1500), second)] {
        server.handle(OsEvent::AcceptFailed {
            listener,
            failure: AcceptFailure::Exhausted(failure),
            now,
        });
        server.handle_timeout(at(1490));
    }

    let Pause { since, failure, .. } = server.pause().expect("descriptors are short");
    assert_eq!((since, failure), (at(1000), second));
}

#[test]
fn a_late_fact_of_an_empty_backlog_does_not_cut_a_back_off_short() {
    let (mut server, listener) = listening();
    exhaust(&mut server, listener, at(0));

    server.handle(OsEvent::Empty { listener });

    assert!(server.pause().is_some());
    assert_eq!(server.poll_timeout(), Some(at(10)));
}

#[test]
fn a_server_that_has_paused_may_pause_again() {
    let (mut server, listener) = listening();
    for _ in 0..2 {
        exhaust_and_wait(&mut server, listener);
        exhaust_and_wait(&mut server, listener);
        assert!(server.pause().is_some());
        server.handle(OsEvent::Empty { listener });
        assert_eq!(server.pause(), None);
    }
}

#[test]
fn the_loss_of_the_listener_ends_a_pause() {
    let (mut server, listener) = listening();
    exhaust_and_wait(&mut server, listener);

    server.handle(OsEvent::AcceptFailed {
        listener,
        failure: AcceptFailure::Fatal(failure()),
        now: at(0),
    });

    assert_eq!(server.pause(), None);
    assert_eq!(server.end(), Some(End::Lost));
    assert_eq!(server.take_loss(), Some(failure()));
}

#[test]
fn a_connection_that_is_lost_alone_resets_nothing_and_pauses_nothing() {
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
fn a_new_listener_starts_with_the_first_pause() {
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
fn drain_keeps_the_pause_and_its_length() {
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
fn pauses_do_not_overflow_at_the_end_of_time() {
    let (mut server, listener) = listening();
    let end = Time::from_epoch(Duration::MAX);

    exhaust(&mut server, listener, end);

    assert_eq!(server.poll_timeout(), Some(end));
}

/// Returns how long the pause is, in milliseconds, and lets it pass.
fn exhaust_and_wait(server: &mut Server<u8>, listener: ListenerId) -> u64 {
    let now = at(7);
    exhaust(server, listener, now);
    let end = server.poll_timeout().expect("it backs off");
    server.handle_timeout(end);
    assert_eq!(
        server.wants_accept(),
        Some(listener),
        "the back-off is over"
    );
    u64::try_from(end.since(now).as_millis()).expect("a short pause")
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
