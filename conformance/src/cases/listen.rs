//! Listening on a name: LIS, ISL.

use super::steps::LONG;
use crate::prelude::*;

/// Success means that the server listens and says so.
pub(crate) fn success_means_listening(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    assert_eq!(bench.subject.listen(&name), Ok(()));
    assert!(bench.observe().listening);
}

/// Success means that clients of the name are served.
pub(crate) fn success_means_that_clients_are_served(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// Listening while listening fails and changes nothing, not even the last error.
pub(crate) fn listening_while_listening_changes_nothing(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let before = (bench.observe(), bench.world.entry(&name));
    let other = bench.world.full_name("other");
    for again in [&other, &name, &ServerName::from("")] {
        let result = bench.subject.listen(again);
        assert_eq!(result, Err(ListenError::AlreadyListening), "{again:?}");
        assert_eq!((bench.observe(), bench.world.entry(&name)), before);
    }
    assert_eq!(bench.world.entry(&other), Entry::Absent);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// Listening while listening keeps an error that was recorded before.
pub(crate) fn listening_while_listening_keeps_an_earlier_error(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.exhaust_accept(&name);
    bench.await_pending();
    let before = bench.observe();
    assert_eq!(before.error, Some(ErrorKind::Resources));
    let other = bench.world.full_name("other");
    let result = bench.subject.listen(&other);
    assert_eq!(result, Err(ListenError::AlreadyListening));
    assert_eq!(bench.observe(), before);
}

/// A failure is returned and recorded, and leaves an idle server and nothing on disk.
pub(crate) fn a_failure_leaves_an_idle_server_and_nothing_on_disk(bench: &mut Bench) {
    let name = bench.world.full_name("missing/server");
    let failure = bench.fail_to_listen(&name);
    bench.expect_idle();
    assert_eq!(bench.error(), Some(failure.kind()));
    assert_eq!(bench.subject.next_pending(), None);
    bench.expect_nothing_on_disk();
}

/// After a failure listen works, on the same name, once the reason is gone.
pub(crate) fn listening_works_after_a_failure(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::File);
    bench.fail_to_listen(&name);
    bench.world.delete(&name);
    bench.listen(&name);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// No failure leaves a descriptor open.
pub(crate) fn no_failure_leaves_a_descriptor_open(bench: &mut Bench) {
    let occupied = bench.world.full_name("occupied");
    bench.world.plant(&occupied, Plant::File);
    let stale = bench.world.full_name("stale");
    bench.world.plant(&stale, Plant::StaleSocket);
    let names = [
        ServerName::from(""),
        ServerName::from("nul\0nul"),
        ServerName::from(vec![b'x'; 500]),
        bench.world.full_name("missing/server"),
        bench.world.full_name("occupied/server"),
        occupied,
        stale,
    ];
    bench.fail_to_listen(&names[0]);
    let before = bench.world.open_descriptors();
    for options in [SocketOptions::empty(), SocketOptions::USER] {
        bench.subject.set_socket_options(options);
        for name in &names {
            bench.fail_to_listen(name);
            let open = bench.world.open_descriptors();
            assert_eq!(open, before, "{name:?} with {options:?}");
        }
    }
}

/// Listening and closing leaves no descriptor open.
pub(crate) fn listening_and_closing_leaves_no_descriptor_open(bench: &mut Bench) {
    bench.listen_on("server");
    bench.subject.close();
    let before = bench.world.open_descriptors();
    for _ in 0..10 {
        bench.listen_on("server");
        bench.subject.close();
    }
    assert_eq!(bench.world.open_descriptors(), before);
}

/// A single word is enough for a name; clients find the server at the full name.
pub(crate) fn a_single_word_is_enough(bench: &mut Bench) {
    let plain = bench.world.plain_name("word");
    let full = bench.world.resolved(&plain);
    bench.listen(&plain);
    let (client, connection) = bench.connected_pair(&full);
    bench.echo(client, connection);
}

/// A full path is accepted, and the socket is there.
pub(crate) fn a_full_path_is_accepted(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    assert!(name.as_bytes().starts_with(b"/"));
    bench.listen(&name);
    assert!(bench.has_socket(&name));
}

/// The file of a crashed server makes listen fail with address in use, and stays.
pub(crate) fn a_crashed_servers_file_is_in_the_way(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::StaleSocket);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    assert!(bench.world.is_untouched(&name));
}

/// Once the file of a crashed server is gone, listen succeeds.
pub(crate) fn listening_works_once_the_crashed_servers_file_is_gone(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::StaleSocket);
    bench.fail_to_listen(&name);
    bench.world.delete(&name);
    bench.listen(&name);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// A server listens from a successful listen to close, and at no other time.
pub(crate) fn a_server_listens_from_listen_to_close(bench: &mut Bench) {
    assert!(!bench.observe().listening);
    bench.provoke_error();
    assert!(!bench.observe().listening);
    let name = bench.listen_on("server");
    assert!(bench.observe().listening);
    bench.connected_pair(&name);
    assert!(bench.observe().listening);
    bench.subject.close();
    assert!(!bench.observe().listening);
}

/// A listener that is shut down behind its back closes the server, which keeps the error.
pub(crate) fn a_fatal_accept_error_closes_the_server(bench: &mut Bench) {
    let name = bench.listen_on("server");
    shut_down(bench);
    assert_eq!(bench.subject.wait(LONG), Wait::NotListening);
    bench.expect_idle();
    let seen = bench.observe();
    assert!(seen.error.is_some(), "the reason has to be kept");
    assert!(!seen.error_string.is_empty());
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}

/// The event loop, too, notices a listener that was shut down; then listen works again.
pub(crate) fn after_a_fatal_accept_error_listening_works_again(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    let pending = bench.arrive(&name);
    shut_down(bench);
    bench.until("the loss of the listener to be noticed", |bench| {
        bench.subject.settle();
        (!bench.observe().listening).then_some(())
    });
    bench.echo(client, connection);
    let connection = bench.claim();
    bench.echo(pending, connection);
    bench.listen(&name);
    bench.expect_no_error();
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

fn shut_down(bench: &mut Bench) {
    let number = bench.subject.listener_number();
    let number = number.expect("a listening server has a listener");
    bench.world.shut_down_number(number);
}
