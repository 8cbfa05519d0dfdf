//! Fresh servers, and servers that are dropped: NEW, DTOR.
use super::steps::skip_unless;
use crate::prelude::*;

/// A fresh server has its documented defaults.
pub(crate) fn a_fresh_server_has_the_documented_defaults(bench: &mut Bench) {
    let seen = bench.observe();
    assert!(!seen.listening);
    assert_eq!(seen.server_name, None);
    assert_eq!(seen.full_server_name, None);
    assert!(!seen.has_pending);
    assert_eq!(seen.max_pending, 30);
    assert_eq!(seen.options, SocketOptions::empty());
    assert_eq!(seen.error, None);
    assert_eq!(seen.error_code, None);
    assert_eq!(seen.error_string, "");
}

/// A fresh server has nothing to hand out, to announce or to lend.
pub(crate) fn a_fresh_server_hands_out_nothing(bench: &mut Bench) {
    bench.subject.settle();
    assert_eq!(bench.subject.next_pending(), None);
    assert_eq!(bench.subject.take_new_connections(), 0);
    assert_eq!(bench.subject.listener_number(), None);
}

/// Dropping a listening server makes its name free.
pub(crate) fn dropping_a_server_frees_its_name(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.subject.renew(Hook::None);
    assert!(bench.is_turned_away(&name));
    bench.listen(&name);
}

/// Dropping a listening server removes its file.
pub(crate) fn dropping_a_server_removes_its_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.subject.renew(Hook::None);
    assert_eq!(bench.world.entry(&name), Entry::Absent);
    bench.expect_nothing_on_disk();
}

/// A connection that nobody claimed ends with the server.
pub(crate) fn unclaimed_connections_end_with_the_server(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    bench.subject.renew(Hook::None);
    bench.expect_client_closed(client);
}

/// A connection left over from an earlier listen ends with the server, too.
pub(crate) fn leftover_connections_end_with_a_closed_server(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    bench.subject.close();
    bench.subject.renew(Hook::None);
    bench.expect_client_closed(client);
}

/// A claimed connection goes on after its server was dropped.
pub(crate) fn claimed_connections_outlive_the_server(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, socket) = bench.connected_pair(&name);
    bench.subject.renew(Hook::None);
    bench.echo(client, socket);
}

/// A forked child that drops its copy of the server leaves the file of its parent alone.
pub(crate) fn a_forked_child_leaves_its_parents_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let before = bench.world.entry(&name);
    let subject = &mut bench.subject;
    bench
        .world
        .in_forked_child(&mut || subject.renew(Hook::None));
    assert_eq!(bench.world.entry(&name), before);
    let (client, socket) = bench.connected_pair(&name);
    bench.echo(client, socket);
}

/// A child with the process id of its parent, in a PID namespace of its own, leaves the file alone.
pub(crate) fn a_child_with_its_parents_process_id_leaves_the_file(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    let Bench { world, subject, .. } = bench;
    let ran = world.in_pid_namespace(&mut |world| {
        subject.listen(&name).expect("the name is free");
        let before = world.entry(&name);
        assert!(matches!(before, Entry::Socket { .. }));

        world.in_pid_namespace(&mut |_| subject.renew(Hook::None));

        assert_eq!(world.entry(&name), before);
        subject.close();
        assert_eq!(world.entry(&name), Entry::Absent);
    });
    skip_unless(ran, "PID namespaces cannot be made here");
}

/// A child in a PID namespace of its own removes the file, once it says that it owns it.
pub(crate) fn a_child_in_a_namespace_that_assumes_ownership_removes_the_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let Bench { world, subject, .. } = bench;
    let ran = world.in_pid_namespace(&mut |_| {
        subject.assume_ownership();
        subject.close();
    });
    skip_unless(ran, "PID namespaces cannot be made here");
    assert_eq!(bench.world.entry(&name) == Entry::Absent, ran);
}

/// A forked child that closes its copy of the server leaves the file of its parent alone.
pub(crate) fn a_forked_child_that_closes_leaves_its_parents_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let before = bench.world.entry(&name);
    let subject = &mut bench.subject;
    bench.world.in_forked_child(&mut || subject.close());
    assert_eq!(bench.world.entry(&name), before);
}

/// A daemon that forks after listen removes the file, once it says that it owns it.
pub(crate) fn a_child_that_assumes_ownership_removes_the_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let subject = &mut bench.subject;
    bench.world.in_forked_child(&mut || {
        subject.assume_ownership();
        subject.close();
    });
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}
