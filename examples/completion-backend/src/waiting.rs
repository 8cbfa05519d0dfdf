use std::future::poll_fn;
use std::mem;
use std::task::Poll;
use std::time::Duration;

use anteroom_core::{ACCEPTS_PER_TURN, Intake, PhaseName, Server, Time, Timeout, Wait};
use anteroom_std::{AcceptError, sys};
use compio::net::UnixStream;
use compio::time;

use crate::LocalServer;

/// compio cannot add the longest durations to the current time.
const LONGEST_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

impl<I: Intake<UnixStream>> LocalServer<I> {
    /// Waits for a connection and returns it.
    ///
    /// # Errors
    ///
    /// The server does not listen, or its listener became unusable.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost: the accept stays under way, and the next wait gets its connection.
    pub async fn accept(&mut self) -> Result<UnixStream, AcceptError> {
        let _ = self.wait_for_new_connection(Timeout::Never).await;
        if let Some(connection) = self.next_pending_connection() {
            return Ok(connection);
        }
        match (self.command(Server::take_loss), self.server_error()) {
            (Some(_), Some(error)) => Err(AcceptError::Lost(error)),
            _ => Err(AcceptError::NotListening),
        }
    }

    /// Waits until a connection is pending, or the time is over.
    ///
    /// # Cancel safety
    ///
    /// As [`accept`](Self::accept).
    pub async fn wait_for_new_connection(&mut self, timeout: impl Into<Timeout>) -> Wait {
        let deadline = match timeout.into() {
            Timeout::After(duration) => Some(sys::now().after(duration)),
            Timeout::Never => None,
        };
        let mut rounds = 0;
        loop {
            self.end_back_off();
            match self.machine.wait_status(deadline, sys::now()) {
                Poll::Ready(Wait::TimedOut) => return self.look_once().await,
                Poll::Ready(wait) => return wait,
                Poll::Pending => self.wait_for_completion(deadline).await,
            }
            rounds += 1;
            // The hook can drop every connection. Other tasks must run nevertheless.
            if rounds % ACCEPTS_PER_TURN == 0 {
                give_way().await;
            }
        }
    }

    /// Accepts the clients that have connected, up to the limit, and does not wait for others.
    ///
    /// Returns whether there may be more: one call accepts at most [`ACCEPTS_PER_TURN`] clients.
    pub async fn process_events(&mut self) -> bool {
        self.end_back_off();
        for _ in 0..ACCEPTS_PER_TURN {
            if !self.attempt().await {
                return false;
            }
        }
        true
    }

    /// Waits until the accepts on all closed listeners have completed.
    ///
    /// Until then they keep their sockets open: an abstract name is in use, and clients in the
    /// backlog stay connected.
    pub async fn released(&mut self) {
        poll_fn(|context| {
            self.poll_accepts(context);
            if self.accepts.are_all_on(self.current()) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Ends a wait whose time is over: with a client that has connected, if there is one.
    async fn look_once(&mut self) -> Wait {
        for _ in 0..ACCEPTS_PER_TURN {
            if self.machine.has_pending() || !self.attempt().await {
                break;
            }
        }
        match self.machine.wait_status(None, Time::ZERO) {
            Poll::Ready(wait) => wait,
            Poll::Pending => Wait::TimedOut,
        }
    }

    /// Waits for a completion, for the end of a back-off, or for the deadline.
    async fn wait_for_completion(&mut self, deadline: Option<Time>) {
        let back_off = self.machine.poll_timeout();
        let until = deadline.into_iter().chain(back_off).min();
        if self.asks_system() && self.machine.wants_accept().is_some() {
            self.attempt().await;
            return;
        }
        if !self.start_accept() {
            return;
        }
        let completion = poll_fn(|context| {
            let may_be_more = self.poll_accepts(context);
            let wanted = self.machine.wants_accept();
            // An earlier call may have cancelled the accept. Then a new one is needed.
            let is_complete = wanted.is_some_and(|id| !self.accepts.is_under_way(id));
            if may_be_more || is_complete {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        match until {
            // The caller looks at the clock again.
            Some(until) => {
                let duration = until.since(sys::now()).min(LONGEST_SLEEP);
                let _ = time::timeout(duration, completion).await;
            }
            None => completion.await,
        }
    }

    /// Accepts one client if one has connected. Returns whether there may be another.
    ///
    /// The accept is cancelled right after it was submitted. It completes with a connection if a
    /// client was in the backlog, and as cancelled otherwise.
    async fn attempt(&mut self) -> bool {
        let Some(id) = self.machine.wants_accept() else {
            return false;
        };
        let is_new = !self.accepts.is_under_way(id);
        if is_new && self.asks_system() {
            return self.ask_system(id);
        }
        self.start_accept();
        let mut may_be_more = false;
        poll_fn(|context| {
            may_be_more |= self.poll_accepts(context);
            if !self.accepts.is_under_way(id) {
                return Poll::Ready(());
            }
            self.accepts.cancel(id);
            Poll::Pending
        })
        .await;
        // The end of an older accept does not report the clients that have connected since.
        may_be_more || !is_new
    }

    /// Returns whether the machine needs a report when the backlog is empty.
    ///
    /// The report ends a drain, and it ends a pause. No accept completes with this result.
    pub(crate) fn asks_system(&self) -> bool {
        self.machine.phase() == PhaseName::Draining || self.machine.pause().is_some()
    }

    /// Reports to the machine that a back-off is over, if it is.
    fn end_back_off(&mut self) {
        if self.machine.pause().is_some() {
            self.machine.handle_timeout(sys::now());
            self.carry_out();
        }
    }
}

/// Lets the other tasks run once.
async fn give_way() {
    let mut has_given_way = false;
    poll_fn(|context| {
        if mem::replace(&mut has_given_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
