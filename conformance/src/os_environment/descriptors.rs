//! Descriptors for adoption, and queries about descriptors.

use std::fs::File;
use std::net::TcpListener;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use anteroom_core::{ServerName, SocketOptions};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use rustix::net::{SocketAddrUnix, SocketType, bind, listen};

use super::files::path;
use super::raw_socket::{address, local_socket};
use crate::DescriptorKind;

/// Creates a descriptor as another program would pass it: inheritable and blocking.
pub(super) fn make(kind: DescriptorKind, full_name: &ServerName) -> OwnedFd {
    let descriptor = match kind {
        DescriptorKind::Listening => UnixListener::bind(path(full_name)).map(OwnedFd::from),
        DescriptorKind::ListeningAbstract => {
            let address = address(full_name, SocketOptions::ABSTRACT).expect("an abstract name");
            listening_on(SocketType::STREAM, &address)
        }
        DescriptorKind::ListeningUnnamed => listening_on(SocketType::STREAM, &no_address()),
        DescriptorKind::ListeningPackets => {
            let address = address(full_name, SocketOptions::empty()).expect("a path");
            listening_on(SocketType::SEQPACKET, &address)
        }
        DescriptorKind::Bound => {
            let address = address(full_name, SocketOptions::empty()).expect("a path");
            bound(SocketType::STREAM, &address)
        }
        DescriptorKind::Connected => accepted_at(full_name),
        DescriptorKind::BoundAbstract => {
            let address = address(full_name, SocketOptions::ABSTRACT).expect("an abstract name");
            bound(SocketType::STREAM, &address)
        }
        DescriptorKind::Unbound => Ok(local_socket(SocketType::STREAM)),
        DescriptorKind::Datagram => UnixDatagram::bind(path(full_name)).map(OwnedFd::from),
        DescriptorKind::Pipe => Ok(rustix::pipe::pipe().expect("a pipe can be created").0),
        DescriptorKind::File => File::create(path(full_name)).map(OwnedFd::from),
        DescriptorKind::TcpListening => TcpListener::bind("127.0.0.1:0").map(OwnedFd::from),
    };
    let descriptor = descriptor.unwrap_or_else(|error| panic!("creating {kind:?}: {error}"));
    fcntl_setfd(&descriptor, FdFlags::empty()).expect("flags can be set");
    descriptor
}

/// Returns whether a descriptor is non-blocking, and whether it is close-on-exec.
pub(super) fn flags(descriptor: impl AsFd) -> (bool, bool) {
    let status = fcntl_getfl(&descriptor).expect("the descriptor is open");
    let own = fcntl_getfd(&descriptor).expect("the descriptor is open");
    (
        status.contains(OFlags::NONBLOCK),
        own.contains(FdFlags::CLOEXEC),
    )
}

fn bound(kind: SocketType, address: &SocketAddrUnix) -> std::io::Result<OwnedFd> {
    let socket = local_socket(kind);
    bind(&socket, address)?;
    Ok(socket)
}

fn listening_on(kind: SocketType, address: &SocketAddrUnix) -> std::io::Result<OwnedFd> {
    let socket = bound(kind, address)?;
    listen(&socket, 16)?;
    Ok(socket)
}

fn accepted_at(full_name: &ServerName) -> std::io::Result<OwnedFd> {
    let listener = UnixListener::bind(path(full_name))?;
    let _client = UnixStream::connect(path(full_name))?;
    let (connection, _) = listener.accept()?;
    Ok(connection.into())
}

/// Linux chooses an abstract name for a socket that is bound to no address.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn no_address() -> SocketAddrUnix {
    SocketAddrUnix::new_unnamed()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn no_address() -> SocketAddrUnix {
    panic!("only on Linux can a socket listen without a name")
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use numbers::{address_of, flags_of, shut_down};

/// Descriptors of the subject, by their numbers.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod numbers {
    use std::os::fd::OwnedFd;

    use anteroom_core::ServerName;
    use rustix::net::{Shutdown, SocketAddrAny, SocketAddrUnix, getsockname, shutdown};
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

    /// `O_CLOEXEC` as the kernel shows it.
    const CLOSE_ON_EXEC: u32 = OFlags::CLOEXEC.bits();

    use super::{OFlags, flags};

    /// Returns whether the descriptor is non-blocking, and whether it is close-on-exec.
    pub(in crate::os_environment) fn flags_of(number: i64) -> (bool, bool) {
        let copy = copy(number).expect("the descriptor is open");
        // A copy does not share close-on-exec.
        let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}"))
            .expect("the kernel shows the descriptor");
        let bits = info
            .lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .and_then(|bits| u32::from_str_radix(bits.trim(), 8).ok())
            .expect("the kernel shows the flags");
        (flags(copy).0, bits & CLOSE_ON_EXEC != 0)
    }

    /// Returns the name that the socket is bound to, if it is open.
    pub(in crate::os_environment) fn address_of(number: i64) -> Option<ServerName> {
        name_in(getsockname(copy(number)?).ok()?)
    }

    /// Shuts the socket down.
    pub(in crate::os_environment) fn shut_down(number: i64) {
        let copy = copy(number).expect("the descriptor is open");
        shutdown(copy, Shutdown::Both).expect("a listening socket can be shut down");
    }

    /// Duplicates the descriptor by its number, without unsafe code.
    fn copy(number: i64) -> Option<OwnedFd> {
        let this = pidfd_open(getpid(), PidfdFlags::empty()).expect("a process can open itself");
        let number = i32::try_from(number).ok()?;
        pidfd_getfd(this, number, PidfdGetfdFlags::empty()).ok()
    }

    /// Returns the name in an address: a path, or an abstract name.
    fn name_in(address: SocketAddrAny) -> Option<ServerName> {
        let address = SocketAddrUnix::try_from(address).ok()?;
        match address.abstract_name() {
            Some(name) => Some(ServerName::from(name)),
            None => address.path_bytes().map(ServerName::from),
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use no_numbers::{address_of, flags_of, shut_down};

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod no_numbers {
    use anteroom_core::ServerName;

    const WHY: &str = "only Linux lets a process copy a descriptor by its number";

    pub(in crate::os_environment) fn flags_of(_: i64) -> (bool, bool) {
        panic!("{WHY}")
    }

    pub(in crate::os_environment) fn address_of(_: i64) -> Option<ServerName> {
        panic!("{WHY}")
    }

    pub(in crate::os_environment) fn shut_down(_: i64) {
        panic!("{WHY}")
    }
}
