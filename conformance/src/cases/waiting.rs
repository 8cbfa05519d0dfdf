//! Waiting for a connection: WAIT.

use std::time::Duration;

use super::prelude::*;

pub(crate) fn wait_blocks_until_client_connects(t: &mut Fixture) {
    let name = t.listen_on("server");
    for timeout in [LONG, Timeout::Never, Timeout::After(Duration::MAX), LONG] {
        let client = t.env.connect_when_blocked(&name);
        assert_eq!(t.subject.wait(timeout), Wait::Ready);
        assert!(t.observe().has_pending);
        t.take_and_echo(client);
    }
}

pub(crate) fn wait_times_out(t: &mut Fixture) {
    let name = t.listen_on("server");
    let before = t.observe();
    for timeout in [SHORT, Timeout::After(Duration::from_nanos(1))] {
        assert_eq!(t.subject.wait(timeout), Wait::TimedOut);
        assert_eq!(t.observe(), before);
        assert_eq!(t.subject.take_new_connections(), 0);
        t.connect_client(&name);
        assert_eq!(t.subject.wait(timeout), Wait::Ready);
        t.take();
        t.subject.take_new_connections();
    }
}

pub(crate) fn default_does_not_block(t: &mut Fixture) {
    let name = t.listen_on("server");
    assert_eq!(Timeout::default(), Timeout::After(Duration::ZERO));
    assert_eq!(t.subject.wait(Timeout::default()), Wait::TimedOut);
    t.connect_client(&name);
    assert_eq!(t.subject.wait(Timeout::default()), Wait::Ready);
    assert!(t.observe().has_pending);
}

pub(crate) fn wait_returns_at_once_with_pending_connection(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_pending(&name);
    for timeout in [Timeout::default(), SHORT, Timeout::Never] {
        assert_eq!(t.subject.wait(timeout), Wait::Ready);
    }
    t.expect_pending(1);
}

pub(crate) fn wait_returns_at_once_without_listening(t: &mut Fixture) {
    for timeout in [Timeout::default(), SHORT, Timeout::Never] {
        assert_eq!(t.subject.wait(timeout), Wait::NotListening);
    }
    t.listen_on("server");
    t.subject.close();
    assert_eq!(t.subject.wait(Timeout::Never), Wait::NotListening);
    t.expect_no_error();
}

pub(crate) fn closed_server_with_pending_connection_is_ready(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_pending(&name);
    t.subject.close();
    assert_eq!(t.subject.wait(Timeout::Never), Wait::Ready);
    t.take();
    assert_eq!(t.subject.wait(Timeout::Never), Wait::NotListening);
}

pub(crate) fn wait_obeys_limit(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.listen_on("server");
    t.connect_clients(&name, 8);
    for _ in 0..5 {
        assert_eq!(t.subject.wait(LONG), Wait::Ready);
    }
    let pending = t.take_all().len();
    assert!((1..=2).contains(&pending), "{pending} were pending");
}

pub(crate) fn wait_with_limit_zero_times_out(t: &mut Fixture) {
    t.subject.set_max_pending(0);
    let name = t.listen_on("server");
    t.connect_client(&name);
    assert_eq!(t.subject.wait(SHORT), Wait::TimedOut);
    assert!(!t.observe().has_pending);
    t.subject.set_max_pending(1);
    assert_eq!(t.subject.wait(LONG), Wait::Ready);
}

pub(crate) fn wait_and_take_serve_all_clients(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_numbered(&name, 40);
    for expected in 0..40 {
        let connection = t.wait_and_take();
        t.expect_number(connection, expected);
    }
    assert_eq!(t.subject.wait(Timeout::default()), Wait::TimedOut);
}

pub(crate) fn closed_client_makes_wait_ready(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.connect_client(&name);
    t.env.drop_client(client);
    assert_eq!(t.subject.wait(LONG), Wait::Ready);
}

pub(crate) fn wait_is_idle_with_clients_beyond_limit(t: &mut Fixture) {
    t.subject.set_max_pending(0);
    let name = t.listen_on("server");
    t.connect_clients(&name, 3);
    t.expect_to_wait_idly();
}
