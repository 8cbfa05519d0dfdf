//! Running out of descriptors while accepting: nothing is lost and nothing spins.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::steps::{LONG, SHORT};
use crate::prelude::*;

/// Running out while accepting leaves the server listening, with the error recorded.
pub(crate) fn running_out_leaves_the_server_listening(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let before = bench.world.entry(&name);
    bench.exhaust_accept(&name);
    let seen = bench.observe();
    assert!(seen.listening);
    assert_eq!(seen.server_name.as_ref(), Some(&name));
    assert_eq!(seen.error, Some(ErrorKind::Resources));
    assert!(seen.error_code.is_some());
    assert_eq!(bench.world.entry(&name), before, "the socket file stays");
}

/// The client that could not be accepted is served once there are descriptors again.
pub(crate) fn nobody_is_lost_when_descriptors_run_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.exhaust_accept(&name);
    bench.await_pending();
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// The event loop alone recovers, too.
pub(crate) fn the_event_loop_recovers_from_running_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.exhaust_accept(&name);
    let connection = bench.until("the server to recover", |bench| {
        bench.subject.settle();
        bench.subject.next_pending()
    });
    bench.echo(client, connection);
}

/// With room for some, some are taken in; with room for all, every client is served, in order.
pub(crate) fn everybody_is_served_after_descriptors_ran_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let clients = bench.connect_numbered(&name, 12);
    bench.world.limit_descriptors(4);
    bench.subject.settle();
    assert_eq!(bench.error(), Some(ErrorKind::Resources));
    let early = bench.claim_all();
    assert!(!early.is_empty() && early.len() <= 4, "{}", early.len());
    assert_eq!(bench.subject.wait(SHORT), Wait::TimedOut);
    bench.world.unlimit_descriptors();
    let mut connections = early;
    while connections.len() < clients.len() {
        bench.await_pending();
        connections.extend(bench.claim_all());
    }
    for (number, (client, connection)) in (0..).zip(clients.into_iter().zip(connections)) {
        assert_eq!(bench.number_of(connection), number);
        bench.echo(client, connection);
    }
}

/// Connections that are dropped give their descriptors to those who wait: the limit may stay.
pub(crate) fn dropped_connections_make_way_for_others(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 9);
    bench.world.limit_descriptors(2);
    for expected in 0..9 {
        bench.await_pending();
        let connection = bench.subject.next_pending().expect("it is ready");
        assert_eq!(bench.number_of(connection), expected);
        bench.subject.drop_connection(connection);
    }
    bench.world.unlimit_descriptors();
    assert!(bench.observe().listening);
}

/// What is pending when descriptors run out stays claimable.
pub(crate) fn what_is_pending_survives_running_out(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.arrive(&name);
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.subject.settle();
    let connection = bench.subject.next_pending().expect("it was pending before");
    bench.world.unlimit_descriptors();
    bench.echo(client, connection);
}

/// A server that ran out of descriptors can be closed, and its file is removed.
pub(crate) fn a_server_that_ran_out_can_be_closed(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.subject.settle();
    bench.subject.close();
    bench.world.unlimit_descriptors();
    bench.expect_idle();
    bench.expect_no_error();
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}

/// Nobody is lost, either, when descriptors run out while the server drains.
pub(crate) fn nobody_is_lost_when_descriptors_run_out_while_draining(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 3);
    bench.world.limit_descriptors(0);
    bench.subject.drain();
    bench.subject.settle();
    bench.world.unlimit_descriptors();
    for expected in 0..3 {
        bench.await_pending();
        let connection = bench.subject.next_pending().expect("it is ready");
        assert_eq!(bench.number_of(connection), expected);
    }
    assert_eq!(bench.subject.wait(LONG), Wait::NotListening);
}

/// While no descriptor is left, a server that waits is idle.
pub(crate) fn running_out_does_not_keep_a_processor_busy(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.expect_to_wait_idly();
    bench.world.unlimit_descriptors();
    bench.await_pending();
}

/// Running out pauses accepting: the server says why, and the hook is called once.
pub(crate) fn running_out_pauses_accepting(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    assert_eq!(bench.subject.pause(), None);
    bench.exhaust_accept(&name);
    let pause = bench.subject.pause().expect("accepting is paused");
    assert_eq!(pause.failure.operation(), Operation::Accept);
    assert_eq!(Some(pause.failure.kind()), bench.error());
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 0));
}

/// However many attempts fail, it is one pause, which lasts.
pub(crate) fn a_pause_lasts_while_descriptors_are_short(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.subject.settle();
    let before = bench.subject.pause().expect("accepting is paused");
    let time = Duration::from_millis(100);
    let outcome = bench.subject.wait(Timeout::After(time));
    let after = bench.subject.pause();
    bench.world.unlimit_descriptors();
    assert_eq!(outcome, Wait::TimedOut);
    let after = after.expect("accepting is still paused");
    assert!(
        after.elapsed >= before.elapsed + time,
        "{after:?} {time:?} after {before:?}"
    );
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 0));
}

/// The pause ends when the clients that waited were accepted; the error stays.
pub(crate) fn the_last_client_in_the_backlog_ends_the_pause(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    let client = bench.exhaust_accept(&name);
    bench.await_pending();
    bench.subject.settle();
    assert_eq!(bench.subject.pause(), None);
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 1));
    assert_eq!(bench.error(), Some(ErrorKind::Resources));
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// While clients wait for more descriptors than become free, it is one pause.
pub(crate) fn a_descriptor_now_and_then_does_not_end_the_pause(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    let _clients = [(); 3].map(|()| bench.connect_client(&name));
    bench.world.limit_descriptors(0);
    bench.subject.settle();
    assert!(bench.subject.pause().is_some());
    for _ in 0..2 {
        bench.world.unlimit_descriptors();
        bench.world.limit_descriptors(1);
        bench.await_pending();
        bench.subject.settle();
        bench.claim();
    }
    let pause = bench.subject.pause();
    bench.world.unlimit_descriptors();
    assert!(pause.is_some());
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 0));
}

/// A wait notices that the pause is over although no client is left to be accepted.
pub(crate) fn a_wait_ends_the_pause_without_a_client(bench: &mut Bench) {
    bench.pause_without_a_client();
    let over = (0..100).find(|_| {
        assert_eq!(bench.subject.wait(SHORT), Wait::TimedOut);
        bench.subject.pause().is_none()
    });
    assert!(over.is_some(), "the pause does not end");
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 1));
}

/// So does an event loop.
pub(crate) fn the_event_loop_ends_the_pause_without_a_client(bench: &mut Bench) {
    bench.pause_without_a_client();
    bench.until("the end of the pause", |bench| {
        bench.subject.pause().is_none().then_some(())
    });
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 1));
}

/// A pause that follows another one is reported like the first.
pub(crate) fn a_second_pause_is_reported_again(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    for round in 1..=2 {
        bench.exhaust_accept(&name);
        assert!(bench.subject.pause().is_some());
        assert_eq!(bench.subject.hook_pauses(), pauses(round, round - 1));
        bench.await_pending();
        bench.subject.settle();
        bench.expect_pending(1);
        assert_eq!(bench.subject.pause(), None);
        assert_eq!(bench.subject.hook_pauses(), pauses(round, round));
    }
}

/// A server that is closed is not paused any more, and starts afresh at the next listen.
pub(crate) fn closing_ends_the_pause(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    bench.exhaust_accept(&name);
    bench.subject.close();
    assert_eq!(bench.subject.pause(), None);
    bench.expect_no_error();
    bench.listen(&name);
    assert_eq!(bench.subject.pause(), None);
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 1));
}

/// A server that drains is paused like any other, until it has ended.
pub(crate) fn a_draining_server_reports_its_pause(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::Count, "server");
    bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    bench.subject.drain();
    bench.subject.settle();
    let pause = bench.subject.pause();
    bench.world.unlimit_descriptors();
    assert!(pause.is_some());
    bench.await_pending();
    bench.expect_pending(1);
    assert_eq!(bench.subject.wait(LONG), Wait::NotListening);
    assert_eq!(bench.subject.pause(), None);
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 1));
}

/// A hook that panics at the begin and at the end of a pause leaves a usable server.
pub(crate) fn a_hook_that_panics_at_a_pause_leaves_the_server_usable(bench: &mut Bench) {
    let name = bench.listen_with_hook(Hook::PanicAtPause, "server");
    let client = bench.connect_client(&name);
    bench.world.limit_descriptors(0);
    let begin = catch_unwind(AssertUnwindSafe(|| bench.subject.settle()));
    bench.subject.settle();
    let pause = bench.subject.pause();
    bench.world.unlimit_descriptors();
    assert!(
        begin.is_err(),
        "the panic has to reach who drives the server"
    );
    assert!(pause.is_some());
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 0));

    assert_eq!(bench.subject.wait(LONG), Wait::Ready);
    let end = catch_unwind(AssertUnwindSafe(|| bench.subject.settle()));
    assert!(end.is_err(), "the panic has to reach who drives the server");
    assert_eq!(bench.subject.pause(), None);
    assert_eq!(bench.subject.hook_pauses(), pauses(1, 1));
    let connection = bench.claim();
    bench.echo(client, connection);
}

const fn pauses(begun: usize, ended: usize) -> HookPauses {
    HookPauses { begun, ended }
}

impl Bench {
    /// Lets accepting fail once although no client is there, and lifts the limit.
    ///
    /// Sockets only: the system sets the descriptor aside before it looks for a client.
    #[track_caller]
    fn pause_without_a_client(&mut self) {
        self.listen_with_hook(Hook::Count, "server");
        self.world.limit_descriptors(0);
        self.subject.settle();
        let pause = self.subject.pause();
        self.world.unlimit_descriptors();
        assert!(pause.is_some());
        assert_eq!(self.subject.hook_pauses(), pauses(1, 0));
    }
}
