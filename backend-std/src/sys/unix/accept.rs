use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use anteroom_core::{AcceptFailure, Detail, ErrorKind, Failure, Operation};
use rustix::io::Errno;

use super::codes::{CODES, failure};
use super::wait::wait_readable;
use crate::sys::Mode;

/// Accepts one connection. Returns `None` if the backlog is empty.
///
/// The connection is close-on-exec, and blocks according to `mode`. This call blocks if the
/// listener does.
///
/// # Errors
///
/// Returns the error, and its consequence for the server.
//= SRV-1
#[inline]
pub fn try_accept(listener: BorrowedFd<'_>, mode: Mode) -> Result<Option<OwnedFd>, AcceptFailure> {
    match rustix::io::retry_on_intr(|| accept(listener, mode)) {
        Ok(connection) => Ok(Some(connection)),
        Err(Errno::AGAIN) => Ok(None),
        Err(code) => Err(CODES.accept_failure(code.raw_os_error())),
    }
}

#[cfg(not(target_vendor = "apple"))]
fn accept(listener: BorrowedFd<'_>, mode: Mode) -> rustix::io::Result<OwnedFd> {
    use rustix::net::SocketFlags;

    let flags = match mode {
        Mode::Blocking => SocketFlags::CLOEXEC,
        Mode::NonBlocking => SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
    };
    let connection = rustix::net::accept_with(listener, flags)?;
    // On some systems the connection inherits the mode of the listener; not on Linux.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    rustix::io::ioctl_fionbio(&connection, mode == Mode::NonBlocking)?;
    Ok(connection)
}

#[cfg(target_vendor = "apple")]
fn accept(listener: BorrowedFd<'_>, mode: Mode) -> rustix::io::Result<OwnedFd> {
    use std::os::fd::AsFd as _;

    let connection = rustix::net::accept(listener)?;
    rustix::io::ioctl_fioclex(&connection)?;
    // The connection has the mode of the listener.
    rustix::io::ioctl_fionbio(&connection, mode == Mode::NonBlocking)?;
    super::socket::silence(connection.as_fd());
    Ok(connection)
}

/// Makes the listener refuse new clients; those in its backlog can still be accepted.
///
/// This cannot be undone, and affects every process that shares the socket. Once the backlog is
/// empty, a non-blocking listener stays readable: that is the end.
///
/// # Errors
///
/// Returns the error of the operating system; clients may then connect until the listener is
/// closed.
///
/// # Platform-specific behavior
///
/// macOS and the BSDs cannot shut down a listener. There the removal of the name keeps new clients
/// away, so their error is ignored.
pub fn refuse(listener: BorrowedFd<'_>) -> Result<(), Failure> {
    match rustix::net::shutdown(listener, rustix::net::Shutdown::Read) {
        Err(Errno::NOTCONN) if cfg!(not(any(target_os = "linux", target_os = "android"))) => Ok(()),
        result => result.map_err(|code| failure(Operation::Drain, code)),
    }
}

/// Checks whether another process has shut down the listener.
///
/// It then stays readable without clients, and a loop that waits for it would spin.
///
/// # Errors
///
/// It was shut down.
pub fn examine(listener: BorrowedFd<'_>) -> Result<(), AcceptFailure> {
    match wait_readable(Some(listener), None, Some(Duration::ZERO)) {
        Ok(readiness) if readiness.hung_up => Err(shut_down_elsewhere()),
        _ => Ok(()),
    }
}

/// Returns the failure of a listener that another process has shut down.
pub const fn shut_down_elsewhere() -> AcceptFailure {
    AcceptFailure::Fatal(
        Failure::new(Operation::Accept, ErrorKind::Unknown).with_detail(Detail::ShutDownElsewhere),
    )
}
