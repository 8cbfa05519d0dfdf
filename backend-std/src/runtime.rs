use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::task::{Context, Poll};

use anteroom_core::{AcceptFailure, Failure, Operation, Time};

use crate::Permit;
use crate::sys::{self, Mode};

/// A runtime on which servers can run, on Unix.
///
/// [`System`](crate::sys::System) turns it into the platform of a [`Server`](crate::Server). A
/// value is a handle of a runtime, or stands for the current one.
pub trait UnixRuntime: Clone {
    /// The runtime's type of listener. Dropping it deregisters and closes it.
    type Listener: AsFd;
    /// The type of the sockets that servers return.
    type Socket;
    /// The runtime's type of timer, unset at first.
    type Timer: Default;
    /// The mode of connected sockets.
    const SOCKETS: Mode = Mode::NonBlocking;

    /// Returns a handle of the runtime. For a value that stands for the current runtime, returns
    /// that one's.
    ///
    /// Its listeners and sockets register there, wherever they are used.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no runtime, or if it cannot wait for sockets.
    fn resolve(&self, operation: Operation) -> Result<Self, Failure>;

    /// Registers a listening, non-blocking socket. Closes it on failure.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime cannot register it.
    fn register(&self, operation: Operation, socket: OwnedFd) -> Result<Self::Listener, Failure>;

    /// Creates a socket from a connection. This cannot fail, since it registers when it first has
    /// to wait.
    ///
    /// The socket keeps the permit until the connection is closed, and its halves keep clones.
    fn socket(&self, connection: OwnedFd, permit: Permit) -> Self::Socket;

    /// Called after an accept without the runtime. `found` is whether it returned a connection.
    fn attempted(&self, listener: &mut Self::Listener, found: bool) {
        let _ = (listener, found);
    }

    /// Returns the time on the runtime's clock.
    fn now(&self) -> Time {
        sys::now()
    }
}

/// A runtime in which tasks wait for sockets and for time.
pub trait UnixReactor: UnixRuntime {
    /// Polls the readiness of the listener, then calls `attempt`.
    ///
    /// A runtime may also call `attempt` first, to find a client that is there already. If `attempt`
    /// returns `None`, clear only the readiness that was seen before the call: a client that has
    /// connected since must still wake the task. Never clear the readiness of a listener that was shut
    /// down, since there is no second event. While it is pending, the task that polled last is woken.
    ///
    /// # Errors
    ///
    /// Returns the error of `attempt`, or an error if the runtime cannot wait for the listener.
    fn poll_attempt<T>(
        &self,
        listener: &mut Self::Listener,
        context: &mut Context<'_>,
        attempt: impl FnMut(BorrowedFd<'_>) -> Result<Option<T>, AcceptFailure>,
    ) -> Poll<Result<Option<T>, AcceptFailure>>;

    /// Polls until this moment.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime has no timers, or has ended.
    fn poll_sleep(
        &self,
        operation: Operation,
        timer: &mut Self::Timer,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>>;

    /// Calls `poll`, unless the runtime requires the task to yield first.
    fn cooperate<T>(
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        poll(context)
    }
}
