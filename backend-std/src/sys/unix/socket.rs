use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::net::{AddressFamily, SocketType};

use crate::sys::Mode;

/// Creates a local socket that child processes do not inherit.
#[cfg(not(target_vendor = "apple"))]
pub(super) fn local_socket(kind: SocketType, mode: Mode) -> rustix::io::Result<OwnedFd> {
    use rustix::net::SocketFlags;

    let flags = match mode {
        Mode::Blocking => SocketFlags::CLOEXEC,
        Mode::NonBlocking => SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
    };
    rustix::net::socket_with(AddressFamily::UNIX, kind, flags, None)
}

/// Creates a local socket that child processes do not inherit.
///
/// Apple's systems cannot set that at birth: a child process that another thread starts between
/// the two calls does inherit the socket.
#[cfg(target_vendor = "apple")]
pub(super) fn local_socket(kind: SocketType, mode: Mode) -> rustix::io::Result<OwnedFd> {
    use std::os::fd::AsFd as _;

    let socket = rustix::net::socket(AddressFamily::UNIX, kind, None)?;
    rustix::io::ioctl_fioclex(&socket)?;
    if mode == Mode::NonBlocking {
        rustix::io::ioctl_fionbio(&socket, true)?;
    }
    silence(socket.as_fd());
    Ok(socket)
}

/// Keeps writing to a peer that has left from raising a signal, which would end the process.
///
/// On other systems each write requests this; here it is an option of the socket. It fails only for
/// a connection that has ended, whose data can still be read.
#[cfg(target_vendor = "apple")]
pub(super) fn silence(socket: BorrowedFd<'_>) {
    let _ = rustix::net::sockopt::set_socket_nosigpipe(socket, true);
}

/// Sets whether calls on a descriptor block.
///
/// Processes that share the socket share this setting.
///
/// # Errors
///
/// Returns the error of the operating system.
pub fn set_mode(fd: BorrowedFd<'_>, mode: Mode) -> io::Result<()> {
    // One system call, where reading and writing the flags would take two.
    Ok(rustix::io::ioctl_fionbio(fd, mode == Mode::NonBlocking)?)
}

/// Checks that so many descriptors can be opened.
///
/// For runtimes that panic if they cannot open theirs. Another thread may open some in the
/// meantime.
///
/// # Errors
///
/// Returns the error of the operating system.
pub fn check_descriptors(count: usize) -> io::Result<()> {
    let open = |_| local_socket(SocketType::DGRAM, Mode::NonBlocking);
    let sockets: rustix::io::Result<Vec<OwnedFd>> = (0..count).map(open).collect();
    sockets.map(drop).map_err(Into::into)
}
