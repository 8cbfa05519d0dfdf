//! The announcement of new connections: SIG.

use crate::prelude::*;

/// Each connection is announced once.
pub(crate) fn each_connection_is_announced_once(bench: &mut Bench) {
    let name = bench.listen_on("server");
    assert_eq!(bench.subject.take_new_connections(), 0);
    bench.connect_clients(&name, 4);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 4);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 0);
}

/// What was announced is pending.
pub(crate) fn what_was_announced_is_pending(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for _ in 0..3 {
        bench.arrive(&name);
        assert_eq!(bench.subject.take_new_connections(), 1);
        assert!(bench.observe().has_pending);
        assert!(bench.subject.next_pending().is_some());
    }
}

/// What a wait takes in is announced like what the event loop takes in.
pub(crate) fn a_wait_announces_like_the_event_loop(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connect_client(&name);
    bench.await_pending();
    assert_eq!(bench.subject.take_new_connections(), 1);
    bench.subject.settle();
    assert_eq!(
        bench.subject.take_new_connections(),
        0,
        "it is announced once"
    );
}

/// However the pumping is shared between waits and the event loop, the sum is right.
pub(crate) fn the_sum_is_right_whoever_pumps(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let mut announced = 0;
    for round in 0..12 {
        bench.connect_clients(&name, 1 + round % 3);
        if round % 2 == 0 {
            bench.subject.settle();
        } else {
            bench.await_pending();
        }
        if round % 4 == 3 {
            bench.subject.next_pending();
        }
        announced += bench.subject.take_new_connections();
    }
    bench.subject.set_max_pending(100);
    bench.subject.settle();
    announced += bench.subject.take_new_connections();
    assert_eq!(announced, 24);
}

/// A connection that was announced is announced even if it was claimed meanwhile.
pub(crate) fn claiming_does_not_take_an_announcement_back(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.connected_pair(&name);
    assert_eq!(bench.subject.take_new_connections(), 1);
}

/// Clients that wait in the queue of the operating system are not announced.
pub(crate) fn clients_beyond_the_limit_are_not_announced(bench: &mut Bench) {
    bench.subject.set_max_pending(2);
    let name = bench.listen_on("server");
    bench.connect_clients(&name, 6);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 2);
}

/// What is left over at close is not announced again by the next listen.
pub(crate) fn leftovers_are_not_announced_again(bench: &mut Bench) {
    let name = bench.listen_on("server");
    bench.arrive(&name);
    assert_eq!(bench.subject.take_new_connections(), 1);
    bench.subject.close();
    bench.listen(&name);
    bench.subject.settle();
    assert_eq!(bench.subject.take_new_connections(), 0);
    bench.expect_pending(1);
}
