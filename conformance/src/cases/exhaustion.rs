//! Running out of descriptors while accepting: nothing is lost and nothing spins.

use super::steps::{LONG, SHORT};
use crate::prelude::*;

/// Running out while accepting leaves the server listening, with the error recorded.
pub(crate) fn running_out_leaves_the_server_listening(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let before = bench.world.entry(&name);
    bench.exhaust_accept(&name);
    let seen = bench.observe();
    assert!(seen.listening);
    assert_eq!(seen.server_name.as_ref(), Some(&name));
    assert_eq!(seen.error, Some(ErrorKind::Resources));
    assert!(seen.error_code.is_some());
    assert_eq!(bench.world.entry(&name), before, "the socket file stays");
}

/// The client that could not be accepted is served once there are descriptors again.
pub(crate) fn nobody_is_lost_when_descriptors_run_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.exhaust_accept(&name);
    bench.await_pending();
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// The event loop alone recovers, too.
pub(crate) fn the_event_loop_recovers_from_running_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.exhaust_accept(&name);
    let connection = bench.until("the server to recover", |bench| {
        bench.subject.settle();
        bench.subject.next_pending()
    });
    bench.echo(client, connection);
}

/// With room for some, some are taken in; with room for all, every client is served, in order.
pub(crate) fn everybody_is_served_after_descriptors_ran_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let clients = bench.connect_numbered(&name, 12);
    bench.world.limit_descriptors(4);
    bench.subject.settle();
    assert_eq!(bench.error(), Some(ErrorKind::Resources));
    let early = bench.claim_all();
    assert!(!early.is_empty() && early.len() <= 4, "{}", early.len());
    assert_eq!(bench.subject.wait(SHORT), Wait::TimedOut);
    bench.world.unlimit_descriptors();
    let mut connections = early;
    while connections.len() < clients.len() {
        bench.await_pending();
        connections.extend(bench.claim_all());
    }
    for (number, (client, connection)) in (0..).zip(clients.into_iter().zip(connections)) {
        assert_eq!(bench.number_of(connection), number);
        bench.echo(client, connection);
    }
}

/// Connections that are dropped give their descriptors to those who wait: the limit may stay.
pub(crate) fn dropped_connections_make_way_for_others(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 9);
    bench.world.limit_descriptors(2);
    for expected in 0..9 {
        bench.await_pending();
        let connection = bench.subject.next_pending().expect("it is ready");
        assert_eq!(bench.number_of(connection), expected);
        bench.subject.drop_connection(connection);
    }
    bench.world.unlimit_descriptors();
    assert!(bench.observe().listening);
}

/// What is pending when descriptors run out stays claimable.
pub(crate) fn what_is_pending_survives_running_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.subject.settle();
    let connection = bench.subject.next_pending().expect("it was pending before");
    bench.world.unlimit_descriptors();
    bench.echo(client, connection);
}

/// A server that ran out of descriptors can be closed, and its file is removed.
pub(crate) fn a_server_that_ran_out_can_be_closed(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.subject.settle();
    bench.subject.close();
    bench.world.unlimit_descriptors();
    bench.expect_idle();
    bench.expect_no_error();
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}

/// Nobody is lost, either, when descriptors run out while the server drains.
pub(crate) fn nobody_is_lost_when_descriptors_run_out_while_draining(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 3);
    bench.world.limit_descriptors(0);
    bench.subject.drain();
    bench.subject.settle();
    bench.world.unlimit_descriptors();
    for expected in 0..3 {
        bench.await_pending();
        let connection = bench.subject.next_pending().expect("it is ready");
        assert_eq!(bench.number_of(connection), expected);
    }
    assert_eq!(bench.subject.wait(LONG), Wait::NotListening);
}

/// While no descriptor is left, a server that waits is idle.
pub(crate) fn running_out_does_not_keep_a_processor_busy(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.expect_to_wait_idly();
    bench.world.unlimit_descriptors();
    bench.await_pending();
}
