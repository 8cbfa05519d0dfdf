use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use anteroom_core::{AcceptFailure, Detail, ErrorKind, Failure, Operation};
use rustix::io::Errno;

use super::codes::{CODES, failure};
use super::wait::wait_readable;
use crate::sys::Mode;

/// Takes one connection out of the listener's queue; none if nobody waits.
///
/// The connection is not inherited by child processes, and waits or not as `mode` says, whatever
/// the listener does. A listener that is set to block makes this block.
///
/// # Errors
///
/// Reports what the system said, and what that means for the server.
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
    // Some systems hand the listener's own mode on, flags or no flags; Linux does not.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    rustix::io::ioctl_fionbio(&connection, mode == Mode::NonBlocking)?;
    Ok(connection)
}

#[cfg(target_vendor = "apple")]
fn accept(listener: BorrowedFd<'_>, mode: Mode) -> rustix::io::Result<OwnedFd> {
    use std::os::fd::AsFd as _;

    let connection = rustix::net::accept(listener)?;
    rustix::io::ioctl_fioclex(&connection)?;
    // The listener's own mode was handed on.
    rustix::io::ioctl_fionbio(&connection, mode == Mode::NonBlocking)?;
    super::socket::silence(connection.as_fd());
    Ok(connection)
}

/// Makes the listener refuse new clients; those in its queue can still be accepted.
///
/// This cannot be undone, and concerns everybody who has the same socket. Once the queue is
/// empty, a non-blocking listener stays readable for ever and has nobody: that is the end.
///
/// # Errors
///
/// Passes on what the system says; clients may then connect until the listener is closed.
///
/// # Platform-specific behavior
///
/// macOS and the BSDs cannot do this to a listener. There the name, which is removed before, keeps
/// new clients away; that they say so is no failure.
pub fn refuse(listener: BorrowedFd<'_>) -> Result<(), Failure> {
    match rustix::net::shutdown(listener, rustix::net::Shutdown::Read) {
        Err(Errno::NOTCONN) if cfg!(not(any(target_os = "linux", target_os = "android"))) => Ok(()),
        result => result.map_err(|code| failure(Operation::Drain, code)),
    }
}

/// Finds out whether somebody who shares the listener has shut it down.
///
/// Then it is readable for ever and nobody can come, so that a loop which waits for it spins.
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

/// The failure of a listener which another process has shut down.
pub const fn shut_down_elsewhere() -> AcceptFailure {
    AcceptFailure::Fatal(
        Failure::new(Operation::Accept, ErrorKind::Unknown).with_detail(Detail::ShutDownElsewhere),
    )
}
