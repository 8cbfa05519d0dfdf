//! The limit on pending connections: MAX, SETMAX.

use super::prelude::*;

/// The number of clients beyond the limit.
const MORE: usize = 20;

pub(crate) fn limit_is_read_back(t: &mut Fixture) {
    assert_eq!(t.observe().max_pending, 30);
    for limit in [0, 1, 5, 1000, usize::MAX] {
        t.subject.set_max_pending(limit);
        assert_eq!(t.observe().max_pending, limit);
    }
    t.listen_on("server");
    assert_eq!(t.observe().max_pending, usize::MAX);
    t.subject.set_max_pending(7);
    t.subject.close();
    assert_eq!(t.observe().max_pending, 7);
}

pub(crate) fn default_limit_holds(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_clients(&name, 30 + MORE);
    t.expect_pending(30);
}

pub(crate) fn exact_limits_hold(t: &mut Fixture) {
    for limit in [0, 1, 3, 30] {
        expect_limit_to_hold(t, limit);
        t.subject.renew();
    }
}

pub(crate) fn high_limit_is_reached(t: &mut Fixture) {
    expect_limit_to_hold(t, 200);
}

pub(crate) fn limit_holds_for_wait_and_event_loop(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.listen_on("server");
    t.connect_clients(&name, 10);
    for _ in 0..3 {
        t.subject.settle();
        assert_eq!(t.subject.wait(Timeout::default()), Wait::Ready);
    }
    t.expect_pending(2);
}

pub(crate) fn taking_accepts_as_many(t: &mut Fixture) {
    t.subject.set_max_pending(5);
    let name = t.listen_on("server");
    t.connect_clients(&name, 5 + MORE);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 5);
    for count in 1..=5 {
        for _ in 0..count {
            assert!(t.subject.next_pending().is_some());
        }
        t.subject.settle();
        assert_eq!(t.subject.take_new_connections(), count);
    }
}

pub(crate) fn clients_beyond_limit_are_served_later(t: &mut Fixture) {
    t.subject.set_max_pending(1);
    let name = t.listen_on("server");
    let clients = t.connect_clients(&name, 1 + MORE);
    t.subject.settle();
    for client in clients {
        assert_eq!(t.env.client(client), ClientState::Connected);
        t.take_and_echo(client);
    }
    t.expect_pending(0);
}

pub(crate) fn clients_beyond_limit_can_write(t: &mut Fixture) {
    t.subject.set_max_pending(1);
    let name = t.listen_on("server");
    t.connect_numbered(&name, 10);
    for expected in 0..10 {
        let connection = t.take();
        t.expect_number(connection, expected);
    }
}

pub(crate) fn zero_accepts_nothing_until_raised(t: &mut Fixture) {
    t.subject.set_max_pending(0);
    let name = t.listen_on("server");
    let clients = t.connect_clients(&name, 3);
    t.expect_pending(0);
    t.subject.set_max_pending(2);
    let connections = t.expect_pending(2);
    t.echo(clients[0], connections[0]);
}

pub(crate) fn zero_while_listening_stops_accepting(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connected_pair(&name);
    t.subject.set_max_pending(0);
    t.connect_clients(&name, 3);
    t.expect_pending(0);
    t.subject.set_max_pending(30);
    t.expect_pending(3);
}

pub(crate) fn raising_takes_effect_at_once(t: &mut Fixture) {
    t.subject.set_max_pending(1);
    let name = t.listen_on("server");
    t.connect_clients(&name, 10);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 1);
    t.subject.set_max_pending(4);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 3);
    t.expect_pending(4);
}

pub(crate) fn lowering_drops_nothing(t: &mut Fixture) {
    let name = t.listen_on("server");
    let clients = t.connect_clients(&name, 5);
    t.subject.settle();
    t.subject.set_max_pending(1);
    let connections = t.expect_pending(5);
    for (client, connection) in clients.into_iter().zip(connections) {
        t.echo(client, connection);
    }
}

pub(crate) fn lowered_limit_accepts_nothing_until_reached(t: &mut Fixture) {
    t.subject.set_max_pending(5);
    let name = t.listen_on("server");
    t.connect_clients(&name, 5 + MORE);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 5);
    t.subject.set_max_pending(2);
    for _ in 0..3 {
        assert!(t.subject.next_pending().is_some());
        t.subject.settle();
        assert_eq!(t.subject.take_new_connections(), 0);
    }
    assert!(t.subject.next_pending().is_some());
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 1);
    t.expect_pending(2);
}

pub(crate) fn discard_frees_places(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.listen_on("server");
    t.connect_clients(&name, 10);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 2);
    t.subject.discard_pending();
    assert!(!t.observe().has_pending);
    t.expect_pending(2);
}

pub(crate) fn connections_from_before_close_count(t: &mut Fixture) {
    t.subject.set_max_pending(3);
    let name = t.listen_on("server");
    t.connect_clients(&name, 2);
    t.subject.settle();
    t.subject.close();
    t.listen(&name);
    t.connect_clients(&name, MORE);
    t.expect_pending(3);
}

#[track_caller]
fn expect_limit_to_hold(t: &mut Fixture, limit: usize) {
    t.subject.set_max_pending(limit);
    let name = t.listen_on("server");
    t.connect_clients(&name, limit + MORE);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), limit, "announced");
    t.expect_pending(limit);
}
