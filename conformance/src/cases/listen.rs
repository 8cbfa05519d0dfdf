//! Listening on a name: LIS, ISL.

use super::prelude::*;

pub(crate) fn listen_serves_clients(t: &mut Fixture) {
    let name = t.env.full_name("server");
    t.expect_unreachable(&name, SocketOptions::empty());
    assert_eq!(t.subject.listen(&name), Ok(()));
    assert!(t.observe().listening);
    t.expect_served(&name);
}

pub(crate) fn second_listen_changes_nothing(t: &mut Fixture) {
    let name = t.listen_on("server");
    let before = (t.observe(), t.env.entry(&name));
    let other = t.env.full_name("other");
    for again in [&other, &name, &ServerName::from("")] {
        let result = t.subject.listen(again);
        assert_eq!(result, Err(ErrorKind::AlreadyListening.into()), "{again:?}");
        assert_eq!((t.observe(), t.env.entry(&name)), before);
    }
    t.expect_absent(&other);
    t.expect_served(&name);
}

pub(crate) fn second_listen_keeps_error(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.exhaust_accept(&name);
    t.await_pending();
    let before = t.observe();
    assert_eq!(t.error(), Some(ErrorKind::Resources));
    let other = t.env.full_name("other");
    let result = t.subject.listen(&other);
    assert_eq!(result, Err(ErrorKind::AlreadyListening.into()));
    assert_eq!(t.observe(), before);
}

pub(crate) fn failed_listen_leaves_nothing(t: &mut Fixture) {
    let name = t.env.full_name("missing/server");
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::NotFound);
    t.expect_idle();
    assert_eq!(t.subject.next_pending(), None);
    t.expect_nothing_on_disk();
}

pub(crate) fn listen_works_after_failure(t: &mut Fixture) {
    let name = t.place_at("server", Occupant::File);
    t.fail_to_listen(&name);
    t.env.delete(&name);
    t.listen(&name);
    t.expect_served(&name);
}

pub(crate) fn failed_listen_closes_descriptors(t: &mut Fixture) {
    let occupied = t.place_at("occupied", Occupant::File);
    let stale = t.place_at("stale", Occupant::StaleSocket);
    let names = [
        ServerName::from(""),
        ServerName::from("nul\0nul"),
        ServerName::from(vec![b'x'; 500]),
        t.env.full_name("missing/server"),
        t.env.full_name("occupied/server"),
        occupied,
        stale,
    ];
    t.fail_to_listen(&names[0]);
    let before = t.env.open_descriptors();
    for options in [SocketOptions::empty(), SocketOptions::USER] {
        t.subject.set_socket_options(options);
        for name in &names {
            t.fail_to_listen(name);
            let open = t.env.open_descriptors();
            assert_eq!(open, before, "{name:?} with {options:?}");
        }
    }
}

pub(crate) fn close_closes_descriptors(t: &mut Fixture) {
    t.listen_on("server");
    t.subject.close();
    let before = t.env.open_descriptors();
    for _ in 0..10 {
        t.listen_on("server");
        t.subject.close();
    }
    assert_eq!(t.env.open_descriptors(), before);
}

pub(crate) fn single_word_is_name(t: &mut Fixture) {
    let plain = t.env.plain_name("word");
    let full = t.env.resolved(&plain);
    t.listen(&plain);
    t.expect_served(&full);
}

pub(crate) fn full_path_is_name(t: &mut Fixture) {
    let name = t.env.full_name("server");
    assert!(name.as_bytes().starts_with(b"/"));
    t.listen(&name);
    t.expect_socket(&name);
}

pub(crate) fn stale_socket_is_in_use(t: &mut Fixture) {
    let name = t.place_at("server", Occupant::StaleSocket);
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::AddressInUse);
    assert!(t.env.is_unchanged(&name));
    t.env.delete(&name);
    t.listen(&name);
    t.expect_served(&name);
}

pub(crate) fn is_listening_from_listen_to_close(t: &mut Fixture) {
    assert!(!t.observe().listening);
    t.provoke_error();
    assert!(!t.observe().listening);
    let name = t.listen_on("server");
    assert!(t.observe().listening);
    t.connected_pair(&name);
    assert!(t.observe().listening);
    t.subject.close();
    assert!(!t.observe().listening);
}

pub(crate) fn fatal_accept_error_closes_server(t: &mut Fixture) {
    let name = t.listen_on("server");
    shut_down(t);
    assert_eq!(t.subject.wait(LONG), Wait::NotListening);
    t.expect_idle();
    let seen = t.observe();
    assert!(seen.error.is_some());
    assert!(!seen.error_string.is_empty());
    t.expect_absent(&name);
}

pub(crate) fn listen_works_after_fatal_accept_error(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    let pending = t.connect_pending(&name);
    shut_down(t);
    t.until("reaction to the lost listener", |t| {
        t.subject.settle();
        (!t.observe().listening).then_some(())
    });
    t.echo(client, connection);
    t.take_and_echo(pending);
    t.listen(&name);
    t.expect_no_error();
    t.expect_served(&name);
}

fn shut_down(t: &mut Fixture) {
    let number = t.listener_number();
    t.env.shut_down_number(number);
}
