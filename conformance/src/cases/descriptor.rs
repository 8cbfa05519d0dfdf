//! Listening on a descriptor: FD.

use crate::prelude::*;

/// What cannot be adopted, and a word of the reason.
const UNFIT: [(DescriptorKind, &str); 8] = [
    (DescriptorKind::Bound, "does not listen"),
    (DescriptorKind::Unbound, "does not listen"),
    (DescriptorKind::Connected, "Accept=no"),
    (DescriptorKind::Datagram, "not a stream"),
    (DescriptorKind::ListeningPackets, "not a stream"),
    (DescriptorKind::Pipe, "not a socket"),
    (DescriptorKind::File, "not a socket"),
    (DescriptorKind::TcpListening, "not a local"),
];

/// No server needs more descriptors than this to adopt one.
const MOST_NEEDED: usize = 8;

/// An adopted socket listens, and its clients are served.
pub(crate) fn an_adopted_socket_is_listened_on(bench: &mut Bench) {
    let name = bench.adopt();
    assert!(bench.observe().listening);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// Clients that connected before the adoption are served.
pub(crate) fn clients_from_before_the_adoption_are_served(bench: &mut Bench) {
    let name = bench.world.full_name("adopted");
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    let early = bench.connect_client(&name);
    bench.client_sends(early, b"early");
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    let connection = bench.claim();
    assert_eq!(bench.receive(connection, 5), b"early");
    bench.echo(early, connection);
}

/// A wait, too, serves clients that connected before the adoption.
pub(crate) fn a_wait_serves_clients_from_before_the_adoption(bench: &mut Bench) {
    let name = bench.world.full_name("adopted");
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    bench.connect_client(&name);
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    bench.await_pending();
}

/// The limit holds for an adopted socket.
pub(crate) fn the_limit_holds_for_an_adopted_socket(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.adopt();
    bench.connect_clients(&name, 5);
    bench.expect_pending(2);
}

/// A listening server refuses a descriptor, gives it back, and nothing changes.
pub(crate) fn a_listening_server_gives_the_descriptor_back(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let before = bench.observe();
    let other = bench.world.full_name("adopted");
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &other);
    let given = number_and_flags(bench, &descriptor);
    let (descriptor, error) = refused(bench, descriptor);
    assert_eq!(error, ListenError::AlreadyListening);
    assert_eq!(number_and_flags(bench, &descriptor), given);
    assert_eq!(bench.observe(), before);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// An adopted socket has its own access: one that is asked for is refused, not ignored.
pub(crate) fn adopting_with_access_options_gives_the_descriptor_back(bench: &mut Bench) {
    let name = bench.world.full_name("adopted");
    let mut descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    let flags = bench.world.flags(&descriptor);
    for (access, owner) in [
        (SocketOptions::USER, Owner::default()),
        (SocketOptions::WORLD, Owner::default()),
        (SocketOptions::empty(), Owner::new(None, Some(0))),
    ] {
        bench.subject.set_socket_options(access);
        bench.subject.set_owner(owner);
        let (given_back, error) = refused(bench, descriptor);
        let failure = error.failure().expect("this is no misuse");
        assert_eq!(failure.kind(), ErrorKind::Unsupported);
        assert_eq!(failure.detail(), Detail::AccessOfAdopted);
        assert_eq!(bench.world.flags(&given_back), flags);
        bench.expect_idle();
        descriptor = given_back;
    }
    bench.subject.set_socket_options(SocketOptions::empty());
    bench.subject.set_owner(Owner::default());
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// What was given back can be adopted later.
pub(crate) fn what_was_given_back_can_be_adopted_later(bench: &mut Bench) {
    bench.listen_on("server");
    let other = bench.world.full_name("adopted");
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &other);
    let (descriptor, _) = refused(bench, descriptor);
    bench.subject.close();
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    let (client, connection) = bench.connected_pair(&other);
    bench.echo(client, connection);
}

/// A socket that does not listen is refused, and given back.
pub(crate) fn a_socket_that_does_not_listen_is_refused(bench: &mut Bench) {
    let name = bench.world.full_name("bound");
    let descriptor = bench.world.descriptor(DescriptorKind::Bound, &name);
    let (_descriptor, error) = refused(bench, descriptor);
    let failure = error.failure().expect("this is no misuse");
    assert_eq!(failure.kind(), ErrorKind::WrongObject);
    bench.expect_idle();
}

/// Whatever cannot be adopted is refused, with a reason that says why.
pub(crate) fn whatever_is_unfit_is_refused_with_its_reason(bench: &mut Bench) {
    for (kind, reason) in UNFIT {
        let name = bench.world.full_name(&format!("{kind:?}"));
        let descriptor = bench.world.descriptor(kind, &name);
        let (_descriptor, error) = refused(bench, descriptor);
        let failure = error.failure().expect("this is no misuse");
        assert_eq!(failure.kind(), ErrorKind::WrongObject, "{kind:?}");
        assert_eq!(failure.operation(), Operation::Adopt, "{kind:?}");
        let seen = bench.observe();
        assert_eq!(seen.error, Some(ErrorKind::WrongObject), "{kind:?}");
        assert!(
            seen.error_string.contains(reason),
            "{kind:?}: {}",
            seen.error_string
        );
        bench.expect_idle();
    }
}

/// Whatever cannot be adopted is given back with its number and its flags as they were.
pub(crate) fn whatever_is_unfit_is_given_back_with_its_flags(bench: &mut Bench) {
    for (kind, _) in UNFIT {
        let name = bench.world.full_name(&format!("{kind:?}"));
        let descriptor = bench.world.descriptor(kind, &name);
        let before = number_and_flags(bench, &descriptor);
        let (descriptor, _) = refused(bench, descriptor);
        assert_eq!(number_and_flags(bench, &descriptor), before, "{kind:?}");
    }
}

/// A listener that cannot be adopted for want of descriptors is given back unchanged.
pub(crate) fn adopting_without_descriptors_gives_the_descriptor_back(bench: &mut Bench) {
    // A runtime may keep what it opens when it is first used.
    bench.adopt();
    bench.subject.close();
    let name = bench.world.full_name("shared");
    let mut descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    let client = bench.connect_client(&name);
    let before = number_and_flags(bench, &descriptor);
    let open = bench.world.open_descriptors();
    for spare in 0..=MOST_NEEDED {
        bench.world.limit_descriptors(spare);
        let result = bench.subject.listen_descriptor(descriptor);
        bench.world.unlimit_descriptors();
        let Err((given_back, error)) = result else {
            let connection = bench.claim();
            bench.echo(client, connection);
            return;
        };
        let failure = error.failure().expect("this is no misuse");
        assert_eq!(failure.kind(), ErrorKind::Resources, "{spare} spare");
        assert_eq!(failure.operation(), Operation::Adopt, "{spare} spare");
        let after = number_and_flags(bench, &given_back);
        assert_eq!(after, before, "{spare} spare");
        assert_eq!(bench.world.open_descriptors(), open, "{spare} spare");
        descriptor = given_back;
    }
    panic!("{MOST_NEEDED} spare descriptors are not enough to adopt one");
}

/// Refusing a descriptor leaves the file of its socket alone.
pub(crate) fn refusing_a_descriptor_leaves_its_file_alone(bench: &mut Bench) {
    for kind in [DescriptorKind::Bound, DescriptorKind::Datagram] {
        let name = bench.world.full_name(&format!("{kind:?}"));
        let descriptor = bench.world.descriptor(kind, &name);
        let before = bench.world.entry(&name);
        let (_descriptor, _) = refused(bench, descriptor);
        assert_eq!(bench.world.entry(&name), before, "{kind:?}");
    }
}

/// Adopting and refusing leave no descriptor open.
pub(crate) fn adopting_and_refusing_leak_nothing(bench: &mut Bench) {
    bench.adopt();
    bench.subject.close();
    let adopted = bench.world.full_name("adopted");
    bench.world.delete(&adopted);
    let before = bench.world.open_descriptors();
    for (kind, _) in UNFIT {
        let name = bench.world.full_name(&format!("{kind:?}"));
        let descriptor = bench.world.descriptor(kind, &name);
        let given_back = refused(bench, descriptor);
        drop(given_back);
        assert_eq!(bench.world.open_descriptors(), before, "{kind:?}");
    }
    bench.adopt();
    bench.subject.close();
    assert_eq!(bench.world.open_descriptors(), before);
}

/// An adopted descriptor becomes non-blocking and close-on-exec.
pub(crate) fn an_adopted_descriptor_is_non_blocking_and_close_on_exec(bench: &mut Bench) {
    bench.adopt();
    let number = bench.subject.listener_number();
    let number = number.expect("a listening server has a listener");
    assert_eq!(bench.world.flags_of_number(number), (true, true));
}

/// However long a wait may take, it leaves others who share the socket their non-blocking calls.
pub(crate) fn waiting_leaves_an_adopted_descriptor_non_blocking(bench: &mut Bench) {
    let name = bench.world.full_name("adopted");
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    let shared = bench.world.duplicate(&descriptor);
    if let Err((_, error)) = bench.subject.listen_descriptor(descriptor) {
        panic!("adopting a listening socket: {error:?}");
    }
    bench.connect_client(&name);
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::Ready);
    let (non_blocking, _) = bench.world.flags(&shared);
    assert!(non_blocking);
}

/// A socket with a path gives its path and the last component of it.
pub(crate) fn an_adopted_path_gives_path_and_last_component(bench: &mut Bench) {
    let name = bench.adopt();
    let seen = bench.observe();
    assert_eq!(seen.server_name, Some(name.last_component()));
    assert_eq!(seen.full_server_name, Some(name));
}

/// A path that is no text is kept as it is.
pub(crate) fn an_adopted_path_need_not_be_text(bench: &mut Bench) {
    let mut bytes = bench.world.full_name("bytes-").into_bytes();
    bytes.extend(b"\xff\xfe");
    let name = ServerName::from(bytes);
    let descriptor = bench.world.descriptor(DescriptorKind::Listening, &name);
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    assert_eq!(bench.observe().full_server_name, Some(name));
}

/// An abstract socket gives its name, which is not split at slashes.
pub(crate) fn an_adopted_abstract_socket_gives_its_name(bench: &mut Bench) {
    let name = bench.world.abstract_name("one/two");
    let descriptor = bench
        .world
        .descriptor(DescriptorKind::ListeningAbstract, &name);
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    let seen = bench.observe();
    assert_eq!(seen.server_name.as_ref(), Some(&name));
    assert_eq!(seen.full_server_name.as_ref(), Some(&name));
    let client = bench.world.connect(&name, SocketOptions::ABSTRACT);
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// A socket whose name nobody chose listens all the same, under whatever name it has.
pub(crate) fn an_unnamed_socket_listens_all_the_same(bench: &mut Bench) {
    let unused = bench.world.full_name("unused");
    let descriptor = bench
        .world
        .descriptor(DescriptorKind::ListeningUnnamed, &unused);
    assert!(bench.subject.listen_descriptor(descriptor).is_ok());
    let seen = bench.observe();
    assert!(seen.listening);
    let number = bench.subject.listener_number();
    let number = number.expect("a listening server has a listener");
    assert_eq!(seen.full_server_name, bench.world.address_of_number(number));
    assert_eq!(seen.server_name, seen.full_server_name);
    bench.subject.close();
    bench.expect_idle();
}

fn number_and_flags(bench: &mut Bench, descriptor: &Descriptor) -> (i64, (bool, bool)) {
    let number = bench.world.number(descriptor);
    (number, bench.world.flags(descriptor))
}

/// Offers a descriptor to the server, which has to refuse it and to give it back.
#[track_caller]
fn refused(bench: &mut Bench, descriptor: Descriptor) -> (Descriptor, ListenError) {
    let result = bench.subject.listen_descriptor(descriptor);
    result.expect_err("this descriptor has to be refused")
}
