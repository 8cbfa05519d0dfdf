//! The platform layer of unsupported systems.
//!
//! It contains what the server itself uses. Every call returns
//! [`Unsupported`](ErrorKind::Unsupported). Descriptors and wakers are uninhabited types.

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

/// Uninhabited: no descriptor can be adopted on this platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there will never be one")]
pub enum Descriptor {}

/// Removes the socket file at a name.
///
/// # Errors
///
/// Not supported here.
pub const fn remove(_name: &ServerName) -> Result<(), NamedFailure> {
    Err(unsupported(Operation::Remove))
}

/// Determines the state of a name.
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

/// Determines the state of a name, connecting if necessary.
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

/// Converts an error of the standard library or of a runtime.
///
/// The codes of this system are not known, so the kind is always [`Unknown`](ErrorKind::Unknown).
pub fn io_failure(operation: Operation, error: &io::Error) -> Failure {
    let failure = Failure::new(operation, ErrorKind::Unknown);
    error
        .raw_os_error()
        .map_or(failure, |code| failure.with_code(code))
}

/// Returns the failure of a listener that another process has shut down.
pub const fn shut_down_elsewhere() -> AcceptFailure {
    AcceptFailure::Fatal(
        Failure::new(Operation::Accept, ErrorKind::Unknown).with_detail(Detail::ShutDownElsewhere),
    )
}

/// Uninhabited: this platform has no wake handle.
#[derive(Clone, Debug)]
pub struct WakeSender(Descriptor);

/// Uninhabited: this platform has no wake handle.
#[derive(Debug)]
pub struct WakeReceiver(Descriptor);

/// Creates a pair that ends a wait from another thread.
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

    /// Ends the wait without reporting a wake-up.
    pub const fn stop(&self) {
        match self.0 {}
    }
}

impl WakeReceiver {
    /// Clears all wake-ups. Returns whether one was by [`WakeSender::wake`].
    pub const fn clear(&self) -> bool {
        match self.0 {}
    }
}

/// Returns the time since the first call, on a monotonic clock.
pub fn now() -> Time {
    static START: OnceLock<Instant> = OnceLock::new();
    Time::from_epoch(START.get_or_init(Instant::now).elapsed())
}
