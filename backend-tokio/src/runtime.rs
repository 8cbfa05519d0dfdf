//! What tokio must have for a server or a client, and how to find out whether it has.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use anteroom_core::{Detail, ErrorKind, Failure, Operation};
use anteroom_std::sys;
use tokio::net::{UnixDatagram, UnixStream};
use tokio::runtime::Handle;
use tokio::time::{Sleep, sleep};

/// Finds the runtime that this is called in.
pub(crate) fn current(operation: Operation) -> Result<Handle, Failure> {
    Handle::try_current().map_err(|_| missing(operation, Detail::NoRuntime))
}

/// Finds out whether the runtime can wait for sockets, before anything is made.
pub(crate) fn check_sockets(operation: Operation) -> Result<(), Failure> {
    let socket = unless_it_panics(UnixDatagram::unbound);
    driven(operation, socket).map(drop)
}

/// Makes a timer.
pub(crate) fn timer(operation: Operation, duration: Duration) -> Result<Sleep, Failure> {
    unless_it_panics(|| sleep(duration)).ok_or_else(|| missing(operation, Detail::NoTimers))
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

/// Makes something of tokio's, if its runtime has what that takes.
///
/// tokio panics when a driver is missing. It has no error for that, nor a way to ask before.
fn unless_it_panics<T>(make: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(make)).ok()
}

const fn missing(operation: Operation, what: Detail) -> Failure {
    Failure::new(operation, ErrorKind::Unsupported).with_detail(what)
}
