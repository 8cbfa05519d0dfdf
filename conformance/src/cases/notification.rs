//! Announcements of new connections: SIG.

use super::prelude::*;

pub(crate) fn each_connection_is_announced_once(t: &mut Fixture) {
    let name = t.listen_on("server");
    assert_eq!(t.subject.take_new_connections(), 0);
    for count in [1, 1, 4] {
        t.connect_clients(&name, count);
        t.subject.settle();
        assert_eq!(t.subject.take_new_connections(), count);
        assert!(t.observe().has_pending);
        t.subject.settle();
        assert_eq!(t.subject.take_new_connections(), 0);
        t.expect_pending(count);
    }
    t.connected_pair(&name);
    assert_eq!(t.subject.take_new_connections(), 1, "of a taken connection");
}

pub(crate) fn wait_announces_once(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_client(&name);
    t.await_pending();
    assert_eq!(t.subject.take_new_connections(), 1);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 0);
}

pub(crate) fn announcements_of_wait_and_event_loop_add_up(t: &mut Fixture) {
    let name = t.listen_on("server");
    let mut announced = 0;
    for round in 0..12 {
        t.connect_clients(&name, 1 + round % 3);
        if round % 2 == 0 {
            t.subject.settle();
        } else {
            t.await_pending();
        }
        if round % 4 == 3 {
            t.subject.next_pending();
        }
        announced += t.subject.take_new_connections();
    }
    t.subject.set_max_pending(100);
    t.subject.settle();
    announced += t.subject.take_new_connections();
    assert_eq!(announced, 24);
}

pub(crate) fn pending_connections_are_not_announced_again(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.connect_pending(&name);
    assert_eq!(t.subject.take_new_connections(), 1);
    t.subject.close();
    t.listen(&name);
    t.subject.settle();
    assert_eq!(t.subject.take_new_connections(), 0);
    t.expect_pending(1);
}
