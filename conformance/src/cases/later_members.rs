//! Members that came later: Q6.

use crate::clauses::Platform;
use crate::prelude::*;

/// The name is the whole abstract address: nothing in front of it, nothing behind it.
pub(crate) fn an_abstract_name_is_the_whole_address(bench: &mut Bench) {
    let name = listen_abstract(bench);
    let number = bench.subject.listener_number().expect("it listens");
    assert_eq!(bench.world.address_of_number(number).as_ref(), Some(&name));
    let mut longer = name.clone().into_bytes();
    longer.push(0);
    let client = bench
        .world
        .connect(&ServerName::from(longer), SocketOptions::ABSTRACT);
    let state = bench.world.client(client);
    assert!(
        matches!(state, ClientState::Failed(_)),
        "no NUL at the end: {state:?}"
    );
}

/// A server on an abstract name serves its clients, the backend's own among them.
pub(crate) fn an_abstract_server_serves_clients(bench: &mut Bench) {
    let name = listen_abstract(bench);
    let client = bench.world.connect(&name, SocketOptions::ABSTRACT);
    let connection = bench.claim();
    bench.echo(client, connection);
    let attempt = bench
        .subject
        .start_connect(&name, SocketOptions::ABSTRACT, Timeout::Never);
    let own = bench.finish_connect(attempt);
    let connection = bench.claim();
    bench.echo_own(own, connection);
}

/// Both names of an abstract server are the name.
pub(crate) fn both_names_of_an_abstract_server_are_the_name(bench: &mut Bench) {
    let name = listen_abstract(bench);
    let seen = bench.observe();
    assert_eq!(seen.server_name.as_ref(), Some(&name));
    assert_eq!(seen.full_server_name.as_ref(), Some(&name));
}

/// An abstract name is free again at once after close.
pub(crate) fn an_abstract_name_is_free_again_at_once(bench: &mut Bench) {
    let name = listen_abstract(bench);
    bench.subject.close();
    bench.listen(&name);
}

/// An abstract name makes no file, not even where it looks like a path.
pub(crate) fn an_abstract_name_makes_no_file(bench: &mut Bench) {
    let path = bench.world.full_name("server");
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    bench.listen(&path);
    bench.expect_nothing_on_disk();
    assert!(
        bench.is_turned_away(&path),
        "there is no server at that path"
    );
}

/// A file at the path which an abstract name looks like is not touched by anything.
pub(crate) fn an_abstract_server_leaves_files_alone(bench: &mut Bench) {
    let path = bench.world.full_name("server");
    bench.world.plant(&path, Plant::StaleSocket);
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    bench.listen(&path);
    bench.subject.close();
    assert!(bench.world.is_untouched(&path));
}

/// Forgetting the option while listening does not make close look for a file.
pub(crate) fn forgetting_the_option_while_listening_is_no_harm(bench: &mut Bench) {
    let path = bench.world.full_name("server");
    bench.world.plant(&path, Plant::StaleSocket);
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    bench.listen(&path);
    bench.subject.set_socket_options(SocketOptions::empty());
    bench.subject.close();
    assert!(bench.world.is_untouched(&path));
    bench.expect_no_error();
}

/// An abstract name that is taken is in use.
pub(crate) fn an_abstract_name_that_is_taken_is_in_use(bench: &mut Bench) {
    let name = bench.world.abstract_name("server");
    let _holder = bench
        .world
        .descriptor(DescriptorKind::ListeningAbstract, &name);
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    bench.expect_idle();
}

/// An abstract name that is taken by a socket which does not listen is reported as that.
pub(crate) fn an_abstract_name_that_does_not_listen_is_told(bench: &mut Bench) {
    let name = bench.world.abstract_name("silent");
    let silent = DescriptorKind::BoundAbstract;
    let _silent = bench.world.descriptor(silent, &name);
    let not_listening = Detail::Occupied(Occupant::NotListening);
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    assert_eq!(failure.detail(), not_listening);

    let client = bench
        .subject
        .start_connect(&name, SocketOptions::ABSTRACT, Timeout::Never);
    let Attempt::Failed(failure) = bench.finish_attempt(client) else {
        panic!("a client has connected to a socket that does not listen");
    };
    assert_eq!(failure.kind(), ErrorKind::Refused);
    assert_eq!(failure.detail(), not_listening);
}

/// An abstract name has no permissions: everybody may connect.
pub(crate) fn abstract_names_admit_everybody(bench: &mut Bench) {
    for access in [SocketOptions::empty(), SocketOptions::WORLD] {
        let options = SocketOptions::ABSTRACT | access;
        bench.subject.set_socket_options(options);
        let name = bench.world.abstract_name("server");
        bench.listen(&name);
        assert_eq!(bench.observe().options, options);
        bench.world.act_as(Some((54_321, 54_321)));
        let client = bench.world.connect(&name, SocketOptions::ABSTRACT);
        let state = bench.world.client(client);
        bench.world.act_as(None);
        assert_eq!(state, ClientState::Connected);
        bench.subject.close();
    }
}

/// Access that an abstract name cannot restrict is refused rather than ignored.
pub(crate) fn an_abstract_name_with_restricted_access_is_refused(bench: &mut Bench) {
    let name = bench.world.abstract_name("server");
    let refused = Failure::new(Operation::Listen, ErrorKind::Unsupported)
        .with_detail(Detail::AccessOfAbstractName);
    for (access, _) in super::options::all_sets() {
        if access == SocketOptions::empty() || access == SocketOptions::WORLD {
            continue;
        }
        bench
            .subject
            .set_socket_options(SocketOptions::ABSTRACT | access);
        let result = bench.subject.listen(&name);
        assert_eq!(result, Err(ListenError::Failed(refused)), "{access:?}");
        bench.expect_idle();
    }
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    bench.subject.set_owner(Owner::new(None, Some(54_321)));
    let result = bench.subject.listen(&name);
    assert_eq!(result, Err(ListenError::Failed(refused)));
    bench.subject.set_owner(Owner::default());
    bench.listen(&name);
}

/// An abstract name may hold any bytes, up to the longest that there can be.
pub(crate) fn an_abstract_name_may_hold_any_bytes(bench: &mut Bench) {
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    for ending in [&b"\0middle"[..], b"end\0", b"\xff\xfe", b"/a/b", b"@"] {
        let mut bytes = bench.world.abstract_name("bytes").into_bytes();
        bytes.extend(ending);
        let name = ServerName::from(bytes);
        expect_abstract_to_serve(bench, &name);
    }
    let mut bytes = bench.world.abstract_name("long").into_bytes();
    bytes.resize(107, b'x');
    expect_abstract_to_serve(bench, &ServerName::from(bytes.clone()));
    bytes.push(b'x');
    let failure = bench.fail_to_listen(&ServerName::from(bytes));
    assert_eq!(failure.kind(), ErrorKind::Name);
}

/// A backlog that was set before listen holds: as many clients queue, and no more.
pub(crate) fn a_backlog_that_was_set_holds(bench: &mut Bench) {
    for backlog in [0, 1, 5] {
        bench.subject.set_max_pending(0);
        bench.subject.set_backlog(Backlog::Limited(backlog));
        let name = bench.listen_on("server");
        let queued = clients_until_full(bench, &name);
        if bench.world.caps().platform == Platform::Linux {
            // Linux queues one client more than it is told.
            assert_eq!(queued, usize::try_from(backlog).expect("small") + 1);
        }
        bench.subject.close();
    }
}

/// By default as many clients queue as the system allows: far more than fifty.
pub(crate) fn the_default_backlog_is_the_systems_maximum(bench: &mut Bench) {
    bench.subject.set_max_pending(0);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 120);
}

/// A backlog that is set while listening serves the next listen.
pub(crate) fn a_backlog_set_while_listening_serves_the_next_listen(bench: &mut Bench) {
    bench.subject.set_max_pending(0);
    let name = bench.listen_on("server");
    bench.subject.set_backlog(Backlog::Limited(0));
    bench.connect_clients(&name, 20);
    bench.subject.close();
    bench.listen(&name);
    assert!(clients_until_full(bench, &name) < 20);
}

/// The listener can be borrowed while listening, and at no other time.
pub(crate) fn the_listener_can_be_borrowed_while_listening(bench: &mut Bench) {
    assert_eq!(bench.subject.listener_number(), None);
    let name = bench.listen_on("server");
    let number = bench.subject.listener_number().expect("it listens");
    assert_eq!(bench.world.address_of_number(number), Some(name));
    bench.subject.close();
    assert_eq!(bench.subject.listener_number(), None);
}

/// A program that is started meanwhile does not inherit the listener.
pub(crate) fn the_listener_is_close_on_exec(bench: &mut Bench) {
    bench.listen_on("server");
    let number = bench.subject.listener_number().expect("it listens");
    let (_, close_on_exec) = bench.world.flags_of_number(number);
    assert!(close_on_exec);
}

/// Nor does it inherit a connection, whoever made it and however it was taken in.
pub(crate) fn connections_are_close_on_exec(bench: &mut Bench) {
    let before = bench.world.inheritable_descriptors();
    let name = bench.listen_on("server");
    bench.connected_pair(&name);
    bench.connect_client(&name);
    bench.await_pending();
    bench.claim();
    let attempt = bench.start_connect(&name);
    bench.finish_connect(attempt);
    bench.claim();
    bench.subject.add_pending();
    assert_eq!(bench.world.inheritable_descriptors(), before);
}

/// Closing closes the descriptor that was borrowed.
pub(crate) fn closing_closes_what_was_borrowed(bench: &mut Bench) {
    bench.listen_on("server");
    let number = bench.subject.listener_number().expect("it listens");
    bench.subject.close();
    assert_eq!(bench.world.address_of_number(number), None);
}

/// A connection which the application made itself is pending, announced and works.
pub(crate) fn an_own_connection_is_pending_and_announced(bench: &mut Bench) {
    bench.listen_on("server");
    let other_end = bench.subject.add_pending();
    assert!(bench.observe().has_pending);
    assert_eq!(bench.subject.take_new_connections(), 1);
    let connection = bench.claim();
    bench.echo_own(other_end, connection);
}

/// A connection of one's own takes a place: it counts against the limit.
pub(crate) fn an_own_connection_counts(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    bench.subject.add_pending();
    bench.connect_clients(&name, 5);
    bench.expect_pending(2);
}

/// A connection of one's own may exceed the limit, and stands in line like others.
pub(crate) fn an_own_connection_may_exceed_the_limit(bench: &mut Bench) {
    bench.subject.set_max_pending(1);
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    let other_end = bench.subject.add_pending();
    let connections = bench.expect_pending(2);
    bench.echo(client, connections[0]);
    bench.echo_own(other_end, connections[1]);
}

/// A connection of one's own can be queued without listening.
pub(crate) fn an_own_connection_needs_no_listening(bench: &mut Bench) {
    let other_end = bench.subject.add_pending();
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::Ready);
    let connection = bench.claim();
    bench.echo_own(other_end, connection);
}

/// A hook that queues one of its own behind each connection: both count and are announced.
pub(crate) fn a_hook_may_queue_a_connection_of_its_own(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::AddOwn, "server");
    let client = bench.arrive(&name);
    assert_eq!(bench.subject.take_new_connections(), 2);
    let connections = bench.expect_pending(2);
    bench.echo(client, connections[0]);
}

/// What a hook queues of its own counts against the limit for the clients that follow.
pub(crate) fn what_a_hook_queues_of_its_own_counts(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::AddOwn, "server");
    bench.subject.set_max_pending(4);
    bench.connect_clients(&name, 10);
    bench.expect_pending(4);
}

fn listen_abstract(bench: &mut Bench) -> ServerName {
    bench.subject.set_socket_options(SocketOptions::ABSTRACT);
    let name = bench.world.abstract_name("server");
    bench.listen(&name);
    name
}

#[track_caller]
fn expect_abstract_to_serve(bench: &mut Bench, name: &ServerName) {
    bench.listen(name);
    assert_eq!(bench.observe().full_server_name.as_ref(), Some(name));
    let client = bench.world.connect(name, SocketOptions::ABSTRACT);
    let connection = bench.claim();
    bench.echo(client, connection);
    bench.subject.close();
}

/// Connects clients until the queue of the operating system is full, and returns how many fit.
fn clients_until_full(bench: &mut Bench, name: &ServerName) -> usize {
    for count in 0..100 {
        let client = bench.world.connect(name, SocketOptions::empty());
        match bench.world.client(client) {
            ClientState::Connected => {}
            ClientState::Waiting => return count,
            ClientState::Failed(kind) => panic!("client {count} failed: {kind:?}"),
        }
    }
    panic!("a hundred clients fit into the queue");
}
