use std::future::poll_fn;
use std::task::{Context, Poll};

use anteroom_core::{Intake, Reactor, Time, Timeout};

use super::{Async, Server};
use crate::{AcceptError, Wait};

/// The number of consecutive connections after which a task yields.
const ACCEPTS_BEFORE_YIELD: u8 = 64;

/// Asynchronous waiting.
impl<O: Reactor, I: Intake<O::Conn>> Server<Async<O>, I> {
    /// Waits for a connection, and returns its socket.
    ///
    /// If the limit is zero, it never completes.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not listen, or if the listener failed and the server has
    /// closed. Running out of descriptors is not an error: the server tries again after a back-off.
    ///
    /// # Panics
    ///
    /// Panics if the hook panics. The connection is closed, unless the hook has queued it. Nothing
    /// else is lost, and the server remains usable.
    ///
    /// # Cancel safety
    ///
    /// No connection is lost: it is returned, or pending, or still in the backlog.
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

    /// Waits until a connection is pending, or until the timeout.
    ///
    /// Returns at once if a connection is pending. `Timeout::default()` is zero, which checks once
    /// without waiting, and does not replace another task that waits. The timeout starts when the
    /// future is first polled.
    ///
    /// # Panics
    ///
    /// See [`accept`](Self::accept).
    ///
    /// # Cancel safety
    ///
    /// No connection is lost: an accepted one is pending.
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
            // This checks once, so the task that polled last stays the one to be woken.
            Timeout::After(duration) if duration.is_zero() => {
                self.carry_out_requests(None);
                return self.check_once();
            }
            Timeout::After(duration) => Some(self.driver.os().now().after(duration)),
        };
        poll_fn(|context| self.poll_wait(deadline, context)).await
    }

    /// Polls until a connection is pending, accepting one if necessary.
    ///
    /// Returns `Wait::Ready` or `Wait::NotListening`. Otherwise the task is woken by a connection,
    /// and by every method that changes what it waits for, such as `close`. Only the task that
    /// polled last is woken. Unlike [`poll_accept`](Self::poll_accept), it never yields while there
    /// is a connection.
    ///
    /// # Panics
    ///
    /// See [`accept`](Self::accept).
    ///
    /// # Cancel safety
    ///
    /// No connection is lost: an accepted one is pending.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Wait> {
        self.poll_wait(None, context)
    }

    /// Polls for a connection, and takes it.
    ///
    /// After 64 consecutive connections it yields once: it returns `Pending` and wakes the task. On
    /// tokio each connection also counts in the task's budget.
    ///
    /// # Errors
    ///
    /// See [`accept`](Self::accept).
    ///
    /// # Panics
    ///
    /// See [`accept`](Self::accept).
    ///
    /// # Cancel safety
    ///
    /// No connection is lost.
    pub fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<Result<O::Conn, AcceptError>> {
        if self.state.0 == ACCEPTS_BEFORE_YIELD {
            self.state.0 = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let poll = O::cooperate(context, |context| self.poll_wait(None, context));
        self.state.0 = if poll.is_ready() { self.state.0 + 1 } else { 0 };
        poll.map(|_| self.claim())
    }

    fn poll_wait(&mut self, deadline: Option<Time>, context: &mut Context<'_>) -> Poll<Wait> {
        self.carry_out_requests(Some(context.waker()));
        self.report_closed(None);
        let poll = self.reporting().0.driver.poll_wait(deadline, context);
        if poll.is_pending() && self.is_full() && self.report_closed(Some(context.waker())) > 0 {
            // A connection was closed in the meantime.
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
