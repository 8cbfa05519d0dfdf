//! Pending connections: HAS, NEXT.

use super::prelude::*;

pub(crate) fn has_pending_until_taken(t: &mut Fixture) {
    assert!(!t.observe().has_pending);
    let name = t.listen_on("server");
    assert!(!t.observe().has_pending);
    t.connect_pending(&name);
    for _ in 0..3 {
        assert!(t.observe().has_pending);
    }
    assert!(t.subject.next_pending().is_some());
    assert!(!t.observe().has_pending);
    assert_eq!(t.subject.next_pending(), None);
}

pub(crate) fn connections_are_taken_in_order(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_numbered(&name, 5);
    for expected in 0..5 {
        let connection = t.take();
        t.expect_number(connection, expected);
    }
}

pub(crate) fn order_holds_beyond_limit(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.listen_on("server");
    t.connect_numbered(&name, 9);
    t.subject.settle();
    for expected in 0..9 {
        let connection = t.take();
        t.expect_number(connection, expected);
    }
    t.expect_pending(0);
}

pub(crate) fn nothing_to_take_without_pending_connection(t: &mut Fixture) {
    assert_eq!(t.subject.next_pending(), None);
    t.listen_on("server");
    assert_eq!(t.subject.next_pending(), None);
    t.subject.close();
    assert_eq!(t.subject.next_pending(), None);
    t.expect_no_error();
}

pub(crate) fn connection_can_be_dropped(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.subject.drop_connection(connection);
    t.expect_client_closed(client);
    assert!(t.observe().listening);
    t.expect_served(&name);
}

pub(crate) fn early_data_is_readable(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.connect_client(&name);
    t.client_sends(client, b"early");
    let connection = t.take();
    assert_eq!(t.receive(connection, 5), b"early");
}

pub(crate) fn data_of_closed_client_is_readable(t: &mut Fixture) {
    let name = t.listen_on("server");
    for is_pending in [false, true] {
        let client = t.connect_client(&name);
        if is_pending {
            t.subject.settle();
        }
        t.client_sends(client, b"data");
        t.env.drop_client(client);
        let connection = t.take();
        assert_eq!(t.read_to_end(connection), b"data");
    }
}

pub(crate) fn closed_clients_are_taken(t: &mut Fixture) {
    let name = t.listen_on("server");
    for client in t.connect_clients(&name, 20) {
        t.env.drop_client(client);
    }
    let polite = t.connect_client(&name);
    let connections = t.expect_pending(21);
    t.expect_no_error();
    for connection in &connections[..20] {
        assert_eq!(t.read_to_end(*connection), b"");
    }
    t.echo(polite, connections[20]);
}

pub(crate) fn descriptors_are_closed(t: &mut Fixture) {
    let name = t.listen_on("server");
    come_and_go(t, &name);
    let before = t.env.open_descriptors();
    for _ in 0..20 {
        come_and_go(t, &name);
    }
    assert_eq!(t.env.open_descriptors(), before);
}

fn come_and_go(t: &mut Fixture, name: &ServerName) {
    for client in t.connect_clients(name, 10) {
        t.env.drop_client(client);
    }
    for connection in t.expect_pending(10) {
        t.subject.drop_connection(connection);
    }
}
