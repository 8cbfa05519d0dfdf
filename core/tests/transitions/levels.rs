//! What the queries have to answer in a column.

use anteroom_core::{ListenerId, Server, ServerName, Time, Wait};
use core::task::Poll;

use crate::run::{EARLIER, NOW, at, column_of, subject};
use crate::vocabulary::{Column, Input};

/// Checks what follows from the column alone.
pub(crate) fn check_levels(server: &Server<u8>, column: Column, listener: ListenerId) {
    let is_listening = column.is_listening();
    assert_eq!(server.is_listening(), is_listening);
    assert_eq!(server.server_name().is_some(), is_listening);
    assert_eq!(server.full_server_name().is_some(), is_listening);
    // Without a listener there is an end: one was closed before.
    assert_eq!(server.end().is_none(), column.has_listener());
    let wanted = column.is_open() && server.pending_len() < server.max_pending();
    assert_eq!(server.wants_accept(), wanted.then_some(listener));
    assert_eq!(server.has_pending(), server.pending_len() > 0);
    let waits = [None, Some(Time::ZERO)].map(|deadline| server.wait_status(deadline, at(NOW)));
    let expected = match column {
        _ if server.has_pending() => [Poll::Ready(Wait::Ready); 2],
        Column::Idle => [Poll::Ready(Wait::NotListening); 2],
        _ => [Poll::Pending, Poll::Ready(Wait::TimedOut)],
    };
    assert_eq!(waits, expected);
}

/// Checks that a pause keeps its first moment, and tells its latest failure and its names.
pub(crate) fn check_pause(server: &Server<u8>, before: Column, input: Input) {
    let is_exhausted = input == Input::AcceptFailedExhausted;
    let since = at(if before.is_paused() { 0 } else { NOW });
    let failure = if is_exhausted {
        subject(input)
    } else {
        EARLIER
    };
    let pause = server.pause();
    assert_eq!(pause.is_some(), column_of(server).is_paused());
    assert!(pause.is_none_or(|pause| (pause.since, pause.failure) == (since, failure)));
    let names = ["editor", "/tmp/editor"].map(ServerName::from);
    let [name, full_name] = names.each_ref().map(|name| pause.map(|_| name));
    assert_eq!(server.pause_names(), (name, full_name));
}
