//! The hook for new connections: INC.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::prelude::*;

pub(crate) fn hook_is_called_once_for_each_connection(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    assert_eq!(t.subject.hook_calls(), 0);
    for calls in 1..=3 {
        let (client, connection) = t.connected_pair(&name);
        assert_eq!(t.subject.hook_calls(), calls);
        t.echo(client, connection);
    }
}

pub(crate) fn hook_is_not_called_beyond_limit(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    t.subject.set_max_pending(2);
    t.connect_clients(&name, 5);
    t.subject.settle();
    assert_eq!(t.subject.hook_calls(), 2);
    t.take_all();
    t.subject.settle();
    assert_eq!(t.subject.hook_calls(), 4);
}

pub(crate) fn default_queues_and_announces(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::None);
    let first = t.connect_client(&name);
    let second = t.connect_client(&name);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 2);
    let connections = t.expect_pending(2);
    t.echo(first, connections[0]);
    t.echo(second, connections[1]);
}

pub(crate) fn hook_can_keep_connections(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Take);
    let client = t.connect_pending(&name);
    t.expect_pending(0);
    let taken = t.subject.hook_connections();
    assert_eq!(taken.len(), 1);
    t.echo(client, taken[0]);
}

pub(crate) fn kept_connections_outlive_server(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Take);
    let client = t.connect_pending(&name);
    let taken = t.subject.hook_connections();
    t.subject.close();
    t.echo(client, taken[0]);
    t.subject.renew();
    t.echo(client, taken[0]);
}

pub(crate) fn refused_client_reads_end(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Refuse);
    let client = t.connect_pending(&name);
    assert_eq!(t.client_reads_to_end(client), b"");
    assert!(t.observe().listening);
    t.expect_no_error();
}

pub(crate) fn unqueued_connection_is_not_announced(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Refuse);
    t.connect_pending(&name);
    assert_eq!(t.subject.hook_calls(), 1);
    assert_eq!(t.subject.take_new_connections(), 0);
    t.expect_pending(0);
}

pub(crate) fn unqueued_connection_does_not_count(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Take);
    t.subject.set_max_pending(1);
    let clients = t.connect_clients(&name, 10);
    t.subject.settle();
    let taken = t.subject.hook_connections();
    assert_eq!(taken.len(), 10);
    for (client, connection) in clients.into_iter().zip(taken) {
        t.echo(client, connection);
    }
}

pub(crate) fn many_clients_are_refused(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Refuse);
    let clients = t.connect_clients(&name, 150);
    t.subject.settle();
    assert_eq!(t.subject.hook_calls(), 150);
    for client in clients {
        t.expect_client_closed(client);
    }
}

pub(crate) fn unqueued_connection_does_not_end_wait(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Refuse);
    t.connect_client(&name);
    assert_eq!(t.subject.wait(SHORT), Wait::TimedOut);
    assert_eq!(t.subject.hook_calls(), 1);
}

pub(crate) fn server_survives_panic(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::PanicOnce);
    let first = t.connect_client(&name);
    let outcome = catch_unwind(AssertUnwindSafe(|| t.subject.settle()));
    assert!(outcome.is_err(), "the panic reaches the caller");
    t.expect_client_closed(first);
    t.expect_pending(0);
    assert!(t.observe().listening);
    t.expect_served(&name);
}

pub(crate) fn panic_frees_place(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::PanicOnce);
    t.subject.set_max_pending(1);
    t.connect_client(&name);
    let outcome = catch_unwind(AssertUnwindSafe(|| t.subject.settle()));
    assert!(outcome.is_err());
    t.connect_clients(&name, 3);
    t.expect_pending(1);
    t.expect_pending(1);
    t.expect_pending(1);
    t.expect_pending(0);
}

pub(crate) fn server_survives_panic_in_wait(t: &mut Fixture) {
    for timeout in [Timeout::default(), LONG, Timeout::Never] {
        let name = t.listen_with_hook(Hook::PanicOnce);
        t.connect_client(&name);
        let outcome = catch_unwind(AssertUnwindSafe(|| t.subject.wait(timeout)));
        assert!(outcome.is_err(), "{timeout:?}");
        assert!(t.observe().listening);
        t.connect_client(&name);
        assert_eq!(t.subject.wait(timeout), Wait::Ready, "{timeout:?}");
        t.expect_pending(1);
    }
}
