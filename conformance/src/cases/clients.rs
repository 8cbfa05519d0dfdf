//! The backend's own client: CON.

use std::time::Duration;

use super::steps::{LONG, SHORT};
use crate::clauses::Platform;
use crate::prelude::*;

/// A client connects by the full name, reaches the server and talks to it.
pub(crate) fn a_client_connects_by_the_full_name(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let attempt = bench.start_connect(&name);
    let own = bench.finish_connect(attempt);
    let connection = bench.claim();
    bench.echo_own(own, connection);
}

/// A client connects by the plain name to a server that listens on the plain name.
pub(crate) fn a_client_connects_by_the_plain_name(bench: &mut Bench) {
    let plain = bench.world.plain_name("server");
    bench.listen(&plain);
    let attempt = bench.start_connect(&plain);
    let own = bench.finish_connect(attempt);
    let connection = bench.claim();
    bench.echo_own(own, connection);
}

/// Plain and full name lead to the same server.
pub(crate) fn plain_and_full_name_meet(bench: &mut Bench) {
    let plain = bench.world.plain_name("server");
    let full = bench.world.resolved(&plain);
    bench.listen(&plain);
    let attempt = bench.start_connect(&full);
    let own = bench.finish_connect(attempt);
    let connection = bench.claim();
    bench.echo_own(own, connection);
}

/// Only the server decides who may connect: access options of a client are refused, not ignored.
pub(crate) fn access_options_of_a_client_are_refused(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for options in [SocketOptions::USER, SocketOptions::WORLD] {
        let attempt = bench.subject.start_connect(&name, options, Timeout::Never);
        let expected = Failure::new(Operation::Connect, ErrorKind::Unsupported)
            .with_detail(Detail::AccessOfClient);
        match bench.finish_attempt(attempt) {
            Attempt::Failed(failure) => assert_eq!(failure, expected, "{options:?}"),
            other => panic!("{other:?} with {options:?}"),
        }
    }
    bench.expect_pending(0);
}

/// Without a server the name is not found.
pub(crate) fn connect_without_a_server_is_not_found(bench: &mut Bench) {
    let name = bench.world.full_name("nobody");
    let failure = bench.fail_to_connect(&name);
    assert_eq!(failure.kind(), ErrorKind::NotFound);
    assert_eq!(failure.operation(), Operation::Connect);
}

/// What does not exist yet is not found; what can never be a name is a name error.
pub(crate) fn connect_tells_a_missing_server_from_an_invalid_name(bench: &mut Bench) {
    let file = bench.world.full_name("file");
    bench.world.plant(&file, Plant::File);
    let link = bench.world.full_name("loop");
    bench.world.plant(&link, Plant::LinkToItself);
    for (stem, kind) in [
        ("missing", ErrorKind::NotFound),
        ("missing/server", ErrorKind::NotFound),
        ("file/server", ErrorKind::Name),
        ("loop/server", ErrorKind::Name),
    ] {
        let name = bench.world.full_name(stem);
        let failure = bench.fail_to_connect(&name);
        assert_eq!(failure.kind(), kind, "{stem}");
        assert!(failure.code().is_some(), "{stem}: {failure:?}");
    }
}

/// An abstract name that no server has is not found.
pub(crate) fn connect_to_an_unused_abstract_name_is_not_found(bench: &mut Bench) {
    let name = bench.world.abstract_name("nobody");
    let attempt = bench
        .subject
        .start_connect(&name, SocketOptions::ABSTRACT, Timeout::Never);
    let Attempt::Failed(failure) = bench.finish_attempt(attempt) else {
        panic!("no server has the name {name}");
    };
    assert_eq!(failure.kind(), ErrorKind::NotFound);
    assert_eq!(failure.detail(), Detail::NoSuchAbstractName);
}

/// What a crashed server left refuses.
pub(crate) fn a_stale_file_refuses(bench: &mut Bench) {
    let name = bench.world.full_name("stale");
    bench.world.plant(&name, Plant::StaleSocket);
    let failure = bench.fail_to_connect(&name);
    assert_eq!(failure.kind(), ErrorKind::Refused);
    let stale = Detail::Occupied(Occupant::StaleSocket);
    assert_eq!(failure.detail(), stale);
    assert!(bench.world.is_untouched(&name));
}

/// A socket that does not listen refuses, and is not taken for what a crashed server left.
pub(crate) fn a_socket_that_does_not_listen_refuses(bench: &mut Bench) {
    let name = bench.world.full_name("silent");
    let _silent = bench.world.descriptor(DescriptorKind::Bound, &name);
    let failure = bench.fail_to_connect(&name);
    assert_eq!(failure.kind(), ErrorKind::Refused);
    let detail = match bench.world.caps().platform {
        Platform::Linux => Detail::Occupied(Occupant::NotListening),
        // Elsewhere it cannot be told from a server with a full backlog.
        _ => Detail::None,
    };
    assert_eq!(failure.detail(), detail);
}

/// What is no socket is a wrong object, and not a server that refuses.
pub(crate) fn what_is_no_socket_is_a_wrong_object(bench: &mut Bench) {
    for (plant, occupant) in [
        (Plant::File, Occupant::File),
        (Plant::Directory, Occupant::Directory),
        (Plant::LinkToFile, Occupant::File),
    ] {
        let name = bench.world.full_name(&format!("{plant:?}"));
        bench.world.plant(&name, plant);
        let failure = bench.fail_to_connect(&name);
        assert_eq!(failure.kind(), ErrorKind::WrongObject, "{plant:?}");
        assert_eq!(failure.detail(), Detail::Occupied(occupant), "{plant:?}");
        assert!(bench.world.is_untouched(&name), "{plant:?}");
    }
}

/// Without permission access is denied, with the system's code.
pub(crate) fn without_permission_access_is_denied(bench: &mut Bench) {
    bench.subject.set_socket_options(SocketOptions::USER);
    let name = bench.listen_on("server");
    bench.world.act_as(Some((54_321, 54_321)));
    let failure = bench.fail_to_connect(&name);
    bench.world.act_as(None);
    assert_eq!(failure.kind(), ErrorKind::Access);
    assert!(failure.code().is_some());
    bench.expect_nothing_pending();
}

/// A failed attempt leaves no descriptor open.
pub(crate) fn a_failed_attempt_leaves_no_descriptor_open(bench: &mut Bench) {
    let stale = bench.world.full_name("stale");
    bench.world.plant(&stale, Plant::StaleSocket);
    let nobody = bench.world.full_name("nobody");
    bench.fail_to_connect(&nobody);
    let before = bench.world.open_descriptors();
    for name in [nobody, stale, ServerName::from("")] {
        bench.fail_to_connect(&name);
        assert_eq!(bench.world.open_descriptors(), before, "{name:?}");
    }
}

/// A client of a full queue waits, and gets in when there is room.
pub(crate) fn a_client_of_a_full_queue_waits_for_room(bench: &mut Bench) {
    expect_to_wait_for_room(bench, Timeout::Never);
}

/// A client that has a limited time to wait uses it, and gets in when there is room.
pub(crate) fn a_client_with_time_waits_for_room(bench: &mut Bench) {
    expect_to_wait_for_room(bench, LONG);
}

/// A client of a full queue gives up when its time is over.
pub(crate) fn a_client_of_a_full_queue_times_out(bench: &mut Bench) {
    let name = listen_with_full_queue(bench);
    let attempt = bench
        .subject
        .start_connect(&name, SocketOptions::empty(), SHORT);
    expect_timeout(bench, attempt);
}

/// The longest time that can be said is no trouble for a client.
pub(crate) fn a_client_may_wait_as_long_as_can_be_said(bench: &mut Bench) {
    expect_to_wait_for_room(bench, Timeout::After(Duration::MAX));
}

/// Even the shortest time that can be said is a limit for a client.
pub(crate) fn a_client_may_wait_as_short_as_can_be_said(bench: &mut Bench) {
    let name = listen_with_full_queue(bench);
    for time in [Duration::from_nanos(1), Duration::from_micros(1)] {
        let none = SocketOptions::empty();
        let attempt = bench
            .subject
            .start_connect(&name, none, Timeout::After(time));
        expect_timeout(bench, attempt);
    }
}

/// Clients that wait at a full queue are idle.
pub(crate) fn clients_of_a_full_queue_wait_idly(bench: &mut Bench) {
    let name = listen_with_full_queue(bench);
    for timeout in [Timeout::Never, LONG] {
        let none = SocketOptions::empty();
        bench.subject.start_connect(&name, none, timeout);
    }
    bench.expect_to_wait_idly();
    bench.subject.close();
}

/// A client that will not wait at all is told of a full queue at once.
pub(crate) fn a_client_without_time_is_told_of_a_full_queue(bench: &mut Bench) {
    let name = listen_with_full_queue(bench);
    let attempt = bench
        .subject
        .start_connect(&name, SocketOptions::empty(), Timeout::default());
    expect_timeout(bench, attempt);
}

/// A client that gave up does not turn up later.
pub(crate) fn a_client_that_gave_up_does_not_turn_up(bench: &mut Bench) {
    let name = listen_with_full_queue(bench);
    let attempt = bench
        .subject
        .start_connect(&name, SocketOptions::empty(), SHORT);
    expect_timeout(bench, attempt);
    bench.subject.set_max_pending(30);
    bench.expect_pending(1);
    bench.expect_nothing_pending();
}

/// A client with time to wait, but no need to, connects at once.
pub(crate) fn a_timeout_does_no_harm_where_there_is_room(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for timeout in [Timeout::default(), SHORT, Timeout::Never] {
        let attempt = bench
            .subject
            .start_connect(&name, SocketOptions::empty(), timeout);
        let own = bench.finish_connect(attempt);
        let connection = bench.claim();
        bench.echo_own(own, connection);
    }
}

/// A client of a full queue learns that the server has gone.
pub(crate) fn a_client_of_a_full_queue_learns_that_the_server_has_gone(bench: &mut Bench) {
    let name = listen_with_full_queue(bench);
    let attempt = bench.start_connect(&name);
    bench.subject.settle();
    bench.subject.close();
    let Attempt::Failed(failure) = bench.finish_attempt(attempt) else {
        panic!("there is no server any more");
    };
    assert!(
        matches!(failure.kind(), ErrorKind::NotFound | ErrorKind::Refused),
        "{failure:?}"
    );
}

/// Everybody who waits at a full queue gets in sooner or later, and is served.
pub(crate) fn everybody_who_waits_gets_in(bench: &mut Bench) {
    let name = listen_with_full_queue(bench);
    let attempts: Vec<_> = (0..5).map(|_| bench.start_connect(&name)).collect();
    bench.subject.set_max_pending(1);
    bench.claim();
    let mut served = 0;
    let mut clients = Vec::new();
    while served < attempts.len() {
        bench.await_pending();
        let connection = bench.subject.next_pending().expect("it is ready");
        bench.send(connection, b"welcome");
        served += 1;
    }
    for attempt in attempts {
        clients.push(bench.finish_connect(attempt));
    }
    for client in clients {
        assert_eq!(bench.receive(client, 7), b"welcome");
    }
}

/// Listens with a limit of zero and a queue that one bare client fills.
fn listen_with_full_queue(bench: &mut Bench) -> ServerName {
    bench.subject.set_max_pending(0);
    bench.subject.set_backlog(Backlog::Limited(0));
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    let next = bench.world.connect(&name, SocketOptions::empty());
    assert_eq!(bench.world.client(next), ClientState::Waiting);
    bench.world.drop_client(next);
    name
}

fn expect_to_wait_for_room(bench: &mut Bench, timeout: Timeout) {
    let name = listen_with_full_queue(bench);
    let none = SocketOptions::empty();
    let attempt = bench.subject.start_connect(&name, none, timeout);
    // While a second one gives up, the first one has had the time to meet the full queue.
    let impatient = bench.subject.start_connect(&name, none, SHORT);
    expect_timeout(bench, impatient);
    assert_eq!(bench.subject.attempt(attempt), Attempt::Connecting);
    bench.subject.set_max_pending(30);
    let own = bench.finish_connect(attempt);
    bench.subject.settle();
    let connections = bench.claim_all();
    let last = *connections.last().expect("somebody is pending");
    bench.echo_own(own, last);
}

fn expect_timeout(bench: &mut Bench, attempt: AttemptTag) {
    match bench.finish_attempt(attempt) {
        Attempt::Failed(failure) => assert_eq!(failure.kind(), ErrorKind::TimedOut),
        other => panic!("the queue is full, and yet: {other:?}"),
    }
}
