//! The platform layer of systems that nobody has written one for.
//!
//! It holds what the server itself uses. Whatever would need a system call returns
//! [`Unsupported`](ErrorKind::Unsupported). No descriptor or waker can exist here, and the types
//! reflect that: the calls on one can never be made.

use std::io;
use std::sync::OnceLock;
use std::time::Instant;

use anteroom_core::{
    AcceptFailure, Detail, ErrorKind, Failure, Operation, ServerName, SocketOptions, Time,
};

use crate::sys::{Inspection, NamedFailure};

const fn unsupported(operation: Operation) -> NamedFailure {
    NamedFailure::new(Failure::new(operation, ErrorKind::Unsupported), None)
}

/// What can be adopted on this platform: nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there will never be one")]
pub enum Descriptor {}

/// Removes what is at a name.
///
/// # Errors
///
/// Not supported here.
pub const fn remove(_name: &ServerName) -> Result<(), NamedFailure> {
    Err(unsupported(Operation::Remove))
}

/// Returns what is at a name.
///
/// # Errors
///
/// Not supported here.
pub const fn inspect(
    _name: &ServerName,
    _options: SocketOptions,
) -> Result<Inspection, NamedFailure> {
    Err(unsupported(Operation::Inspect))
}

/// Returns what is at a name, and connects if looking does not tell.
///
/// # Errors
///
/// Not supported here.
pub const fn inspect_by_connecting(
    _name: &ServerName,
    _options: SocketOptions,
) -> Result<Inspection, NamedFailure> {
    Err(unsupported(Operation::Inspect))
}

/// Returns the failure that an error of the standard library, or of a runtime, stands for.
///
/// The codes of this system are not known, so the kind is always [`Unknown`](ErrorKind::Unknown).
pub fn io_failure(operation: Operation, error: &io::Error) -> Failure {
    let failure = Failure::new(operation, ErrorKind::Unknown);
    error
        .raw_os_error()
        .map_or(failure, |code| failure.with_code(code))
}

/// Returns the failure of a listener which another process has shut down.
pub const fn shut_down_elsewhere() -> AcceptFailure {
    AcceptFailure::Fatal(
        Failure::new(Operation::Accept, ErrorKind::Unknown).with_detail(Detail::ShutDownElsewhere),
    )
}

/// The end that ends a wait: there is none.
#[derive(Clone, Debug)]
pub struct WakeSender(Descriptor);

/// The end that a wait looks at: there is none.
#[derive(Debug)]
pub struct WakeReceiver(Descriptor);

/// Makes a pair that ends a wait from another thread.
///
/// # Errors
///
/// Not supported here.
pub fn waker() -> io::Result<(WakeSender, WakeReceiver)> {
    Err(io::ErrorKind::Unsupported.into())
}

impl WakeSender {
    /// Ends the wait.
    pub const fn wake(&self) {
        match self.0 {}
    }

    /// Ends the wait, for a reason that the waiting thread finds elsewhere.
    pub const fn stop(&self) {
        match self.0 {}
    }
}

impl WakeReceiver {
    /// Forgets all wakes up to now. Returns whether there was one by [`WakeSender::wake`].
    pub const fn clear(&self) -> bool {
        match self.0 {}
    }
}

/// Returns the time since this was first called, on a clock that does not run backwards.
pub fn now() -> Time {
    static START: OnceLock<Instant> = OnceLock::new();
    Time::from_epoch(START.get_or_init(Instant::now).elapsed())
}
