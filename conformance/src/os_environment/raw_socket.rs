//! Raw sockets: system calls only, nothing of anteroom.

use std::os::fd::{AsFd, OwnedFd};

use anteroom_core::{ServerName, SocketOptions};
use rustix::io::{Errno, FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketType, connect, recv, send, socket,
};

use crate::{ErrorKind, Step};

/// The result of one attempt to connect.
pub(super) enum Connecting {
    Connected(OwnedFd),
    /// The backlog is full.
    Waiting,
    Failed(ErrorKind),
}

/// Tries once to connect, without blocking.
pub(super) fn try_connect(full_name: &ServerName, options: SocketOptions) -> Connecting {
    let socket = local_socket(SocketType::STREAM);
    ioctl_fionbio(&socket, true).expect("a socket can be made non-blocking");
    let address = match address(full_name, options) {
        Ok(address) => address,
        Err(error) => return Connecting::Failed(error.into()),
    };
    match connect(&socket, &address) {
        Ok(()) => Connecting::Connected(socket),
        Err(Errno::AGAIN) => Connecting::Waiting,
        Err(error) => Connecting::Failed(error.into()),
    }
}

/// Creates a blocking local socket, close-on-exec.
pub(super) fn local_socket(kind: SocketType) -> OwnedFd {
    let socket = socket(AddressFamily::UNIX, kind, None).expect("a local socket can be created");
    fcntl_setfd(&socket, FdFlags::CLOEXEC).expect("a flag can be set");
    socket
}

/// Returns the address of a full name.
pub(super) fn address(
    full_name: &ServerName,
    options: SocketOptions,
) -> Result<SocketAddrUnix, Errno> {
    if options.contains(SocketOptions::ABSTRACT) {
        abstract_address(full_name)
    } else {
        SocketAddrUnix::new(full_name.as_bytes())
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn abstract_address(name: &ServerName) -> Result<SocketAddrUnix, Errno> {
    SocketAddrUnix::new_abstract_name(name.as_bytes())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn abstract_address(_: &ServerName) -> Result<SocketAddrUnix, Errno> {
    Err(Errno::AFNOSUPPORT)
}

/// Writes what fits.
pub(super) fn write(socket: impl AsFd, bytes: &[u8]) -> Step {
    // SIGPIPE would end the whole test program.
    match rustix::io::retry_on_intr(|| send(&socket, bytes, no_signal())) {
        Ok(count) => Step::Wrote(count),
        Err(Errno::AGAIN) => Step::WouldBlock,
        Err(_) => Step::Broken,
    }
}

/// Reads what has arrived.
pub(super) fn read(socket: impl AsFd, at_most: usize) -> Step {
    let mut bytes = vec![0; at_most];
    match rustix::io::retry_on_intr(|| recv(&socket, &mut bytes[..], RecvFlags::DONTWAIT)) {
        Ok((0, _)) => Step::End,
        Ok((count, _)) => {
            bytes.truncate(count);
            Step::Read(bytes)
        }
        Err(Errno::AGAIN) => Step::WouldBlock,
        Err(_) => Step::Broken,
    }
}

#[cfg(not(target_vendor = "apple"))]
fn no_signal() -> SendFlags {
    SendFlags::DONTWAIT | SendFlags::NOSIGNAL
}

#[cfg(target_vendor = "apple")]
fn no_signal() -> SendFlags {
    // Rust programs ignore the signal anyway.
    SendFlags::DONTWAIT
}
