//! Closing: CLOSE.

use crate::prelude::*;

/// After close the server does not listen and has no names.
pub(crate) fn a_closed_server_has_no_names(bench: &mut Bench) {
    bench.listen_on("server");
    bench.subject.close();
    bench.expect_idle();
}

/// A claimed connection goes on after close, in both directions.
pub(crate) fn claimed_connections_survive_close(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, socket) = bench.connected_pair(&name);
    bench.subject.close();
    bench.echo(client, socket);
}

/// What was pending at close can still be claimed and talked to.
pub(crate) fn pending_connections_stay_claimable_after_close(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    bench.subject.close();
    assert!(bench.observe().has_pending);
    let socket = bench.claim();
    bench.echo(client, socket);
}

/// What was pending at close stays first in line at the next listen.
pub(crate) fn leftovers_are_first_in_line_at_the_next_listen(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let first = bench.arrive(&name);
    bench.subject.close();
    bench.listen(&name);
    let second = bench.arrive(&name);
    let sockets = bench.claim_all();
    assert_eq!(sockets.len(), 2);
    bench.echo(first, sockets[0]);
    bench.echo(second, sockets[1]);
}

/// Discarding cuts the clients that were pending.
pub(crate) fn discarding_cuts_pending_clients(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    bench.subject.close();
    bench.subject.discard_pending();
    bench.expect_nothing_pending();
    bench.expect_client_closed(client);
}

/// After close a new client is turned away.
pub(crate) fn new_clients_are_turned_away_after_close(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.subject.close();
    let client = bench.world.connect(&name, SocketOptions::empty());
    let state = bench.world.client(client);
    assert!(matches!(state, ClientState::Failed(_)), "{state:?}");
}

/// After close of an adopted socket, whose file stays, a new client is refused.
pub(crate) fn new_clients_are_refused_where_the_file_stays(bench: &mut Bench) {
    let name = bench.adopt();
    bench.subject.close();
    let client = bench.world.connect(&name, SocketOptions::empty());
    let state = bench.world.client(client);
    assert_eq!(state, ClientState::Failed(ErrorKind::Refused));
}

/// Closing a server that does not listen keeps the last error.
pub(crate) fn closing_an_idle_server_keeps_the_error(bench: &mut Bench) {
    bench.provoke_error();
    let before = bench.observe();
    bench.subject.close();
    assert_eq!(bench.observe(), before);
}

/// Closing twice is the same as closing once.
pub(crate) fn closing_twice_does_nothing_more(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.subject.close();
    let before = bench.observe();
    let successor = plant_rival(bench, &name);
    bench.subject.close();
    assert_eq!(bench.observe(), before);
    assert_eq!(bench.world.entry(&name), successor);
}

/// After close, listen works again on the same name.
pub(crate) fn the_same_name_can_be_listened_on_again(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.subject.close();
    bench.listen(&name);
    let (client, socket) = bench.connected_pair(&name);
    bench.echo(client, socket);
}

/// After close, listen works again on another name, and leaves the first one free.
pub(crate) fn another_name_can_be_listened_on(bench: &mut Bench) {
    let first = bench.listen_on("server");
    bench.subject.close();
    let second = bench.world.full_name("second");
    bench.listen(&second);
    assert!(bench.is_turned_away(&first));
    let (client, socket) = bench.connected_pair(&second);
    bench.echo(client, socket);
}

/// Close removes the socket file, and nothing is left behind.
pub(crate) fn closing_removes_the_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    assert!(bench.has_socket(&name));
    bench.subject.close();
    assert_eq!(bench.world.entry(&name), Entry::Absent);
    bench.expect_nothing_on_disk();
}

/// A file that somebody deleted meanwhile is no reason for an error.
pub(crate) fn a_file_deleted_elsewhere_is_no_error(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.world.delete(&name);
    bench.subject.close();
    bench.expect_idle();
    assert_eq!(bench.error(), None);
}

/// A file that replaced the socket file is not deleted by close.
pub(crate) fn closing_spares_a_foreign_file(bench: &mut Bench) {
    for plant in [
        Plant::File,
        Plant::Directory,
        Plant::DanglingLink,
        Plant::LinkToFile,
    ] {
        let name = bench.world.full_name(&format!("{plant:?}"));
        bench.listen(&name);
        bench.world.delete(&name);
        bench.world.plant(&name, plant);
        bench.subject.close();
        assert!(bench.world.is_untouched(&name), "{plant:?}");
        bench.expect_idle();
    }
}

/// A stale socket that replaced the socket file is not deleted by close.
pub(crate) fn closing_spares_another_stale_socket(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.world.delete(&name);
    bench.world.plant(&name, Plant::StaleSocket);
    bench.subject.close();
    assert!(bench.world.is_untouched(&name));
}

/// The socket of a successor is not deleted by close, and goes on serving.
pub(crate) fn closing_spares_a_successor(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let successor = plant_rival(bench, &name);
    bench.subject.close();
    assert_eq!(bench.world.entry(&name), successor);
    assert!(bench.world.rival_serves(&name));
}

/// The file of an adopted socket is not deleted by close.
pub(crate) fn closing_spares_the_file_of_an_adopted_socket(bench: &mut Bench) {
    let name = bench.adopt();
    let before = bench.world.entry(&name);
    assert!(before.identity().is_some());
    bench.subject.close();
    assert_eq!(bench.world.entry(&name), before);
}

/// The file of an adopted socket is not deleted by dropping the server.
pub(crate) fn dropping_spares_the_file_of_an_adopted_socket(bench: &mut Bench) {
    let name = bench.adopt();
    let before = bench.world.entry(&name);
    assert!(before.identity().is_some());
    bench.subject.renew(Hook::None);
    assert_eq!(bench.world.entry(&name), before);
}

/// Closing an adopted socket leaves it, and its clients, to those who share it.
pub(crate) fn closing_leaves_an_adopted_socket_to_those_who_share_it(bench: &mut Bench) {
    let name = bench.world.full_name("adopted");
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    let shared = bench.world.duplicate(&descriptor);
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    bench.subject.close();
    let client = bench.connect_client(&name);
    assert!(bench.subject.listen_descriptor(shared).is_ok());
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// Closing a listening server clears the last error.
pub(crate) fn closing_a_listening_server_clears_the_error(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.exhaust_accept(&name);
    assert_eq!(bench.error(), Some(ErrorKind::Resources));
    bench.subject.close();
    bench.expect_no_error();
}

/// A file that close cannot remove is recorded, and the server is closed all the same.
pub(crate) fn a_file_that_cannot_be_removed_is_recorded(bench: &mut Bench) {
    let name = bench.world.guarded_name("server");
    bench.listen(&name);
    bench.world.act_as(Some((54_321, 54_321)));
    bench.subject.close();
    bench.world.act_as(None);
    bench.expect_idle();
    let seen = bench.observe();
    assert_eq!(seen.error, Some(ErrorKind::Access));
    assert!(
        seen.error_string.contains(&name.to_string()),
        "{}",
        seen.error_string
    );
    assert!(bench.has_socket(&name), "it could not be removed");
}

/// The client whose connection was claimed and dropped sees the end.
pub(crate) fn dropping_a_claimed_connection_ends_it(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, socket) = bench.connected_pair(&name);
    bench.subject.drop_connection(socket);
    assert_eq!(bench.client_reads_to_end(client), b"");
}

fn plant_rival(bench: &mut Bench, name: &ServerName) -> Entry {
    bench.world.delete(name);
    bench.world.plant(name, Plant::LiveServer);
    bench.world.entry(name)
}
