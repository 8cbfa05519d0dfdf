use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::task::{Context, Poll};

use anteroom_core::{AcceptFailure, Failure, Operation, Time};

use crate::Permit;
use crate::sys::{self, Mode};

/// What a runtime supplies so that servers can run on it, on Unix.
///
/// [`System`](crate::sys::System) makes of it the platform of a [`Server`](crate::Server). A value
/// is a handle of the runtime, or stands for the one that is current where it is used.
pub trait UnixRuntime: Clone {
    /// A listening socket as the runtime keeps it; dropping it deregisters and closes it.
    type Listener: AsFd;
    /// A connected socket, as servers hand it out.
    type Socket;
    /// A timer of the runtime, which waits for nothing at first.
    type Timer: Default;
    /// Whether the calls on a connected socket wait.
    const SOCKETS: Mode = Mode::NonBlocking;

    /// Returns the runtime itself: of a value that stands for the current runtime, that one.
    ///
    /// The listeners and sockets of the result are registered there, wherever they are used.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot wait for sockets. Nothing has been made by then.
    fn resolve(&self, operation: Operation) -> Result<Self, Failure>;

    /// Takes a listening socket, which does not block. It is closed on failure.
    ///
    /// # Errors
    ///
    /// The runtime cannot take it.
    fn register(&self, operation: Operation, socket: OwnedFd) -> Result<Self::Listener, Failure>;

    /// Makes a socket of a connection. This cannot fail: it is registered when it first has to wait.
    ///
    /// It keeps the permit until the connection is closed, and gives clones of it to its halves.
    fn socket(&self, connection: OwnedFd, permit: Permit) -> Self::Socket;

    /// Called after an accept that bypassed the runtime; `found` tells whether it returned a connection.
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
    /// Polls until the listener may have a client, then calls `attempt`.
    ///
    /// A runtime may also call `attempt` first, to find a client that is there already. If `attempt`
    /// returns `None`, clear only the readiness that was seen before the call: a client that has
    /// connected since must still wake the task. Never clear the readiness of a listener that was shut
    /// down, since there is no second event. While it is pending, the task that polled last is woken.
    ///
    /// # Errors
    ///
    /// What `attempt` returns, or why the runtime cannot wait for the listener.
    fn poll_attempt<T>(
        &self,
        listener: &mut Self::Listener,
        context: &mut Context<'_>,
        attempt: impl FnMut(BorrowedFd<'_>) -> Result<Option<T>, AcceptFailure>,
    ) -> Poll<Result<Option<T>, AcceptFailure>>;

    /// Polls whether this moment has come; if not, the task is woken when it comes.
    ///
    /// # Errors
    ///
    /// The runtime has no timers, or has ended.
    fn poll_sleep(
        &self,
        operation: Operation,
        timer: &mut Self::Timer,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>>;

    /// Polls `poll`, unless the runtime wants the task to give way first.
    fn cooperate<T>(
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        poll(context)
    }
}
