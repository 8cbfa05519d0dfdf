//! Closing: CLOSE.

use super::occupied::OCCUPANTS;
use super::prelude::*;

pub(crate) fn close_clears_names(t: &mut Fixture) {
    t.listen_on("server");
    t.subject.close();
    t.expect_idle();
}

pub(crate) fn close_keeps_accepted_connections(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.subject.close();
    t.echo(client, connection);
}

pub(crate) fn close_keeps_pending_connections(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.connect_pending(&name);
    t.subject.close();
    assert!(t.observe().has_pending);
    t.take_and_echo(client);
}

pub(crate) fn pending_connections_stay_first_after_close(t: &mut Fixture) {
    let name = t.listen_on("server");
    let first = t.connect_pending(&name);
    t.subject.close();
    t.listen(&name);
    let second = t.connect_pending(&name);
    let connections = t.take_all();
    assert_eq!(connections.len(), 2);
    t.echo(first, connections[0]);
    t.echo(second, connections[1]);
}

pub(crate) fn discard_ends_pending_connections(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.connect_pending(&name);
    t.subject.close();
    t.subject.discard_pending();
    t.expect_pending(0);
    t.expect_client_closed(client);
}

pub(crate) fn close_refuses_new_clients(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.subject.close();
    t.expect_unreachable(&name, SocketOptions::empty());
}

pub(crate) fn close_refuses_new_clients_of_adopted_socket(t: &mut Fixture) {
    let name = t.adopt_new();
    t.subject.close();
    let client = t.env.connect(&name, SocketOptions::empty());
    let state = t.env.client(client);
    assert_eq!(state, ClientState::Failed(ErrorKind::Refused));
}

pub(crate) fn close_of_idle_server_keeps_error(t: &mut Fixture) {
    t.provoke_error();
    let before = t.observe();
    t.subject.close();
    assert_eq!(t.observe(), before);
}

pub(crate) fn second_close_does_nothing(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.subject.close();
    let before = t.observe();
    let successor = place_successor(t, &name);
    t.subject.close();
    assert_eq!(t.observe(), before);
    assert_eq!(t.env.entry(&name), successor);
}

pub(crate) fn listen_works_again(t: &mut Fixture) {
    let first = t.listen_on("server");
    t.subject.close();
    let second = t.listen_on("second");
    t.expect_unreachable(&first, SocketOptions::empty());
    t.expect_served(&second);
    t.subject.close();
    t.listen(&first);
    t.expect_served(&first);
}

pub(crate) fn close_removes_file(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.expect_socket(&name);
    t.subject.close();
    t.expect_absent(&name);
    t.expect_nothing_on_disk();
}

pub(crate) fn close_accepts_missing_file(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.env.delete(&name);
    t.subject.close();
    t.expect_idle();
    t.expect_no_error();
}

pub(crate) fn close_keeps_replacing_object(t: &mut Fixture) {
    for occupant in OCCUPANTS {
        let name = t.env.full_name(&format!("{occupant:?}"));
        t.listen(&name);
        t.env.delete(&name);
        t.env.place(&name, occupant);
        t.subject.close();
        assert!(t.env.is_unchanged(&name), "{occupant:?}");
        t.expect_idle();
    }
}

pub(crate) fn close_keeps_file_of_successor(t: &mut Fixture) {
    let name = t.listen_on("server");
    let successor = place_successor(t, &name);
    t.subject.close();
    assert_eq!(t.env.entry(&name), successor);
    assert!(t.env.placed_server_answers(&name));
}

pub(crate) fn close_keeps_file_of_adopted_socket(t: &mut Fixture) {
    let name = t.adopt_new();
    let before = t.env.entry(&name);
    t.subject.close();
    assert_eq!(t.env.entry(&name), before);
    t.env.delete(&name);
    let name = t.adopt_new();
    t.subject.renew();
    t.expect_socket(&name);
}

pub(crate) fn close_keeps_shared_socket_open(t: &mut Fixture) {
    let (name, descriptor) = t.listening_descriptor();
    let shared = t.env.duplicate(&descriptor);
    t.adopt(descriptor);
    t.subject.close();
    let client = t.connect_client(&name);
    t.adopt(shared);
    t.take_and_echo(client);
}

pub(crate) fn close_clears_error(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.exhaust_accept(&name);
    assert_eq!(t.error(), Some(ErrorKind::Resources));
    t.subject.close();
    t.expect_no_error();
}

pub(crate) fn close_records_failure_to_remove_file(t: &mut Fixture) {
    let name = t.env.guarded_name("server");
    t.listen(&name);
    t.as_user((54_321, 54_321), |t| t.subject.close());
    t.expect_idle();
    assert_eq!(t.error(), Some(ErrorKind::Access));
    let text = t.observe().error_string;
    assert!(text.contains(&name.to_string()), "{text}");
    t.expect_socket(&name);
}

pub(crate) fn dropped_connection_ends(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.subject.drop_connection(connection);
    assert_eq!(t.client_reads_to_end(client), b"");
}

fn place_successor(t: &mut Fixture, name: &ServerName) -> Entry {
    t.env.delete(name);
    t.env.place(name, Occupant::LiveServer);
    t.env.entry(name)
}
