//! Detects what a tokio runtime lacks.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anteroom_core::{Detail, ErrorKind, Failure, Operation};
use anteroom_std::sys;

/// The detail of an error outside of a tokio runtime, or after its end.
pub const NO_RUNTIME: Detail = Detail::Runtime(
    "there is no runtime of tokio here, or it has ended; do it inside a runtime, such as in an \
     asynchronous main",
);

/// The detail of an error in a runtime without I/O.
pub const NO_IO: Detail =
    Detail::Runtime("the runtime of tokio cannot wait for sockets; build it with its I/O enabled");

/// The detail of an error in a runtime without timers.
pub const NO_TIMERS: Detail =
    Detail::Runtime("the runtime of tokio has no timers; build it with its timers enabled");

/// Converts an error of tokio. An error without a code means that the runtime has ended.
pub(crate) fn failure(operation: Operation, error: &io::Error) -> Failure {
    error.raw_os_error().map_or_else(
        || missing(operation, NO_RUNTIME),
        |code| sys::CODES.failure(operation, code),
    )
}

pub(crate) fn driven<T>(operation: Operation, made: Option<io::Result<T>>) -> Result<T, Failure> {
    made.ok_or_else(|| missing(operation, NO_IO))?
        .map_err(|error| failure(operation, &error))
}

/// Calls a function of tokio that panics if the runtime lacks a driver or has ended.
///
/// tokio has no error for this and no way to detect it before. With `panic = "abort"` the process
/// ends here, so this is used only where the driver is needed at once, and before a file was
/// created.
pub(crate) fn unless_it_panics<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

pub(crate) const fn missing(operation: Operation, what: Detail) -> Failure {
    Failure::new(operation, ErrorKind::Unsupported).with_detail(what)
}
