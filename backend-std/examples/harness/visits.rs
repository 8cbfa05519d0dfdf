use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_lite::future::yield_now;

use super::Clients;

/// Clients that send a request as soon as they have connected, to a server that answers each in a
/// task.
///
/// The next ones connect when the server finds an empty backlog and has answered all clients.
pub(crate) struct Visits(Mutex<State>);

struct State {
    clients: Clients,
    at_a_time: usize,
    /// How many clients came and were not answered yet.
    unanswered: usize,
    /// Whether the server has found an empty backlog.
    are_awaited: bool,
}

impl Visits {
    pub(crate) fn new(clients: Clients, at_a_time: usize) -> Self {
        Self(Mutex::new(State {
            clients,
            at_a_time,
            unanswered: 0,
            are_awaited: false,
        }))
    }

    /// Awaits the next client.
    pub(crate) async fn accept<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        poll_fn(|context| {
            let poll = future.as_mut().poll(context);
            let mut state = self.state();
            state.are_awaited = poll.is_pending();
            state.permit_the_next();
            poll
        })
        .await
    }

    /// Says that a client was answered, and its connection closed.
    pub(crate) fn answered(&self) {
        let mut state = self.state();
        state.unanswered -= 1;
        state.permit_the_next();
    }

    /// Waits until all clients were answered.
    pub(crate) async fn finish(&self) -> Result<(), Box<dyn Error>> {
        while self.state().unanswered > 0 {
            yield_now().await;
        }
        self.state().clients.finish()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn permit_the_next(&mut self) {
        if self.are_awaited && self.unanswered == 0 {
            self.clients.permit();
            self.unanswered = self.at_a_time;
        }
    }
}
