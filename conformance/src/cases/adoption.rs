//! Listening on a descriptor: FD.

use super::prelude::*;

/// Descriptors that cannot be adopted.
const UNSUITABLE: [DescriptorKind; 8] = [
    DescriptorKind::Bound,
    DescriptorKind::Unbound,
    DescriptorKind::Connected,
    DescriptorKind::Datagram,
    DescriptorKind::ListeningPackets,
    DescriptorKind::Pipe,
    DescriptorKind::File,
    DescriptorKind::TcpListening,
];

/// More descriptors than a server needs to adopt one.
const MOST_NEEDED: usize = 8;

pub(crate) fn adopted_socket_serves_clients(t: &mut Fixture) {
    let name = t.adopt_new();
    assert!(t.observe().listening);
    t.expect_served(&name);
}

pub(crate) fn earlier_clients_are_served(t: &mut Fixture) {
    let (name, descriptor) = t.listening_descriptor();
    let early = t.connect_client(&name);
    t.client_sends(early, b"early");
    t.adopt(descriptor);
    let connection = t.take();
    assert_eq!(t.receive(connection, 5), b"early");
    t.echo(early, connection);
}

pub(crate) fn wait_serves_earlier_clients(t: &mut Fixture) {
    let (name, descriptor) = t.listening_descriptor();
    t.connect_client(&name);
    t.adopt(descriptor);
    t.await_pending();
}

pub(crate) fn limit_holds(t: &mut Fixture) {
    t.subject.set_max_pending(2);
    let name = t.adopt_new();
    t.connect_clients(&name, 5);
    t.expect_pending(2);
}

pub(crate) fn listening_server_returns_descriptor(t: &mut Fixture) {
    let name = t.listen_on("server");
    let before = t.observe();
    let (_, descriptor) = t.listening_descriptor();
    let given = number_and_flags(t, &descriptor);
    let (descriptor, error) = refused(t, descriptor);
    assert_eq!(error.kind, ErrorKind::AlreadyListening);
    assert_eq!(number_and_flags(t, &descriptor), given);
    assert_eq!(t.observe(), before);
    t.expect_served(&name);
}

pub(crate) fn options_are_refused(t: &mut Fixture) {
    let (name, mut descriptor) = t.listening_descriptor();
    let flags = t.env.flags(&descriptor);
    for (access, owner) in [
        (SocketOptions::USER, Owner::default()),
        (SocketOptions::WORLD, Owner::default()),
        (SocketOptions::empty(), Owner::new(None, Some(0))),
    ] {
        t.subject.set_socket_options(access);
        t.subject.set_owner(owner);
        let (returned, error) = refused(t, descriptor);
        assert_eq!(error.kind, ErrorKind::Unsupported);
        assert_eq!(t.env.flags(&returned), flags);
        t.expect_idle();
        descriptor = returned;
    }
    t.subject.set_socket_options(SocketOptions::empty());
    t.subject.set_owner(Owner::default());
    t.adopt(descriptor);
    t.expect_served(&name);
}

pub(crate) fn returned_descriptor_can_be_adopted(t: &mut Fixture) {
    t.listen_on("server");
    let (other, descriptor) = t.listening_descriptor();
    let (descriptor, _) = refused(t, descriptor);
    t.subject.close();
    t.adopt(descriptor);
    t.expect_served(&other);
}

pub(crate) fn bound_socket_is_refused(t: &mut Fixture) {
    let name = t.env.full_name("bound");
    let descriptor = t.env.descriptor(DescriptorKind::Bound, &name);
    let (_descriptor, error) = refused(t, descriptor);
    assert_eq!(error.kind, ErrorKind::WrongObject);
    t.expect_idle();
}

pub(crate) fn unsuitable_descriptors_are_returned_unchanged(t: &mut Fixture) {
    for kind in UNSUITABLE {
        let name = t.env.full_name(&format!("{kind:?}"));
        let descriptor = t.env.descriptor(kind, &name);
        let before = number_and_flags(t, &descriptor);
        let (descriptor, error) = refused(t, descriptor);
        assert_eq!(error.kind, ErrorKind::WrongObject, "{kind:?}");
        assert_eq!(t.error(), Some(ErrorKind::WrongObject), "{kind:?}");
        assert_eq!(number_and_flags(t, &descriptor), before, "{kind:?}");
        t.expect_idle();
    }
}

pub(crate) fn exhaustion_returns_descriptor(t: &mut Fixture) {
    // A runtime may keep what it opens when it is first used.
    t.adopt_new();
    t.subject.close();
    let name = t.env.full_name("shared");
    let mut descriptor = t.env.descriptor(DescriptorKind::Listening, &name);
    let client = t.connect_client(&name);
    let before = number_and_flags(t, &descriptor);
    let open = t.env.open_descriptors();
    for spare in 0..=MOST_NEEDED {
        let result = t.with_spare(spare, |t| t.subject.listen_descriptor(descriptor));
        let Err((returned, error)) = result else {
            t.take_and_echo(client);
            return;
        };
        assert_eq!(error.kind, ErrorKind::Resources, "{spare} spare");
        let after = number_and_flags(t, &returned);
        assert_eq!(after, before, "{spare} spare");
        assert_eq!(t.env.open_descriptors(), open, "{spare} spare");
        descriptor = returned;
    }
    panic!("{MOST_NEEDED} spare descriptors are not enough to adopt one");
}

pub(crate) fn refusal_keeps_file(t: &mut Fixture) {
    for kind in [DescriptorKind::Bound, DescriptorKind::Datagram] {
        let name = t.env.full_name(&format!("{kind:?}"));
        let descriptor = t.env.descriptor(kind, &name);
        let before = t.env.entry(&name);
        let (_descriptor, _) = refused(t, descriptor);
        assert_eq!(t.env.entry(&name), before, "{kind:?}");
    }
}

pub(crate) fn descriptors_are_closed(t: &mut Fixture) {
    t.adopt_new();
    t.subject.close();
    let adopted = t.env.full_name("adopted");
    t.env.delete(&adopted);
    let before = t.env.open_descriptors();
    for kind in UNSUITABLE {
        let name = t.env.full_name(&format!("{kind:?}"));
        let descriptor = t.env.descriptor(kind, &name);
        let returned = refused(t, descriptor);
        drop(returned);
        assert_eq!(t.env.open_descriptors(), before, "{kind:?}");
    }
    t.adopt_new();
    t.subject.close();
    assert_eq!(t.env.open_descriptors(), before);
}

pub(crate) fn descriptor_becomes_non_blocking_and_close_on_exec(t: &mut Fixture) {
    t.adopt_new();
    let number = t.listener_number();
    assert_eq!(t.env.flags_of_number(number), (true, true));
}

pub(crate) fn wait_keeps_descriptor_non_blocking(t: &mut Fixture) {
    let (name, descriptor) = t.listening_descriptor();
    let shared = t.env.duplicate(&descriptor);
    t.adopt(descriptor);
    t.connect_client(&name);
    assert_eq!(t.subject.wait(Timeout::Never), Wait::Ready);
    let (non_blocking, _) = t.env.flags(&shared);
    assert!(non_blocking);
}

pub(crate) fn path_gives_both_names(t: &mut Fixture) {
    let name = t.adopt_new();
    t.expect_names(&name.last_component(), &name);
}

pub(crate) fn path_may_hold_any_bytes(t: &mut Fixture) {
    let mut bytes = t.env.full_name("bytes-").into_bytes();
    bytes.extend(b"\xff\xfe");
    let name = ServerName::from(bytes);
    let descriptor = t.env.descriptor(DescriptorKind::Listening, &name);
    t.adopt(descriptor);
    t.expect_names(&name.last_component(), &name);
}

pub(crate) fn abstract_name_gives_both_names(t: &mut Fixture) {
    let name = t.env.abstract_name("one/two");
    let descriptor = t.env.descriptor(DescriptorKind::ListeningAbstract, &name);
    t.adopt(descriptor);
    t.expect_names(&name, &name);
    let client = t.env.connect(&name, SocketOptions::ABSTRACT);
    t.take_and_echo(client);
}

pub(crate) fn unnamed_socket_listens(t: &mut Fixture) {
    let unused = t.env.full_name("unused");
    let descriptor = t.env.descriptor(DescriptorKind::ListeningUnnamed, &unused);
    t.adopt(descriptor);
    let seen = t.observe();
    assert!(seen.listening);
    let number = t.listener_number();
    assert_eq!(seen.full_server_name, t.env.address_of_number(number));
    assert_eq!(seen.server_name, seen.full_server_name);
    t.subject.close();
    t.expect_idle();
}

fn number_and_flags(t: &mut Fixture, descriptor: &Descriptor) -> (i64, (bool, bool)) {
    let number = t.env.number(descriptor);
    (number, t.env.flags(descriptor))
}

/// Passes a descriptor to the server, which has to refuse and return it.
#[track_caller]
fn refused(t: &mut Fixture, descriptor: Descriptor) -> (Descriptor, Error) {
    let result = t.subject.listen_descriptor(descriptor);
    result.expect_err("this descriptor has to be refused")
}
