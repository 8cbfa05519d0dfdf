//! The backlog, and access to the listener: Q6-2, Q6-3.

use super::prelude::*;

pub(crate) fn backlog_holds(t: &mut Fixture) {
    for backlog in [0, 1, 5] {
        t.subject.set_max_pending(0);
        t.subject.set_backlog(Backlog::Limited(backlog));
        let name = t.listen_on("server");
        let queued = clients_until_full(t, &name);
        if t.env.platform() == Platform::Linux {
            // Linux queues one client more.
            assert_eq!(queued, usize::try_from(backlog).expect("small") + 1);
        }
        t.subject.close();
    }
}

pub(crate) fn default_backlog_is_maximum(t: &mut Fixture) {
    t.subject.set_max_pending(0);
    let name = t.listen_on("server");
    t.connect_clients(&name, 120);
}

pub(crate) fn backlog_applies_to_next_listen(t: &mut Fixture) {
    t.subject.set_max_pending(0);
    let name = t.listen_on("server");
    t.subject.set_backlog(Backlog::Limited(0));
    t.connect_clients(&name, 20);
    t.subject.close();
    t.listen(&name);
    assert!(clients_until_full(t, &name) < 20);
}

pub(crate) fn number_is_known_while_listening(t: &mut Fixture) {
    assert_eq!(t.subject.listener_number(), None);
    let name = t.listen_on("server");
    let number = t.listener_number();
    assert_eq!(t.env.address_of_number(number), Some(name));
    t.subject.close();
    assert_eq!(t.subject.listener_number(), None);
}

pub(crate) fn listener_is_close_on_exec(t: &mut Fixture) {
    t.listen_on("server");
    let number = t.listener_number();
    let (_, close_on_exec) = t.env.flags_of_number(number);
    assert!(close_on_exec);
}

pub(crate) fn connections_are_close_on_exec(t: &mut Fixture) {
    let before = t.env.inheritable_descriptors();
    let name = t.listen_on("server");
    t.connected_pair(&name);
    t.connect_client(&name);
    t.await_pending();
    t.take();
    let attempt = t.start_connect(&name);
    t.finish_connect(attempt);
    t.take();
    t.subject.add_pending();
    assert_eq!(t.env.inheritable_descriptors(), before);
}

pub(crate) fn close_closes_listener(t: &mut Fixture) {
    t.listen_on("server");
    let number = t.listener_number();
    t.subject.close();
    assert_eq!(t.env.address_of_number(number), None);
}

/// Connects clients until the backlog is full, and returns their number.
fn clients_until_full(t: &mut Fixture, name: &ServerName) -> usize {
    for count in 0..100 {
        let client = t.env.connect(name, SocketOptions::empty());
        match t.env.client(client) {
            ClientState::Connected => {}
            ClientState::Waiting => return count,
            ClientState::Failed(kind) => panic!("client {count} failed: {kind:?}"),
        }
    }
    panic!("a hundred clients fit into the backlog");
}
