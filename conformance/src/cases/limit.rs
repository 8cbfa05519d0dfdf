//! The limit on pending connections: MAX, SETMAX.

use crate::prelude::*;

/// How many more clients try than may be pending.
const MORE: usize = 20;

/// The limit is 30 unless it is set.
pub(crate) fn the_limit_is_thirty_by_default(bench: &mut Bench) {
    assert_eq!(bench.observe().max_pending, 30);
}

/// The limit reads back as it was set, before listen, while listening and after close.
pub(crate) fn the_limit_reads_back(bench: &mut Bench) {
    for limit in [0, 1, 5, 1000, usize::MAX] {
        bench.subject.set_max_pending(limit);
        assert_eq!(bench.observe().max_pending, limit);
    }
    bench.listen_on("server");
    assert_eq!(bench.observe().max_pending, usize::MAX);
    bench.subject.set_max_pending(7);
    bench.subject.close();
    assert_eq!(bench.observe().max_pending, 7);
}

/// The default limit holds.
pub(crate) fn the_default_limit_holds(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 30 + MORE);
    bench.expect_pending(30);
}

/// With a limit of zero nobody is pending.
pub(crate) fn a_limit_of_zero_holds(bench: &mut Bench) {
    expect_limit_to_hold(bench, 0);
}

/// With a limit of one exactly one is pending.
pub(crate) fn a_limit_of_one_holds(bench: &mut Bench) {
    expect_limit_to_hold(bench, 1);
}

/// With a limit of three exactly three are pending.
pub(crate) fn a_limit_of_three_holds(bench: &mut Bench) {
    expect_limit_to_hold(bench, 3);
}

/// With a limit of thirty exactly thirty are pending.
pub(crate) fn a_limit_of_thirty_holds(bench: &mut Bench) {
    expect_limit_to_hold(bench, 30);
}

/// A high limit is reached, far beyond what is taken in at one turn.
pub(crate) fn a_high_limit_is_reached(bench: &mut Bench) {
    expect_limit_to_hold(bench, 200);
}

/// The limit holds however often and in whichever way the server is driven.
pub(crate) fn the_limit_holds_however_the_server_is_driven(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 10);
    for _ in 0..3 {
        bench.subject.settle();
        assert_eq!(bench.subject.wait(Timeout::default()), Wait::Ready);
    }
    bench.expect_pending(2);
}

/// Claiming one connection lets exactly one more in.
pub(crate) fn claiming_one_lets_exactly_one_in(bench: &mut Bench) {
    bench.subject.set_max_pending(3);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 3 + MORE);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 3);
    for _ in 0..5 {
        assert!(bench.subject.next_pending().is_some());
        bench.subject.settle();
        assert_eq!(bench.subject.take_new_connections(), 1);
    }
    bench.expect_pending(3);
}

/// Claiming some connections lets exactly as many in.
pub(crate) fn claiming_some_lets_exactly_as_many_in(bench: &mut Bench) {
    bench.subject.set_max_pending(5);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 5 + MORE);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 5);
    for claims in 1..=5 {
        for _ in 0..claims {
            assert!(bench.subject.next_pending().is_some());
        }
        bench.subject.settle();
        assert_eq!(bench.subject.take_new_connections(), claims);
    }
}

/// Clients beyond the limit see themselves as connected, and are served once there is room.
pub(crate) fn clients_beyond_the_limit_are_served_later(bench: &mut Bench) {
    bench.subject.set_max_pending(1);
    let name = bench.listen_on("server");
    let clients = bench.connect_clients(&name, 1 + MORE);
    bench.subject.settle();
    for client in clients {
        assert_eq!(bench.world.client(client), ClientState::Connected);
        let connection = bench.claim();
        bench.echo(client, connection);
    }
    bench.expect_nothing_pending();
}

/// What clients beyond the limit write is there when they are served.
pub(crate) fn clients_beyond_the_limit_may_write_at_once(bench: &mut Bench) {
    bench.subject.set_max_pending(1);
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 10);
    for expected in 0..10 {
        let connection = bench.claim();
        assert_eq!(bench.number_of(connection), expected);
    }
}

/// With a limit of zero nothing is accepted until it is raised.
pub(crate) fn zero_accepts_nothing_until_it_is_raised(bench: &mut Bench) {
    bench.subject.set_max_pending(0);
    let name = bench.listen_on("server");
    let clients = bench.connect_clients(&name, 3);
    bench.expect_nothing_pending();
    bench.subject.set_max_pending(2);
    let connections = bench.expect_pending(2);
    bench.echo(clients[0], connections[0]);
}

/// Setting the limit to zero while listening stops the taking in, raising it starts it again.
pub(crate) fn zero_while_listening_stops_until_it_is_raised(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connected_pair(&name);
    bench.subject.set_max_pending(0);
    bench.connect_clients(&name, 3);
    bench.expect_nothing_pending();
    bench.subject.set_max_pending(30);
    bench.expect_pending(3);
}

/// Raising the limit lets in as many more, at once and without a claim.
pub(crate) fn raising_the_limit_takes_effect_at_once(bench: &mut Bench) {
    bench.subject.set_max_pending(1);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 10);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 1);
    bench.subject.set_max_pending(4);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 3);
    bench.expect_pending(4);
}

/// Lowering the limit drops nothing that is pending.
pub(crate) fn lowering_the_limit_drops_nothing(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let clients = bench.connect_clients(&name, 5);
    bench.subject.settle();
    bench.subject.set_max_pending(1);
    let connections = bench.expect_pending(5);
    for (client, connection) in clients.into_iter().zip(connections) {
        bench.echo(client, connection);
    }
}

/// After lowering the limit nobody is let in before fewer than that are pending.
pub(crate) fn a_lowered_limit_lets_nobody_in_until_there_is_room(bench: &mut Bench) {
    bench.subject.set_max_pending(5);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 5 + MORE);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 5);
    bench.subject.set_max_pending(2);
    for _ in 0..3 {
        assert!(bench.subject.next_pending().is_some());
        bench.subject.settle();
        assert_eq!(bench.subject.take_new_connections(), 0);
    }
    assert!(bench.subject.next_pending().is_some());
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 1);
    bench.expect_pending(2);
}

/// Discarding what is pending makes room for as many.
pub(crate) fn discarding_makes_room(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 10);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 2);
    bench.subject.discard_pending();
    assert!(!bench.observe().has_pending);
    bench.expect_pending(2);
}

/// What an earlier listen left over counts at the next one.
pub(crate) fn leftovers_count_at_the_next_listen(bench: &mut Bench) {
    bench.subject.set_max_pending(3);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 2);
    bench.subject.settle();
    bench.subject.close();
    bench.listen(&name);
    bench.connect_clients(&name, MORE);
    bench.expect_pending(3);
}

#[track_caller]
fn expect_limit_to_hold(bench: &mut Bench, limit: usize) {
    bench.subject.set_max_pending(limit);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, limit + MORE);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), limit, "announced");
    bench.expect_pending(limit);
}
