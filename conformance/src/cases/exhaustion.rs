//! Exhaustion of descriptors while accepting: no client is lost, and waiting stays idle.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::prelude::*;

pub(crate) fn server_keeps_listening(t: &mut Fixture) {
    let name = t.listen_on("server");
    let before = t.env.entry(&name);
    t.exhaust_accept(&name);
    let seen = t.observe();
    assert!(seen.listening);
    t.expect_names(&name, &name);
    let error = seen.error.expect("the error is recorded");
    assert_eq!(error.kind, ErrorKind::Resources);
    assert!(error.code.is_some());
    assert_eq!(t.env.entry(&name), before);
}

pub(crate) fn waiting_client_is_served_later(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.exhaust_accept(&name);
    t.await_pending();
    t.take_and_echo(client);
    let client = t.exhaust_accept(&name);
    let connection = t.until("connection after exhaustion", |t| {
        t.subject.settle();
        t.subject.next_pending()
    });
    t.echo(client, connection);
}

pub(crate) fn all_clients_are_served_in_order(t: &mut Fixture) {
    let name = t.listen_on("server");
    let clients = t.connect_numbered(&name, 12);
    t.env.limit_descriptors(4);
    t.subject.settle();
    assert_eq!(t.error(), Some(ErrorKind::Resources));
    let early = t.take_all();
    assert!(!early.is_empty() && early.len() <= 4, "{}", early.len());
    assert_eq!(t.subject.wait(SHORT), Wait::TimedOut);
    t.env.unlimit_descriptors();
    let mut connections = early;
    while connections.len() < clients.len() {
        t.await_pending();
        connections.extend(t.take_all());
    }
    for (number, (client, connection)) in (0..).zip(clients.into_iter().zip(connections)) {
        t.expect_number(connection, number);
        t.echo(client, connection);
    }
}

pub(crate) fn dropped_connections_free_descriptors(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_numbered(&name, 9);
    t.env.limit_descriptors(2);
    for expected in 0..9 {
        let connection = t.wait_and_take();
        t.expect_number(connection, expected);
        t.subject.drop_connection(connection);
    }
    t.env.unlimit_descriptors();
    assert!(t.observe().listening);
}

pub(crate) fn pending_connections_are_kept(t: &mut Fixture) {
    let name = t.listen_on("server");
    let client = t.connect_pending(&name);
    t.connect_client(&name);
    let connection = t.with_spare(0, |t| {
        t.subject.settle();
        t.subject.next_pending()
    });
    t.echo(client, connection.expect("it was pending before"));
}

pub(crate) fn server_can_be_closed(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_client(&name);
    t.with_spare(0, |t| {
        t.subject.settle();
        t.subject.close();
    });
    t.expect_idle();
    t.expect_no_error();
    t.expect_absent(&name);
}

pub(crate) fn drain_serves_all_clients(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_numbered(&name, 3);
    t.with_spare(0, |t| {
        t.subject.drain();
        t.subject.settle();
    });
    for expected in 0..3 {
        let connection = t.wait_and_take();
        t.expect_number(connection, expected);
    }
    assert_eq!(t.subject.wait(LONG), Wait::NotListening);
}

pub(crate) fn wait_is_idle(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_client(&name);
    t.with_spare(0, |t| t.expect_to_wait_idly());
    t.await_pending();
}

pub(crate) fn pause_is_reported(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    assert_eq!(t.subject.pause(), None);
    t.exhaust_accept(&name);
    let pause = t.subject.pause().expect("accepting is paused");
    assert_eq!(Some(pause.error.kind), t.error());
    assert_eq!(t.subject.hook_pauses(), pauses(1, 0));
}

pub(crate) fn pause_lasts(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    t.connect_client(&name);
    t.env.limit_descriptors(0);
    t.subject.settle();
    let before = t.subject.pause().expect("accepting is paused");
    let time = Duration::from_millis(100);
    let outcome = t.subject.wait(Timeout::After(time));
    let after = t.subject.pause();
    t.env.unlimit_descriptors();
    assert_eq!(outcome, Wait::TimedOut);
    let after = after.expect("accepting is still paused");
    assert!(
        after.elapsed >= before.elapsed + time,
        "{after:?} after {before:?}"
    );
    assert_eq!(t.subject.hook_pauses(), pauses(1, 0));
}

pub(crate) fn empty_backlog_ends_pause(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    let client = t.exhaust_accept(&name);
    t.await_pending();
    t.subject.settle();
    assert_eq!(t.subject.pause(), None);
    assert_eq!(t.subject.hook_pauses(), pauses(1, 1));
    assert_eq!(t.error(), Some(ErrorKind::Resources));
    t.take_and_echo(client);
}

pub(crate) fn single_descriptors_do_not_end_pause(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    let _clients = [(); 3].map(|()| t.connect_client(&name));
    t.env.limit_descriptors(0);
    t.subject.settle();
    assert!(t.subject.pause().is_some());
    for _ in 0..2 {
        t.env.unlimit_descriptors();
        t.env.limit_descriptors(1);
        t.await_pending();
        t.subject.settle();
        t.take();
    }
    let pause = t.subject.pause();
    t.env.unlimit_descriptors();
    assert!(pause.is_some());
    assert_eq!(t.subject.hook_pauses(), pauses(1, 0));
}

pub(crate) fn wait_ends_pause_without_client(t: &mut Fixture) {
    t.pause_without_a_client();
    let over = (0..100).find(|_| {
        assert_eq!(t.subject.wait(SHORT), Wait::TimedOut);
        t.subject.pause().is_none()
    });
    assert!(over.is_some(), "the pause does not end");
    assert_eq!(t.subject.hook_pauses(), pauses(1, 1));
}

pub(crate) fn event_loop_ends_pause_without_client(t: &mut Fixture) {
    t.pause_without_a_client();
    t.until("the end of the pause", |t| {
        t.subject.pause().is_none().then_some(())
    });
    assert_eq!(t.subject.hook_pauses(), pauses(1, 1));
}

pub(crate) fn second_pause_is_reported(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    for round in 1..=2 {
        t.exhaust_accept(&name);
        assert!(t.subject.pause().is_some());
        assert_eq!(t.subject.hook_pauses(), pauses(round, round - 1));
        t.await_pending();
        t.subject.settle();
        t.expect_pending(1);
        assert_eq!(t.subject.pause(), None);
        assert_eq!(t.subject.hook_pauses(), pauses(round, round));
    }
}

pub(crate) fn close_ends_pause(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    t.exhaust_accept(&name);
    t.subject.close();
    assert_eq!(t.subject.pause(), None);
    t.expect_no_error();
    t.listen(&name);
    assert_eq!(t.subject.pause(), None);
    assert_eq!(t.subject.hook_pauses(), pauses(1, 1));
}

pub(crate) fn drain_reports_pause(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::Count);
    t.connect_client(&name);
    let pause = t.with_spare(0, |t| {
        t.subject.drain();
        t.subject.settle();
        t.subject.pause()
    });
    assert!(pause.is_some());
    t.await_pending();
    t.expect_pending(1);
    assert_eq!(t.subject.wait(LONG), Wait::NotListening);
    assert_eq!(t.subject.pause(), None);
    assert_eq!(t.subject.hook_pauses(), pauses(1, 1));
}

pub(crate) fn server_survives_panic_at_pause(t: &mut Fixture) {
    let name = t.listen_with_hook(Hook::PanicAtPause);
    let client = t.connect_client(&name);
    t.env.limit_descriptors(0);
    let begin = catch_unwind(AssertUnwindSafe(|| t.subject.settle()));
    t.subject.settle();
    let pause = t.subject.pause();
    t.env.unlimit_descriptors();
    assert!(begin.is_err(), "the panic reaches the caller");
    assert!(pause.is_some());
    assert_eq!(t.subject.hook_pauses(), pauses(1, 0));

    assert_eq!(t.subject.wait(LONG), Wait::Ready);
    let end = catch_unwind(AssertUnwindSafe(|| t.subject.settle()));
    assert!(end.is_err(), "the panic reaches the caller");
    assert_eq!(t.subject.pause(), None);
    assert_eq!(t.subject.hook_pauses(), pauses(1, 1));
    t.take_and_echo(client);
}

const fn pauses(begun: usize, ended: usize) -> HookPauses {
    HookPauses { begun, ended }
}

impl Fixture {
    /// Makes accepting fail once without a client.
    ///
    /// Sockets only: the system reserves the descriptor before it looks for a client.
    #[track_caller]
    fn pause_without_a_client(&mut self) {
        self.listen_with_hook(Hook::Count);
        let pause = self.with_spare(0, |t| {
            t.subject.settle();
            t.subject.pause()
        });
        assert!(pause.is_some());
        assert_eq!(self.subject.hook_pauses(), pauses(1, 0));
    }
}
