//! Waiting for a connection: WAIT.

use std::time::Duration;

use super::steps::{LONG, SHORT};
use crate::prelude::*;

/// A wait blocks until a client comes, and then says that a connection is there.
///
/// The client connects only once the waiting thread is seen to be blocked.
pub(crate) fn a_wait_blocks_until_a_client_comes(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.world.connect_when_blocked(&name);
    assert_eq!(bench.subject.wait(LONG), Wait::Ready);
    assert!(bench.observe().has_pending);
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// One wait after the other blocks for one client after the other.
pub(crate) fn one_wait_after_the_other_blocks(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for _ in 0..3 {
        let client = bench.world.connect_when_blocked(&name);
        assert_eq!(bench.subject.wait(LONG), Wait::Ready);
        let connection = bench.claim();
        bench.echo(client, connection);
    }
}

/// When the time is over and nobody came, the wait says so and nothing else happened.
pub(crate) fn a_wait_times_out(bench: &mut Bench) {
    bench.listen_on("server");
    let before = bench.observe();
    assert_eq!(bench.subject.wait(SHORT), Wait::TimedOut);
    assert_eq!(bench.observe(), before, "a time that is over is no error");
    assert_eq!(bench.subject.take_new_connections(), 0);
}

/// After a wait that timed out the server serves on.
pub(crate) fn a_server_serves_on_after_a_timeout(bench: &mut Bench) {
    let name = bench.listen_on("server");
    assert_eq!(bench.subject.wait(SHORT), Wait::TimedOut);
    bench.connect_client(&name);
    assert_eq!(bench.subject.wait(SHORT), Wait::Ready);
}

/// The default is no time at all, and does not block.
pub(crate) fn the_default_does_not_block(bench: &mut Bench) {
    bench.listen_on("server");
    assert_eq!(Timeout::default(), Timeout::After(Duration::ZERO));
    assert_eq!(bench.subject.wait(Timeout::default()), Wait::TimedOut);
}

/// Without blocking, a wait still sees a client that is already there.
pub(crate) fn a_wait_of_zero_sees_who_is_there(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    assert_eq!(bench.subject.wait(Timeout::default()), Wait::Ready);
    assert!(bench.observe().has_pending);
}

/// A wait without a limit blocks until a client comes.
pub(crate) fn a_wait_without_a_limit_blocks_until_a_client_comes(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.world.connect_when_blocked(&name);
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::Ready);
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// With something pending every wait returns at once, and says that it is there.
pub(crate) fn a_wait_returns_at_once_when_something_is_pending(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.arrive(&name);
    for timeout in [Timeout::default(), SHORT, Timeout::Never] {
        assert_eq!(bench.subject.wait(timeout), Wait::Ready);
    }
    bench.expect_pending(1);
}

/// Without listening every wait returns at once, and does not call that a timeout.
pub(crate) fn a_wait_returns_at_once_when_not_listening(bench: &mut Bench) {
    for timeout in [Timeout::default(), SHORT, Timeout::Never] {
        assert_eq!(bench.subject.wait(timeout), Wait::NotListening);
    }
    bench.listen_on("server");
    bench.subject.close();
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::NotListening);
    bench.expect_no_error();
}

/// What is pending comes first: a closed server with a leftover connection is ready.
pub(crate) fn leftovers_make_a_closed_server_ready(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.arrive(&name);
    bench.subject.close();
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::Ready);
    bench.claim();
    assert_eq!(bench.subject.wait(Timeout::Never), Wait::NotListening);
}

/// Waiting again and again takes in no more than the limit allows.
pub(crate) fn waiting_obeys_the_limit(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 8);
    for _ in 0..5 {
        assert_eq!(bench.subject.wait(LONG), Wait::Ready);
    }
    let claimed = bench.claim_all().len();
    assert!((1..=2).contains(&claimed), "{claimed} were pending");
}

/// With a limit of zero a wait times out although a client is there.
pub(crate) fn a_wait_with_a_limit_of_zero_times_out(bench: &mut Bench) {
    bench.subject.set_max_pending(0);
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    assert_eq!(bench.subject.wait(SHORT), Wait::TimedOut);
    assert!(!bench.observe().has_pending);
    bench.subject.set_max_pending(1);
    assert_eq!(bench.subject.wait(LONG), Wait::Ready);
}

/// Waiting and claiming in turn serves every client, in order.
pub(crate) fn waiting_and_claiming_in_turn_serves_everybody(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_numbered(&name, 40);
    for expected in 0..40 {
        bench.await_pending();
        let connection = bench.subject.next_pending().expect("it is ready");
        assert_eq!(bench.number_of(connection), expected);
    }
    assert_eq!(bench.subject.wait(Timeout::default()), Wait::TimedOut);
}

/// A client that came and left makes a wait ready, like any other.
pub(crate) fn a_client_that_left_makes_a_wait_ready(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.connect_client(&name);
    bench.world.drop_client(client);
    assert_eq!(bench.subject.wait(LONG), Wait::Ready);
}

/// While more clients are there than may come in, a server that waits is idle.
pub(crate) fn clients_beyond_the_limit_do_not_keep_a_processor_busy(bench: &mut Bench) {
    bench.subject.set_max_pending(0);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 3);
    bench.expect_to_wait_idly();
}

/// The longest time that can be said is no trouble.
pub(crate) fn a_wait_may_be_as_long_as_can_be_said(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let client = bench.world.connect_when_blocked(&name);
    let longest = Timeout::After(Duration::MAX);
    assert_eq!(bench.subject.wait(longest), Wait::Ready);
    let connection = bench.claim();
    bench.echo(client, connection);
}

/// The shortest time that can be said is not taken for none, nor for no limit.
pub(crate) fn a_wait_may_be_as_short_as_can_be_said(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let shortest = Timeout::After(Duration::from_nanos(1));
    assert_eq!(bench.subject.wait(shortest), Wait::TimedOut);
    bench.connect_client(&name);
    assert_eq!(bench.subject.wait(shortest), Wait::Ready);
}
