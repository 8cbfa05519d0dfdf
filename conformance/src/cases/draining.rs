//! Draining: new clients are refused, connected ones are served.

use super::prelude::*;

pub(crate) fn drain_stops_listening(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_client(&name);
    t.subject.drain();
    let seen = t.observe();
    assert!(!seen.listening);
    assert_eq!((seen.server_name, seen.full_server_name), (None, None));
    t.expect_absent(&name);
}

pub(crate) fn drain_refuses_new_clients(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_client(&name);
    t.subject.drain();
    t.expect_unreachable(&name, SocketOptions::empty());
    t.expect_pending(1);
}

pub(crate) fn drain_of_abstract_name_refuses_new_clients(t: &mut Fixture) {
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    let name = t.env.abstract_name("server");
    t.listen(&name);
    let early = t.env.connect(&name, SocketOptions::ABSTRACT);
    t.subject.drain();
    t.expect_unreachable(&name, SocketOptions::ABSTRACT);
    let connections = t.expect_pending(1);
    t.echo(early, connections[0]);
}

pub(crate) fn drain_serves_backlog_in_order(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.listen_on("server");
    let clients = t.connect_numbered(&name, 10);
    t.subject.settle();
    t.subject.drain();
    for (number, client) in (0..).zip(clients) {
        let connection = t.take();
        t.expect_number(connection, number);
        t.echo(client, connection);
    }
    t.expect_pending(0);
}

pub(crate) fn limit_holds(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.listen_on("server");
    t.connect_clients(&name, 5);
    t.subject.drain();
    t.expect_pending(2);
    t.expect_pending(2);
    t.expect_pending(1);
    t.expect_pending(0);
}

pub(crate) fn wait_ends_after_last_client(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_clients(&name, 3);
    t.subject.drain();
    for _ in 0..3 {
        assert_eq!(t.subject.wait(LONG), Wait::Ready);
        assert!(t.subject.next_pending().is_some());
    }
    assert_eq!(t.subject.wait(Timeout::Never), Wait::NotListening);
}

pub(crate) fn successor_can_listen(t: &mut Fixture) {
    let name = t.listen_on("server");
    let clients = t.connect_clients(&name, 3);
    t.subject.drain();
    t.env.place(&name, Occupant::LiveServer);
    for client in clients {
        t.take_and_echo(client);
    }
    t.expect_pending(0);
    t.subject.close();
    assert!(t.env.is_unchanged(&name));
    assert!(t.env.placed_server_answers(&name));
}

pub(crate) fn listen_works_afterwards(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_client(&name);
    t.subject.drain();
    t.expect_pending(1);
    t.expect_pending(0);
    t.listen(&name);
    t.expect_served(&name);
}

pub(crate) fn drain_without_clients_ends(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.subject.drain();
    t.subject.settle();
    t.expect_idle();
    t.expect_no_error();
    t.listen(&name);
}

pub(crate) fn listen_while_draining_is_misuse(t: &mut Fixture) {
    t.subject.set_max_pending(0);
    let name = t.listen_on("server");
    t.connect_client(&name);
    t.subject.drain();
    t.subject.settle();
    let result = t.subject.listen(&name);
    assert_eq!(result, Err(ErrorKind::AlreadyListening.into()));
    t.subject.close();
    t.listen(&name);
}

pub(crate) fn close_ends_drain(t: &mut Fixture) {
    t.subject.set_max_pending(1);
    let name = t.listen_on("server");
    let clients = t.connect_clients(&name, 2);
    t.subject.settle();
    t.subject.drain();
    t.subject.settle();
    t.subject.close();
    let connections = t.expect_pending(1);
    t.echo(clients[0], connections[0]);
    t.expect_client_closed(clients[1]);
}

pub(crate) fn drain_of_idle_server_does_nothing(t: &mut Fixture) {
    t.provoke_error();
    let before = t.observe();
    t.subject.drain();
    t.subject.settle();
    assert_eq!(t.observe(), before);
}

pub(crate) fn adopted_socket_serves_backlog(t: &mut Fixture) {
    let name = t.adopt_new();
    let before = t.env.entry(&name);
    let client = t.connect_client(&name);
    t.subject.drain();
    t.take_and_echo(client);
    t.expect_pending(0);
    assert_eq!(t.env.entry(&name), before);
    t.expect_idle();
}

pub(crate) fn adopted_socket_stays_open_elsewhere(t: &mut Fixture) {
    let (name, descriptor) = t.listening_descriptor();
    let shared = t.env.duplicate(&descriptor);
    t.adopt(descriptor);
    t.subject.drain();
    t.expect_pending(0);
    let client = t.connect_client(&name);
    t.adopt(shared);
    t.take_and_echo(client);
}
