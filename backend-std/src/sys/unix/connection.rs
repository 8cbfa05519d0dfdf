use std::os::fd::BorrowedFd;

use anteroom_core::{Detail, Failure, Operation};
use rustix::io::{Errno, FdFlags, fcntl_getfd, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType, getpeername, getsockname, sockopt};

use super::adopt::{adopt_failure, no_socket, wrong_object};
use super::codes::io_failure;
use super::socket::set_mode;
use crate::sys::Mode;

/// Prepares a connection from elsewhere: sets it close-on-exec, and to this mode.
///
/// Without a mode it keeps its own, which processes that share the socket share.
///
/// # Errors
///
/// It is not a local stream socket that is connected, or what the system says. Nothing has changed.
///
/// # Platform-specific behavior
///
/// Only Linux accepts a socket whose peer has closed its end.
pub fn adopt_connection(socket: BorrowedFd<'_>, mode: Option<Mode>) -> Result<(), Failure> {
    examine(socket)?;
    let flags = fcntl_getfd(socket).map_err(adopt_failure)?;
    fcntl_setfd(socket, flags | FdFlags::CLOEXEC).map_err(adopt_failure)?;
    if let Some(mode) = mode {
        set_mode(socket, mode).map_err(|error| {
            // The first error is the one to report.
            let _ = fcntl_setfd(socket, flags);
            io_failure(Operation::Adopt, &error)
        })?;
    }
    #[cfg(target_vendor = "apple")]
    super::socket::silence(socket);
    Ok(())
}

fn examine(socket: BorrowedFd<'_>) -> Result<(), Failure> {
    let address = getsockname(socket).map_err(no_socket)?;
    if address.address_family() != AddressFamily::UNIX {
        return Err(wrong_object(Detail::NotLocal));
    }
    if sockopt::socket_type(socket).map_err(adopt_failure)? != SocketType::STREAM {
        return Err(wrong_object(Detail::NotAStream));
    }
    match getpeername(socket) {
        Ok(_) => Ok(()),
        Err(Errno::NOTCONN | Errno::INVAL) => Err(wrong_object(Detail::NotConnected)),
        Err(code) => Err(adopt_failure(code)),
    }
}
