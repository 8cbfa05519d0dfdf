//! The subject's client: CON.

use std::time::Duration;

use super::prelude::*;

pub(crate) fn client_connects_by_each_name(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.expect_own_client_served(&name);
    t.subject.close();
    let plain = t.env.plain_name("server");
    let full = t.env.resolved(&plain);
    t.listen(&plain);
    t.expect_own_client_served(&plain);
    t.expect_own_client_served(&full);
}

pub(crate) fn access_options_are_refused(t: &mut Fixture) {
    let name = t.listen_on("server");
    for options in [SocketOptions::USER, SocketOptions::WORLD] {
        let attempt = t.subject.start_connect(&name, options, Timeout::Never);
        let error = t.expect_failure(attempt);
        assert_eq!(error.kind, ErrorKind::Unsupported, "{options:?}");
    }
    t.expect_pending(0);
}

pub(crate) fn missing_server_is_not_found(t: &mut Fixture) {
    let name = t.env.full_name("missing");
    assert_eq!(t.fail_to_connect(&name).kind, ErrorKind::NotFound);
}

pub(crate) fn impossible_paths_are_name_errors(t: &mut Fixture) {
    t.place_at("file", Occupant::File);
    t.place_at("loop", Occupant::LinkToItself);
    for (stem, kind) in [
        ("missing", ErrorKind::NotFound),
        ("missing/server", ErrorKind::NotFound),
        ("file/server", ErrorKind::Name),
        ("loop/server", ErrorKind::Name),
    ] {
        let name = t.env.full_name(stem);
        let error = t.fail_to_connect(&name);
        assert_eq!(error.kind, kind, "{stem}");
        assert!(error.code.is_some(), "{stem}: {error:?}");
    }
}

pub(crate) fn unused_abstract_name_is_not_found(t: &mut Fixture) {
    let name = t.env.abstract_name("unused");
    let attempt = t
        .subject
        .start_connect(&name, SocketOptions::ABSTRACT, Timeout::Never);
    assert_eq!(t.expect_failure(attempt).kind, ErrorKind::NotFound);
}

pub(crate) fn stale_socket_refuses(t: &mut Fixture) {
    let name = t.place_at("stale", Occupant::StaleSocket);
    assert_eq!(t.fail_to_connect(&name).kind, ErrorKind::Refused);
    assert!(t.env.is_unchanged(&name));
}

pub(crate) fn bound_socket_refuses(t: &mut Fixture) {
    let name = t.env.full_name("bound");
    let _bound = t.env.descriptor(DescriptorKind::Bound, &name);
    assert_eq!(t.fail_to_connect(&name).kind, ErrorKind::Refused);
}

pub(crate) fn other_objects_are_wrong_objects(t: &mut Fixture) {
    for occupant in [Occupant::File, Occupant::Directory, Occupant::LinkToFile] {
        let name = t.place_at(&format!("{occupant:?}"), occupant);
        let error = t.fail_to_connect(&name);
        assert_eq!(error.kind, ErrorKind::WrongObject, "{occupant:?}");
        assert!(t.env.is_unchanged(&name), "{occupant:?}");
    }
}

pub(crate) fn access_is_denied_without_permission(t: &mut Fixture) {
    t.subject.set_socket_options(SocketOptions::USER);
    let name = t.listen_on("server");
    let error = t.as_user((54_321, 54_321), |t| t.fail_to_connect(&name));
    assert_eq!(error.kind, ErrorKind::Access);
    assert!(error.code.is_some());
    t.expect_pending(0);
}

pub(crate) fn failed_attempt_closes_descriptors(t: &mut Fixture) {
    let stale = t.place_at("stale", Occupant::StaleSocket);
    let missing = t.env.full_name("missing");
    t.fail_to_connect(&missing);
    let before = t.env.open_descriptors();
    for name in [missing, stale, ServerName::from("")] {
        t.fail_to_connect(&name);
        assert_eq!(t.env.open_descriptors(), before, "{name:?}");
    }
}

pub(crate) fn full_backlog_makes_client_wait(t: &mut Fixture) {
    for timeout in [Timeout::Never, LONG, Timeout::After(Duration::MAX)] {
        let name = listen_with_full_backlog(t);
        let attempt = t.start_connect_within(&name, timeout);
        // While the second attempt times out, the first one finds the backlog full.
        let second = t.start_connect_within(&name, SHORT);
        assert_eq!(t.expect_failure(second).kind, ErrorKind::TimedOut);
        assert_eq!(t.subject.attempt(attempt), Attempt::Connecting);
        t.subject.set_max_pending(30);
        let client = t.finish_connect(attempt);
        t.subject.settle();
        let connections = t.take_all();
        let last = *connections.last().expect("a connection is pending");
        t.echo_own(client, last);
        t.subject.renew();
    }
}

pub(crate) fn full_backlog_times_out(t: &mut Fixture) {
    let name = listen_with_full_backlog(t);
    let times = [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_micros(1),
    ];
    for timeout in times.map(Timeout::After).into_iter().chain([SHORT]) {
        let attempt = t.start_connect_within(&name, timeout);
        assert_eq!(t.expect_failure(attempt).kind, ErrorKind::TimedOut);
    }
}

pub(crate) fn waiting_clients_are_idle(t: &mut Fixture) {
    let name = listen_with_full_backlog(t);
    for timeout in [Timeout::Never, LONG] {
        t.start_connect_within(&name, timeout);
    }
    t.expect_to_wait_idly();
    t.subject.close();
}

pub(crate) fn timed_out_client_is_not_accepted(t: &mut Fixture) {
    let name = listen_with_full_backlog(t);
    let attempt = t.start_connect_within(&name, SHORT);
    assert_eq!(t.expect_failure(attempt).kind, ErrorKind::TimedOut);
    t.subject.set_max_pending(30);
    t.expect_pending(1);
    t.expect_pending(0);
}

pub(crate) fn timeout_is_not_used_with_free_backlog(t: &mut Fixture) {
    let name = t.listen_on("server");
    for timeout in [Timeout::default(), SHORT, Timeout::Never] {
        let attempt = t.start_connect_within(&name, timeout);
        let own = t.finish_connect(attempt);
        let connection = t.take();
        t.echo_own(own, connection);
    }
}

pub(crate) fn waiting_client_fails_when_server_closes(t: &mut Fixture) {
    let name = listen_with_full_backlog(t);
    let attempt = t.start_connect(&name);
    t.subject.settle();
    t.subject.close();
    let error = t.expect_failure(attempt);
    let kinds = [ErrorKind::NotFound, ErrorKind::Refused];
    assert!(kinds.contains(&error.kind), "{error:?}");
}

pub(crate) fn all_waiting_clients_connect(t: &mut Fixture) {
    let name = listen_with_full_backlog(t);
    let attempts: Vec<_> = (0..5).map(|_| t.start_connect(&name)).collect();
    t.subject.set_max_pending(1);
    t.take();
    for _ in &attempts {
        let connection = t.wait_and_take();
        t.send(connection, b"welcome");
    }
    for attempt in attempts {
        let client = t.finish_connect(attempt);
        assert_eq!(t.receive(client, 7), b"welcome");
    }
}

/// Listens with a limit of zero and a backlog that one client of the environment fills.
fn listen_with_full_backlog(t: &mut Fixture) -> ServerName {
    t.subject.set_max_pending(0);
    t.subject.set_backlog(Backlog::Limited(0));
    let name = t.listen_on("server");
    t.connect_client(&name);
    let next = t.env.connect(&name, SocketOptions::empty());
    assert_eq!(t.env.client(next), ClientState::Waiting);
    t.env.drop_client(next);
    name
}
