//! Draining: no new clients, and none of those already connected is lost.

use super::steps::LONG;
use crate::prelude::*;

/// A draining server does not listen, has no names and no file.
pub(crate) fn a_draining_server_does_not_listen(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.subject.drain();
    let seen = bench.observe();
    assert!(!seen.listening);
    assert_eq!((seen.server_name, seen.full_server_name), (None, None));
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}

/// New clients of a draining server are turned away.
pub(crate) fn a_draining_server_turns_new_clients_away(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.subject.drain();
    assert!(bench.is_turned_away(&name));
    bench.expect_pending(1);
}

/// New clients are turned away, too, where there is no file that could be removed.
pub(crate) fn a_draining_abstract_server_turns_new_clients_away(bench: &mut Bench) {
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    let name = bench.world.abstract_name("server");
    bench.listen(&name);
    let early = bench.world.connect(&name, SocketOptions::ABSTRACT);
    bench.subject.drain();
    let late = bench.world.connect(&name, SocketOptions::ABSTRACT);
    let state = bench.world.client(late);
    assert!(matches!(state, ClientState::Failed(_)), "{state:?}");
    let connections = bench.expect_pending(1);
    bench.echo(early, connections[0]);
}

/// Draining loses nobody who was connected, though most of them are beyond the limit.
pub(crate) fn draining_loses_nobody(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    let clients = bench.connect_numbered(&name, 10);
    bench.subject.settle();
    bench.subject.drain();
    for (number, client) in (0..).zip(clients) {
        let connection = bench.claim();
        assert_eq!(bench.number_of(connection), number);
        bench.echo(client, connection);
    }
    bench.expect_nothing_pending();
}

/// The limit holds while draining.
pub(crate) fn the_limit_holds_while_draining(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 5);
    bench.subject.drain();
    bench.expect_pending(2);
    bench.expect_pending(2);
    bench.expect_pending(1);
    bench.expect_nothing_pending();
}

/// A wait serves who is left, and then says that the server does not listen.
pub(crate) fn a_wait_ends_with_the_draining(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 3);
    bench.subject.drain();
    for _ in 0..3 {
        assert_eq!(bench.subject.wait(LONG), Wait::Ready);
        assert!(bench.subject.next_pending().is_some());
    }
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::NotListening);
}

/// A successor can take the name while the predecessor still drains, and loses nothing by it.
pub(crate) fn a_successor_can_take_the_name_of_a_draining_server(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let clients = bench.connect_clients(&name, 3);
    bench.subject.drain();
    bench.world.plant(&name, Plant::LiveServer);
    for client in clients {
        let connection = bench.claim();
        bench.echo(client, connection);
    }
    bench.expect_nothing_pending();
    bench.subject.close();
    assert!(bench.world.is_untouched(&name));
    assert!(bench.world.rival_serves(&name));
}

/// Once everybody was served the draining is over, and listen works again.
pub(crate) fn listening_works_again_after_draining(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.subject.drain();
    bench.expect_pending(1);
    bench.expect_nothing_pending();
    bench.listen(&name);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// With nobody connected the draining is over as soon as the server has looked.
pub(crate) fn draining_with_nobody_connected_ends_at_once(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.subject.drain();
    bench.subject.settle();
    bench.expect_idle();
    bench.expect_no_error();
    bench.listen(&name);
}

/// Listening while draining is the same misuse as listening while listening.
pub(crate) fn listening_while_draining_is_a_misuse(bench: &mut Bench) {
    bench.subject.set_max_pending(0);
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.subject.drain();
    bench.subject.settle();
    let result = bench.subject.listen(&name);
    assert_eq!(result, Err(ListenError::AlreadyListening));
    bench.subject.close();
    bench.listen(&name);
}

/// Closing ends a draining at once: what was claimable stays so, who waits is cut.
pub(crate) fn closing_ends_a_draining(bench: &mut Bench) {
    bench.subject.set_max_pending(1);
    let name = bench.listen_on("server");
    let clients = bench.connect_clients(&name, 2);
    bench.subject.settle();
    bench.subject.drain();
    bench.subject.settle();
    bench.subject.close();
    let connections = bench.expect_pending(1);
    bench.echo(clients[0], connections[0]);
    bench.expect_client_closed(clients[1]);
}

/// Draining a server that does not listen does nothing.
pub(crate) fn draining_an_idle_server_does_nothing(bench: &mut Bench) {
    bench.provoke_error();
    let before = bench.observe();
    bench.subject.drain();
    bench.subject.settle();
    assert_eq!(bench.observe(), before);
}

/// Draining an adopted socket serves who is connected, and leaves the file alone.
pub(crate) fn draining_an_adopted_socket_serves_who_is_connected(bench: &mut Bench) {
    let name = bench.adopt();
    let before = bench.world.entry(&name);
    let client = bench.connect_client(&name);
    bench.subject.drain();
    let connection = bench.claim();
    bench.echo(client, connection);
    bench.expect_nothing_pending();
    assert_eq!(bench.world.entry(&name), before);
    bench.expect_idle();
}

/// Draining an adopted socket does not shut it down for those who share it.
pub(crate) fn draining_an_adopted_socket_leaves_it_to_others(bench: &mut Bench) {
    let name = bench.world.full_name("adopted");
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    let shared = bench.world.duplicate(&descriptor);
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    bench.subject.drain();
    bench.expect_nothing_pending();
    let client = bench.connect_client(&name);
    assert!(bench.subject.listen_descriptor(shared).is_ok());
    let connection = bench.claim();
    bench.echo(client, connection);
}
