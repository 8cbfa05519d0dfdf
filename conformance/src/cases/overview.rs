//! What a server is for, in one case each: SRV.

use crate::prelude::*;

/// A client that connects becomes a pending connection.
pub(crate) fn a_client_is_accepted(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.arrive(&name);
    assert!(bench.observe().has_pending);
}

/// Nobody can connect before listen, and anybody can after it.
pub(crate) fn listening_makes_the_name_reachable(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    assert!(bench.is_turned_away(&name), "nobody listens yet");
    bench.listen(&name);
    let client = bench.world.connect(&name, SocketOptions::empty());
    assert_eq!(bench.world.client(client), ClientState::Connected);
}

/// Each of three clients is announced.
pub(crate) fn each_client_is_announced(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for _ in 0..3 {
        bench.arrive(&name);
        assert_eq!(bench.subject.take_new_connections(), 1);
    }
}

/// The claimed socket talks to the client, both ways.
pub(crate) fn a_claimed_connection_talks_both_ways(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, socket) = bench.connected_pair(&name);
    bench.echo(client, socket);
}

/// After a failed listen there are a kind and a text.
pub(crate) fn an_error_has_a_kind_and_a_text(bench: &mut Bench) {
    let kind = bench.provoke_error();
    let seen = bench.observe();
    assert_eq!(seen.error, Some(kind));
    assert!(!seen.error_string.is_empty());
}

/// The server tells the name on which it listens.
pub(crate) fn a_listening_server_tells_its_name(bench: &mut Bench) {
    let name = bench.listen_on("server");
    assert_eq!(bench.observe().server_name, Some(name));
}

/// After close the server does not listen.
pub(crate) fn closing_stops_listening(bench: &mut Bench) {
    bench.listen_on("server");
    bench.subject.close();
    assert!(!bench.observe().listening);
}

/// The event loop alone takes clients in and announces them: nobody waits.
pub(crate) fn the_event_loop_alone_serves_clients(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.connect_client(&name);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 1);
    let socket = bench.claim();
    bench.echo(client, socket);
}

/// Waiting alone takes clients in: no event loop runs.
pub(crate) fn waiting_alone_serves_clients(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.connect_client(&name);
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::Ready);
    let socket = bench.claim();
    bench.echo(client, socket);
}
