//! Abstract names: Q6-1.

use super::options::all_sets;
use super::prelude::*;

pub(crate) fn name_is_whole_address(t: &mut Fixture) {
    let name = listen_abstract(t);
    let number = t.listener_number();
    assert_eq!(t.env.address_of_number(number).as_ref(), Some(&name));
    let mut longer = name.clone().into_bytes();
    longer.push(0);
    t.expect_unreachable(&ServerName::from(longer), SocketOptions::ABSTRACT);
}

pub(crate) fn serves_clients(t: &mut Fixture) {
    let name = listen_abstract(t);
    let client = t.env.connect(&name, SocketOptions::ABSTRACT);
    t.take_and_echo(client);
    let attempt = t
        .subject
        .start_connect(&name, SocketOptions::ABSTRACT, Timeout::Never);
    let own = t.finish_connect(attempt);
    let connection = t.take();
    t.echo_own(own, connection);
}

pub(crate) fn both_names_are_the_name(t: &mut Fixture) {
    let name = listen_abstract(t);
    t.expect_names(&name, &name);
}

pub(crate) fn name_is_free_after_close(t: &mut Fixture) {
    let name = listen_abstract(t);
    t.subject.close();
    t.listen(&name);
}

pub(crate) fn no_file_is_created(t: &mut Fixture) {
    let path = t.env.full_name("server");
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    t.listen(&path);
    t.expect_nothing_on_disk();
    t.expect_unreachable(&path, SocketOptions::empty());
}

pub(crate) fn files_are_kept(t: &mut Fixture) {
    let path = t.place_at("server", Occupant::StaleSocket);
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    t.listen(&path);
    t.subject.close();
    assert!(t.env.is_unchanged(&path));
}

pub(crate) fn option_change_while_listening_keeps_files(t: &mut Fixture) {
    let path = t.place_at("server", Occupant::StaleSocket);
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    t.listen(&path);
    t.subject.set_socket_options(SocketOptions::empty());
    t.subject.close();
    assert!(t.env.is_unchanged(&path));
    t.expect_no_error();
}

pub(crate) fn occupied_name_is_in_use(t: &mut Fixture) {
    let name = t.env.abstract_name("server");
    let _holder = t.env.descriptor(DescriptorKind::ListeningAbstract, &name);
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::AddressInUse);
    t.expect_idle();
}

pub(crate) fn bound_name_is_in_use(t: &mut Fixture) {
    let name = t.env.abstract_name("bound");
    let bound = DescriptorKind::BoundAbstract;
    let _bound = t.env.descriptor(bound, &name);
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::AddressInUse);

    let client = t
        .subject
        .start_connect(&name, SocketOptions::ABSTRACT, Timeout::Never);
    assert_eq!(t.expect_failure(client).kind, ErrorKind::Refused);
}

pub(crate) fn all_users_can_connect(t: &mut Fixture) {
    for access in [SocketOptions::empty(), SocketOptions::WORLD] {
        let options = SocketOptions::ABSTRACT | access;
        t.subject.set_socket_options(options);
        let name = t.env.abstract_name("server");
        t.listen(&name);
        assert_eq!(t.observe().options, options);
        let client = t.as_user((54_321, 54_321), |t| {
            t.env.connect(&name, SocketOptions::ABSTRACT)
        });
        assert_eq!(t.env.client(client), ClientState::Connected);
        t.subject.close();
    }
}

pub(crate) fn restricted_access_is_refused(t: &mut Fixture) {
    let name = t.env.abstract_name("server");
    for (access, _) in all_sets() {
        if access == SocketOptions::empty() || access == SocketOptions::WORLD {
            continue;
        }
        t.subject
            .set_socket_options(SocketOptions::ABSTRACT | access);
        let error = t.fail_to_listen(&name);
        assert_eq!(error.kind, ErrorKind::Unsupported, "{access:?}");
        t.expect_idle();
    }
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    t.subject.set_owner(Owner::new(None, Some(54_321)));
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::Unsupported);
    t.subject.set_owner(Owner::default());
    t.listen(&name);
}

pub(crate) fn name_may_hold_any_bytes(t: &mut Fixture) {
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    for ending in [&b"\0middle"[..], b"end\0", b"\xff\xfe", b"/a/b", b"@"] {
        let mut bytes = t.env.abstract_name("bytes").into_bytes();
        bytes.extend(ending);
        let name = ServerName::from(bytes);
        expect_abstract_to_serve(t, &name);
    }
    let mut bytes = t.env.abstract_name("long").into_bytes();
    bytes.resize(107, b'x');
    expect_abstract_to_serve(t, &ServerName::from(bytes.clone()));
    bytes.push(b'x');
    let error = t.fail_to_listen(&ServerName::from(bytes));
    assert_eq!(error.kind, ErrorKind::Name);
}

fn listen_abstract(t: &mut Fixture) -> ServerName {
    t.subject.set_socket_options(SocketOptions::ABSTRACT);
    let name = t.env.abstract_name("server");
    t.listen(&name);
    name
}

#[track_caller]
fn expect_abstract_to_serve(t: &mut Fixture, name: &ServerName) {
    t.listen(name);
    t.expect_names(name, name);
    let client = t.env.connect(name, SocketOptions::ABSTRACT);
    t.take_and_echo(client);
    t.subject.close();
}
