//! Connections that the application or its hook adds: Q6-4.

use super::prelude::*;

pub(crate) fn added_connection_is_pending_and_announced(t: &mut Fixture) {
    t.listen_on("server");
    let other = t.subject.add_pending();
    assert!(t.observe().has_pending);
    assert_eq!(t.subject.take_new_connections(), 1);
    let connection = t.take();
    t.echo_own(other, connection);
}

pub(crate) fn added_connection_counts(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.listen_on("server");
    t.subject.add_pending();
    t.connect_clients(&name, 5);
    t.expect_pending(2);
}

pub(crate) fn added_connection_may_exceed_limit(t: &mut Fixture) {
    t.subject.set_max_pending(1);
    let name = t.listen_on("server");
    let client = t.connect_pending(&name);
    let other = t.subject.add_pending();
    let connections = t.expect_pending(2);
    t.echo(client, connections[0]);
    t.echo_own(other, connections[1]);
}

pub(crate) fn added_connection_needs_no_listening(t: &mut Fixture) {
    let other = t.subject.add_pending();
    assert_eq!(t.subject.wait(Timeout::Never), Wait::Ready);
    let connection = t.take();
    t.echo_own(other, connection);
}

pub(crate) fn hook_can_add_connection(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::AddOwn);
    let client = t.connect_pending(&name);
    assert_eq!(t.subject.take_new_connections(), 2);
    let connections = t.expect_pending(2);
    t.echo(client, connections[0]);
}

pub(crate) fn connection_added_by_hook_counts(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::AddOwn);
    t.subject.set_max_pending(4);
    t.connect_clients(&name, 10);
    t.expect_pending(4);
}
