//! The platform layer of systems which nobody has written one for: it compiles, and says so.
//!
//! No descriptor, listener or socket can come into being here, and the types tell: whatever
//! takes one can never be called.

use std::io;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anteroom_core::{
    AcceptFailure, Backlog, BindError, Bound, ErrorKind, Failure, Operation, ServerName,
    SocketOptions, Time, Timeout,
};

use crate::sys::{Look, Mode, NamedFailure, PeerIdentity, Readiness};

const fn unsupported(operation: Operation) -> Failure {
    Failure::new(operation, ErrorKind::Unsupported)
}

const fn named(operation: Operation) -> NamedFailure {
    NamedFailure::new(unsupported(operation), None)
}

/// What listeners and sockets are on this platform: there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there will never be one")]
pub enum Descriptor {}

/// A listener or socket that belongs to somebody else: there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BorrowedDescriptor<'a> {
    owner: Descriptor,
    lifetime: PhantomData<&'a Descriptor>,
}

/// A listening socket: there are none.
#[derive(Debug)]
#[non_exhaustive]
pub struct RawListener {
    /// The socket.
    pub socket: Descriptor,
}

/// A connection to a server: there are none.
#[derive(Debug)]
#[non_exhaustive]
pub struct Connected {
    /// The socket.
    pub socket: Descriptor,
    /// The complete name of the server.
    pub full_name: ServerName,
}

/// Starts to listen on a name.
///
/// # Errors
///
/// Not supported here.
pub const fn bind(
    _name: &ServerName,
    _options: SocketOptions,
    _backlog: Backlog,
) -> Result<Bound<RawListener>, BindError> {
    Err(BindError::new(unsupported(Operation::Listen), None))
}

/// Takes over a descriptor that listens already.
///
/// # Errors
///
/// There are none.
pub const fn adopt(descriptor: Descriptor) -> Result<Bound<RawListener>, (Descriptor, Failure)> {
    match descriptor {}
}

/// Takes one connection out of the listener's queue.
///
/// # Errors
///
/// There are none.
pub const fn try_accept(
    listener: BorrowedDescriptor<'_>,
    _mode: Mode,
) -> Result<Option<Descriptor>, AcceptFailure> {
    match listener.owner {}
}

/// Makes the listener refuse new clients.
///
/// # Errors
///
/// There are none.
pub const fn refuse(listener: BorrowedDescriptor<'_>) -> Result<(), Failure> {
    match listener.owner {}
}

/// Says whether the calls on a descriptor wait.
///
/// # Errors
///
/// There are none.
pub const fn set_mode(descriptor: BorrowedDescriptor<'_>, _mode: Mode) -> io::Result<()> {
    match descriptor.owner {}
}

/// Tells who is at the other end of a connection.
///
/// # Errors
///
/// There are none.
pub const fn peer_identity(socket: BorrowedDescriptor<'_>) -> io::Result<PeerIdentity> {
    match socket.owner {}
}

/// Removes what is at a name.
///
/// # Errors
///
/// Not supported here.
pub const fn remove(_name: &ServerName) -> Result<(), NamedFailure> {
    Err(named(Operation::Remove))
}

/// Tells what stands at a name.
///
/// # Errors
///
/// Not supported here.
pub const fn look(_name: &ServerName, _options: SocketOptions) -> Result<Look, NamedFailure> {
    Err(named(Operation::Look))
}

/// Returns what stands at a name, and connects if looking does not tell.
///
/// # Errors
///
/// Not supported here.
pub const fn look_by_connecting(
    _name: &ServerName,
    _options: SocketOptions,
) -> Result<Look, NamedFailure> {
    Err(named(Operation::Look))
}

/// Connects to a server.
///
/// # Errors
///
/// Not supported here.
pub const fn connect(
    _name: &ServerName,
    _options: SocketOptions,
    _timeout: Timeout,
) -> Result<Connected, NamedFailure> {
    Err(named(Operation::Connect))
}

/// Waits until the time is over, there being nothing else to wait for.
///
/// # Errors
///
/// Not supported without a time limit: nothing could end such a wait.
pub fn wait_readable(
    listener: Option<BorrowedDescriptor<'_>>,
    waker: Option<BorrowedDescriptor<'_>>,
    timeout: Option<Duration>,
) -> io::Result<Readiness> {
    match (listener, waker, timeout) {
        (Some(listener), _, _) => match listener.owner {},
        (_, Some(waker), _) => match waker.owner {},
        (None, None, Some(timeout)) => {
            std::thread::sleep(timeout);
            Ok(Readiness::default())
        }
        (None, None, None) => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// The end that ends a wait: there are none.
#[derive(Clone, Debug)]
pub struct WakeSender(Descriptor);

/// The end that a wait looks at: there are none.
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
}

impl WakeReceiver {
    /// Forgets all wakes up to now.
    pub const fn clear(&self) {
        match self.0 {}
    }
}

/// Returns the time since this was first asked, on a clock that does not run backwards.
pub fn now() -> Time {
    static START: OnceLock<Instant> = OnceLock::new();
    Time::from_epoch(START.get_or_init(Instant::now).elapsed())
}
