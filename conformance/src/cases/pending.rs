//! Pending connections: HAS, NEXT.

use crate::prelude::*;

/// Something is pending between the arrival and the claim, and at no other time.
pub(crate) fn has_pending_is_true_between_arrival_and_claim(bench: &mut Bench) {
    assert!(!bench.observe().has_pending);
    let name = bench.listen_on("server");
    assert!(!bench.observe().has_pending);
    bench.arrive(&name);
    assert!(bench.observe().has_pending);
    assert!(bench.subject.next_pending().is_some());
    assert!(!bench.observe().has_pending);
}

/// Asking whether something is pending claims nothing.
pub(crate) fn asking_claims_nothing(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    for _ in 0..3 {
        assert!(bench.observe().has_pending);
    }
    let connections = bench.expect_pending(1);
    bench.echo(client, connections[0]);
}

/// Connections are handed out in the order in which the clients came.
pub(crate) fn first_come_first_served(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 5);
    for expected in 0..5 {
        let connection = bench.claim();
        assert_eq!(bench.number_of(connection), expected);
    }
}

/// The order holds across the queue of the server and that of the operating system.
pub(crate) fn first_come_first_served_beyond_the_limit(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 9);
    bench.subject.settle();
    for expected in 0..9 {
        let connection = bench.claim();
        assert_eq!(bench.number_of(connection), expected);
    }
    bench.expect_nothing_pending();
}

/// Each connection is handed out once.
pub(crate) fn each_connection_is_handed_out_once(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.arrive(&name);
    assert!(bench.subject.next_pending().is_some());
    assert_eq!(bench.subject.next_pending(), None);
}

/// With nothing pending there is nothing to claim: fresh, listening, closed.
pub(crate) fn nothing_is_handed_out_when_nothing_is_pending(bench: &mut Bench) {
    assert_eq!(bench.subject.next_pending(), None);
    bench.listen_on("server");
    assert_eq!(bench.subject.next_pending(), None);
    bench.subject.close();
    assert_eq!(bench.subject.next_pending(), None);
    bench.expect_no_error();
}

/// Dropping the server drops what nobody claimed.
pub(crate) fn dropping_the_server_drops_what_is_unclaimed(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let clients = bench.connect_clients(&name, 3);
    bench.subject.settle();
    bench.subject.renew(Hook::None);
    for client in clients {
        bench.expect_client_closed(client);
    }
}

/// A claimed connection can be dropped at any time; the server goes on.
pub(crate) fn a_claimed_connection_can_be_dropped_early(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.subject.drop_connection(connection);
    bench.expect_client_closed(client);
    assert!(bench.observe().listening);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// What a client wrote before its connection was claimed can be read from it.
pub(crate) fn data_written_before_the_claim_is_readable(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.connect_client(&name);
    bench.client_sends(client, b"early");
    let connection = bench.claim();
    assert_eq!(bench.receive(connection, 5), b"early");
}

/// What a client wrote can be read, though it left before the server took it in.
pub(crate) fn data_of_a_client_that_left_is_readable(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.connect_client(&name);
    bench.client_sends(client, b"last words");
    bench.world.drop_client(client);
    let connection = bench.claim();
    assert_eq!(bench.read_to_end(connection), b"last words");
}

/// What a client wrote can be read, though it left between its arrival and the claim.
pub(crate) fn data_of_a_client_that_left_while_pending_is_readable(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    bench.client_sends(client, b"last words");
    bench.world.drop_client(client);
    let connection = bench.claim();
    assert_eq!(bench.read_to_end(connection), b"last words");
}

/// Clients that connect and vanish count, are handed out, and read as ended.
pub(crate) fn rude_clients_do_no_harm(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for client in bench.connect_clients(&name, 20) {
        bench.world.drop_client(client);
    }
    let polite = bench.connect_client(&name);
    let connections = bench.expect_pending(21);
    bench.expect_no_error();
    for connection in &connections[..20] {
        assert_eq!(bench.read_to_end(*connection), b"");
    }
    bench.echo(polite, connections[20]);
}

/// Two hundred clients that come and go leave nothing open behind them.
pub(crate) fn connections_leave_no_descriptor_behind(bench: &mut Bench) {
    let name = bench.listen_on("server");
    come_and_go(bench, &name);
    let before = bench.world.open_descriptors();
    for _ in 0..20 {
        come_and_go(bench, &name);
    }
    assert_eq!(bench.world.open_descriptors(), before);
}

fn come_and_go(bench: &mut Bench, name: &ServerName) {
    for client in bench.connect_clients(name, 10) {
        bench.world.drop_client(client);
    }
    for connection in bench.expect_pending(10) {
        bench.subject.drop_connection(connection);
    }
}
