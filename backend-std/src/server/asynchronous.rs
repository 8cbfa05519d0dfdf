use std::future::poll_fn;
use std::task::{Context, Poll};

use anteroom_core::{Intake, Reactor, Time, Timeout};

use super::{Async, Server};
use crate::{AcceptError, Wait};

/// After how many connections in a row a task gives way.
const ACCEPTS_IN_A_ROW: u8 = 64;

/// Waiting in a task.
impl<O: Reactor, I: Intake<O::Conn>> Server<Async<O>, I> {
    /// Waits for a connection and returns it.
    ///
    /// With a limit of zero it waits for ever.
    ///
    /// # Errors
    ///
    /// The server does not listen, or the listener became unusable and the server has
    /// closed. That descriptors ran out is no error: the server tries again.
    ///
    /// # Panics
    ///
    /// If the hook does. The connection it was given is closed, unless it was queued
    /// before; nothing else is lost, and the server can be used as before.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost: a connection is returned, or it is pending, or it is still in the
    /// queue of the operating system.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::tokio::{LocalServer, LocalSocket};
    /// use tokio::io::AsyncWriteExt;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// let _client = LocalSocket::connect(&name).await?;
    /// let mut socket = server.accept().await?;
    /// socket.write_all(b"welcome").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn accept(&mut self) -> Result<O::Conn, AcceptError> {
        poll_fn(|context| self.poll_accept(context)).await
    }

    /// Waits until a connection is pending, or the time is over.
    ///
    /// `Timeout::default()` is zero: it looks once and does not wait. With something
    /// pending it returns at once. The time begins when the future is first polled. A wait
    /// of no time does not take the place of another task that waits.
    ///
    /// # Panics
    ///
    /// As [`accept`](Self::accept).
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost: what was taken in is pending.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::tokio::{LocalServer, LocalSocket};
    /// use anteroom::{Timeout, Wait};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// assert_eq!(server.wait_for_new_connection(Timeout::default()).await, Wait::TimedOut);
    /// let _client = LocalSocket::connect(&name).await?;
    /// assert_eq!(server.wait_for_new_connection(Duration::from_secs(10)).await, Wait::Ready);
    /// assert!(server.next_pending_connection().is_some());
    /// # Ok(())
    /// # }
    /// ```
    //= WAIT-5, WAIT-6
    //= SRV-9, WAIT-1, WAIT-2, WAIT-3, WAIT-4
    #[doc(alias = "QLocalServer::waitForNewConnection")]
    pub async fn wait_for_new_connection(&mut self, timeout: impl Into<Timeout>) -> Wait {
        let deadline = match timeout.into() {
            Timeout::Never => None,
            // The task that polled last goes on waiting: this looks, and does not take its place.
            Timeout::After(duration) if duration.is_zero() => {
                self.obey(None);
                return self.look_once();
            }
            Timeout::After(duration) => Some(self.driver.os().now().after(duration)),
        };
        poll_fn(|context| self.poll_wait(deadline, context)).await
    }

    /// Polls whether a connection is pending, and takes one in if not.
    ///
    /// `Wait::Ready` or `Wait::NotListening` ends it. While it is pending, only the task
    /// that polled last is woken: by a connection, and by every other method that changes what it
    /// waits for, such as `close`. It never gives way while there is a connection.
    ///
    /// # Panics
    ///
    /// As [`accept`](Self::accept).
    ///
    /// # Cancel safety
    ///
    /// It need not be polled again: what was taken in is pending.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Wait> {
        self.poll_wait(None, context)
    }

    /// Polls for a connection, and claims it.
    ///
    /// After 64 connections in a row the task gives way once, so that others have their turn: it is
    /// pending, and wakes itself. On tokio each connection also counts in the budget of the task.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    ///
    /// # Panics
    ///
    /// As [`accept`](Self::accept).
    ///
    /// # Cancel safety
    ///
    /// It need not be polled again.
    pub fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<Result<O::Conn, AcceptError>> {
        if self.state.0 == ACCEPTS_IN_A_ROW {
            self.state.0 = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let poll = O::cooperate(context, |context| self.poll_wait(None, context));
        self.state.0 = if poll.is_ready() { self.state.0 + 1 } else { 0 };
        poll.map(|_| self.claim())
    }

    fn poll_wait(&mut self, deadline: Option<Time>, context: &mut Context<'_>) -> Poll<Wait> {
        self.obey(Some(context.waker()));
        self.count_closed(None);
        let poll = self.reporting().0.driver.poll_wait(deadline, context);
        if poll.is_pending() && self.is_full() && self.count_closed(Some(context.waker())) > 0 {
            // One was closed meanwhile.
            context.waker().wake_by_ref();
        }
        poll.map(Wait::from)
    }

    pub(super) fn poll_incoming(
        &mut self,
        context: &mut Context<'_>,
        ended: &mut bool,
    ) -> Poll<Option<Result<O::Conn, AcceptError>>> {
        if *ended {
            return Poll::Ready(None);
        }
        self.poll_accept(context).map(|result| {
            *ended = matches!(result, Err(AcceptError::NotListening));
            (!*ended).then_some(result)
        })
    }
}
