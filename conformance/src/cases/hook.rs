//! The hook that sees every connection first: INC.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::prelude::*;

/// The hook is called once for every connection, with a socket that is connected to the client.
pub(crate) fn the_hook_is_called_once_for_each_connection(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    assert_eq!(bench.subject.hook_calls(), 0);
    for calls in 1..=3 {
        let (client, connection) = bench.connected_pair(&name);
        assert_eq!(bench.subject.hook_calls(), calls);
        bench.echo(client, connection);
    }
}

/// Clients beyond the limit do not reach the hook before there is room.
pub(crate) fn the_hook_does_not_see_clients_beyond_the_limit(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    bench.subject.set_max_pending(2);
    bench.connect_clients(&name, 5);
    bench.subject.settle();
    assert_eq!(bench.subject.hook_calls(), 2);
    bench.claim_all();
    bench.subject.settle();
    assert_eq!(bench.subject.hook_calls(), 4);
}

/// Without a hook a connection is queued at the end, and announced.
pub(crate) fn the_default_queues_and_announces(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::None, "server");
    let first = bench.connect_client(&name);
    let second = bench.connect_client(&name);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 2);
    let connections = bench.expect_pending(2);
    bench.echo(first, connections[0]);
    bench.echo(second, connections[1]);
}

/// A hook can take a connection elsewhere, where it works.
pub(crate) fn a_hook_can_take_connections_elsewhere(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Take, "server");
    let client = bench.arrive(&name);
    bench.expect_nothing_pending();
    let taken = bench.subject.taken();
    assert_eq!(taken.len(), 1);
    bench.echo(client, taken[0]);
}

/// What a hook took elsewhere goes on after close and after the server was dropped.
pub(crate) fn taken_connections_outlive_the_server(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Take, "server");
    let client = bench.arrive(&name);
    let taken = bench.subject.taken();
    bench.subject.close();
    bench.echo(client, taken[0]);
    bench.subject.renew(Hook::None);
    bench.echo(client, taken[0]);
}

/// A client that the hook refused sees its connection closed, and the server goes on.
pub(crate) fn a_refused_client_sees_its_connection_closed(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Refuse, "server");
    let client = bench.arrive(&name);
    assert_eq!(bench.client_reads_to_end(client), b"");
    assert!(bench.observe().listening);
    assert_eq!(bench.error(), None);
}

/// What a hook does not queue is not announced.
pub(crate) fn what_is_not_queued_is_not_announced(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Refuse, "server");
    bench.arrive(&name);
    assert_eq!(bench.subject.hook_calls(), 1);
    assert_eq!(bench.subject.take_new_connections(), 0);
    bench.expect_nothing_pending();
}

/// What a hook does not queue does not count against the limit.
pub(crate) fn what_is_not_queued_does_not_count(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Take, "server");
    bench.subject.set_max_pending(1);
    let clients = bench.connect_clients(&name, 10);
    bench.subject.settle();
    let taken = bench.subject.taken();
    assert_eq!(
        taken.len(),
        10,
        "a limit of one must not hold up what is taken elsewhere"
    );
    for (client, connection) in clients.into_iter().zip(taken) {
        bench.echo(client, connection);
    }
}

/// Many more clients than a server takes in at one turn are all refused.
pub(crate) fn a_crowd_is_refused_to_the_last(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Refuse, "server");
    let clients = bench.connect_clients(&name, 150);
    bench.subject.settle();
    assert_eq!(bench.subject.hook_calls(), 150);
    for client in clients {
        bench.expect_client_closed(client);
    }
}

/// A wait is not ended by a connection that the hook does not queue.
pub(crate) fn what_is_not_queued_does_not_end_a_wait(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Refuse, "server");
    bench.connect_client(&name);
    assert_eq!(bench.subject.wait(super::steps::SHORT), Wait::TimedOut);
    assert_eq!(
        bench.subject.hook_calls(),
        1,
        "the wait took the connection in all the same"
    );
}

/// A hook that panics loses that connection, and leaves a server that serves the next ones.
pub(crate) fn a_hook_that_panics_leaves_the_server_usable(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::PanicOnce, "server");
    let first = bench.connect_client(&name);
    let outcome = catch_unwind(AssertUnwindSafe(|| bench.subject.settle()));
    assert!(
        outcome.is_err(),
        "the panic has to reach who drives the server"
    );
    bench.expect_client_closed(first);
    bench.expect_nothing_pending();
    assert!(bench.observe().listening);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// After a hook panicked, the place which its connection held is free again.
pub(crate) fn a_hook_that_panics_gives_its_place_back(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::PanicOnce, "server");
    bench.subject.set_max_pending(1);
    bench.connect_client(&name);
    let outcome = catch_unwind(AssertUnwindSafe(|| bench.subject.settle()));
    assert!(outcome.is_err());
    bench.connect_clients(&name, 3);
    bench.expect_pending(1);
    bench.expect_pending(1);
    bench.expect_pending(1);
    bench.expect_nothing_pending();
}

/// A hook that panics inside a wait leaves a usable server as well.
pub(crate) fn a_hook_that_panics_inside_a_wait_leaves_the_server_usable(bench: &mut Bench) {
    for timeout in [Timeout::default(), super::steps::LONG, Timeout::Never] {
        let name = bench.listen_with_hook(Hook::PanicOnce, "server");
        bench.connect_client(&name);
        let outcome = catch_unwind(AssertUnwindSafe(|| bench.subject.wait(timeout)));
        assert!(outcome.is_err(), "{timeout:?}");
        assert!(bench.observe().listening);
        bench.connect_client(&name);
        assert_eq!(bench.subject.wait(timeout), Wait::Ready, "{timeout:?}");
        bench.expect_pending(1);
    }
}
