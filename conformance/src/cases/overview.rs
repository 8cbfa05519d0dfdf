//! One case for each purpose of a server: SRV.

use super::prelude::*;

pub(crate) fn accepts_client(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_pending(&name);
    assert!(t.observe().has_pending);
}

pub(crate) fn listen_makes_name_reachable(t: &mut Fixture) {
    let name = t.env.full_name("server");
    t.expect_unreachable(&name, SocketOptions::empty());
    t.listen(&name);
    t.connect_client(&name);
}

pub(crate) fn announces_each_client(t: &mut Fixture) {
    let name = t.listen_on("server");
    for _ in 0..3 {
        t.connect_pending(&name);
        assert_eq!(t.subject.take_new_connections(), 1);
    }
}

pub(crate) fn connection_transfers_both_ways(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.expect_served(&name);
}

pub(crate) fn error_has_kind_and_text(t: &mut Fixture) {
    let error = t.provoke_error();
    let seen = t.observe();
    assert_eq!(seen.error, Some(error));
    assert!(!seen.error_string.is_empty());
}

pub(crate) fn server_name_is_known_while_listening(t: &mut Fixture) {
    let name = t.listen_on("server");
    assert_eq!(t.observe().server_name, Some(name));
}

pub(crate) fn close_stops_listening(t: &mut Fixture) {
    t.listen_on("server");
    t.subject.close();
    assert!(!t.observe().listening);
}

pub(crate) fn event_loop_serves_clients(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.connect_client(&name);
    t.subject.settle();
    assert!(t.observe().has_pending);
    t.take_and_echo(client);
}

pub(crate) fn wait_serves_clients(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.connect_client(&name);
    assert_eq!(t.subject.wait(Timeout::Never), Wait::Ready);
    t.take_and_echo(client);
}
