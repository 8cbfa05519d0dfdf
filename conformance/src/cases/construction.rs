//! New servers, and servers that are dropped: NEW, DTOR.

use super::prelude::*;

pub(crate) fn new_server_has_documented_defaults(t: &mut Fixture) {
    let defaults = Observation {
        max_pending: 30,
        ..Observation::default()
    };
    assert_eq!(t.observe(), defaults);
}

pub(crate) fn new_server_is_idle(t: &mut Fixture) {
    t.expect_idle();
    assert!(!t.observe().has_pending);
}

pub(crate) fn new_server_has_no_connections(t: &mut Fixture) {
    t.subject.settle();
    assert_eq!(t.subject.next_pending(), None);
    assert_eq!(t.subject.take_new_connections(), 0);
    assert_eq!(t.subject.listener_number(), None);
}

pub(crate) fn drop_frees_name(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.subject.renew();
    t.expect_unreachable(&name, SocketOptions::empty());
    t.listen(&name);
}

pub(crate) fn drop_removes_file(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.subject.renew();
    t.expect_absent(&name);
    t.expect_nothing_on_disk();
}

pub(crate) fn drop_ends_pending_connections(t: &mut Fixture) {
    for closes_first in [false, true] {
        let name = t.listen_on(&format!("server-{closes_first}"));
        let clients = t.connect_clients(&name, 3);
        t.subject.settle();
        if closes_first {
            t.subject.close();
        }
        t.subject.renew();
        for client in clients {
            t.expect_client_closed(client);
        }
    }
}

pub(crate) fn drop_keeps_accepted_connections(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.subject.renew();
    t.echo(client, connection);
}

pub(crate) fn forked_child_keeps_file(t: &mut Fixture) {
    let name = t.listen_on("server");
    let before = t.env.entry(&name);
    let subject = &mut t.subject;
    t.env.in_forked_child(&mut || subject.close());
    t.env.in_forked_child(&mut || subject.renew());
    assert_eq!(t.env.entry(&name), before);
    t.expect_served(&name);
}

pub(crate) fn child_with_same_process_id_keeps_file(t: &mut Fixture) {
    let name = t.env.full_name("server");
    let Fixture { env, subject, .. } = t;
    let ran = env.in_pid_namespace(&mut |env| {
        subject.listen(&name).expect("the name is free");
        let before = env.entry(&name);
        assert!(matches!(before, Entry::Socket { .. }));

        env.in_pid_namespace(&mut |_| subject.renew());

        assert_eq!(env.entry(&name), before);
        subject.close();
        assert_eq!(env.entry(&name), Entry::Absent);
    });
    skip_unless(ran, "PID namespaces cannot be created");
}

pub(crate) fn child_in_namespace_that_assumes_ownership_removes_file(t: &mut Fixture) {
    let name = t.listen_on("server");
    let Fixture { env, subject, .. } = t;
    let ran = env.in_pid_namespace(&mut |_| {
        subject.assume_ownership();
        subject.close();
    });
    skip_unless(ran, "PID namespaces cannot be created");
    assert_eq!(t.env.entry(&name) == Entry::Absent, ran);
}

pub(crate) fn child_that_assumes_ownership_removes_file(t: &mut Fixture) {
    let name = t.listen_on("server");
    let subject = &mut t.subject;
    t.env.in_forked_child(&mut || {
        subject.assume_ownership();
        subject.close();
    });
    t.expect_absent(&name);
}
