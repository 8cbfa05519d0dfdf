//! What tokio must have for a server or a client, and how to find out whether it has.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener as StdListener, UnixStream as StdStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use anteroom_core::{Detail, ErrorKind, Failure, Operation};
use anteroom_std::sys;
use tokio::net::{UnixDatagram, UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep_until};

/// Finds the runtime that this is called in.
pub(crate) fn current(operation: Operation) -> Result<Handle, Failure> {
    Handle::try_current().map_err(|_| missing(operation, Detail::NoRuntime))
}

/// Finds out whether the runtime can wait for sockets, before anything is made.
pub(crate) fn check_sockets(operation: Operation) -> Result<(), Failure> {
    let socket = unless_it_panics(UnixDatagram::unbound);
    driven(operation, socket).map(drop)
}

/// Creates a timer in the runtime that is entered.
pub(crate) fn timer(operation: Operation, until: Instant) -> Result<Sleep, Failure> {
    unless_it_panics(|| sleep_until(until)).ok_or_else(|| missing(operation, Detail::NoTimers))
}

/// Polls a timer, whose runtime may have ended since it was created.
pub(crate) fn poll_timer(
    operation: Operation,
    timer: Pin<&mut Sleep>,
    context: &mut Context<'_>,
) -> Poll<Result<(), Failure>> {
    match unless_it_panics(|| timer.poll(context)) {
        Some(poll) => poll.map(Ok),
        None => Poll::Ready(Err(missing(operation, Detail::NoRuntime))),
    }
}

/// Registers a listening socket with the runtime that is entered.
pub(crate) fn listener(operation: Operation, socket: OwnedFd) -> Result<UnixListener, Failure> {
    let listener = unless_it_panics(|| UnixListener::from_std(StdListener::from(socket)));
    driven(operation, listener)
}

/// Hands a connected socket to the runtime that is entered.
pub(crate) fn stream(operation: Operation, socket: OwnedFd) -> Result<UnixStream, Failure> {
    let stream = unless_it_panics(|| UnixStream::from_std(StdStream::from(socket)));
    driven(operation, stream)
}

/// The failure that an error of tokio stands for: without a code, the runtime has ended.
pub(crate) fn failure(operation: Operation, error: &io::Error) -> Failure {
    error.raw_os_error().map_or_else(
        || missing(operation, Detail::NoRuntime),
        |code| sys::CODES.failure(operation, code),
    )
}

fn driven<T>(operation: Operation, made: Option<io::Result<T>>) -> Result<T, Failure> {
    made.ok_or_else(|| missing(operation, Detail::NoSocketDriver))?
        .map_err(|error| failure(operation, &error))
}

/// Calls tokio where it panics if its runtime lacks a driver or has ended.
///
/// tokio has no error for that and no way to ask before. With `panic = "abort"` the process ends
/// here, so this is called only for what is needed at once, and before anything is left to lose.
fn unless_it_panics<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

const fn missing(operation: Operation, what: Detail) -> Failure {
    Failure::new(operation, ErrorKind::Unsupported).with_detail(what)
}
