use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};

use anteroom_core::{Bound, BoundFacts, Detail, ErrorKind, Failure, Operation, ServerName};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::Errno;
use rustix::net::{SocketType, sockopt};

use super::codes::{failure, io_failure};
use super::creator::Creator;
use super::socket::set_mode;
use crate::sys::Mode;

/// Adopts a listening descriptor. Its file belongs to the process that created it.
///
/// `register` gets a duplicate that is non-blocking and close-on-exec. The descriptor itself is
/// closed after `register` has succeeded: a runtime closes a socket that it cannot register, and
/// the caller gets its descriptor back unchanged.
///
/// # Errors
///
/// Returns the descriptor, with its flags unchanged, if it is not a listening local stream socket,
/// or the error of `register`.
//= FD-4, FD-5
//= FD-1, FD-3
pub fn adopt<T>(
    descriptor: OwnedFd,
    register: impl FnOnce(OwnedFd) -> Result<T, Failure>,
) -> Result<Bound<(T, Creator)>, (OwnedFd, Failure)> {
    let (socket, facts) = examined(descriptor)?;
    match register_duplicate(&socket, register) {
        Ok(listener) => Ok(Bound::new((listener, Creator::of_adopted()), facts)),
        Err(failure) => Err((socket, failure)),
    }
}

//= FD-4
fn register_duplicate<T>(
    socket: &OwnedFd,
    register: impl FnOnce(OwnedFd) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let io_failure = |error| io_failure(Operation::Adopt, &error);
    let duplicate = socket.try_clone().map_err(io_failure)?;
    let was_blocking = !fcntl_getfl(socket)
        .map_err(adopt_failure)?
        .contains(OFlags::NONBLOCK);
    set_mode(socket.as_fd(), Mode::NonBlocking).map_err(io_failure)?;
    register(duplicate).inspect_err(|_| {
        if was_blocking {
            // Processes that share the socket share its mode. The first error is reported.
            let _ = set_mode(socket.as_fd(), Mode::Blocking);
        }
    })
}

pub(super) fn adopt_failure(code: Errno) -> Failure {
    failure(Operation::Adopt, code)
}

pub(super) fn wrong_object(detail: Detail) -> Failure {
    Failure::new(Operation::Adopt, ErrorKind::WrongObject).with_detail(detail)
}

/// Returns the descriptor and its names if it is a listener; changes nothing.
fn examined(descriptor: OwnedFd) -> Result<(OwnedFd, BoundFacts), (OwnedFd, Failure)> {
    // The standard library's type serves to ask for the addresses: it can be made of any descriptor.
    let socket = UnixStream::from(descriptor);
    match examine(&socket) {
        Ok(facts) => Ok((socket.into(), facts)),
        Err(failure) => Err((socket.into(), failure)),
    }
}

fn examine(socket: &UnixStream) -> Result<BoundFacts, Failure> {
    let address = socket.local_addr().map_err(|error| no_address(&error))?;
    if sockopt::socket_type(socket).map_err(adopt_failure)? != SocketType::STREAM {
        return Err(wrong_object(Detail::NotAStream));
    }
    if !is_listening(socket).map_err(adopt_failure)? {
        return Err(wrong_object(if is_connected(socket) {
            Detail::Connected
        } else {
            Detail::NotListening
        }));
    }
    Ok(facts_of(&address))
}

fn no_address(error: &io::Error) -> Failure {
    // Without a code the call went well, but the address was none of a local socket.
    Errno::from_io_error(error).map_or_else(|| wrong_object(Detail::NotLocal), no_socket)
}

pub(super) fn no_socket(code: Errno) -> Failure {
    match code {
        // A descriptor that was opened for its path alone is good for nothing and says so.
        Errno::NOTSOCK | Errno::BADF => {
            wrong_object(Detail::NotASocket).with_code(code.raw_os_error())
        }
        _ => adopt_failure(code),
    }
}

#[cfg(not(target_vendor = "apple"))]
fn is_listening(socket: &UnixStream) -> rustix::io::Result<bool> {
    sockopt::socket_acceptconn(socket)
}

/// Apple's systems do not tell whether a socket listens; if it does not, the first accept fails.
#[cfg(target_vendor = "apple")]
fn is_listening(socket: &UnixStream) -> rustix::io::Result<bool> {
    Ok(!is_connected(socket))
}

/// A service manager with `Accept=yes` passes connections.
fn is_connected(socket: &UnixStream) -> bool {
    socket.peer_addr().is_ok()
}

/// Returns the names: a path and its last component, or an abstract name, or none.
//= FD-5
fn facts_of(address: &SocketAddr) -> BoundFacts {
    if let Some(path) = address.as_pathname() {
        let full_name = ServerName::from(path.as_os_str().as_bytes());
        let name = full_name.last_component();
        return BoundFacts::unnamed()
            .with_name(name)
            .with_full_name(full_name);
    }
    match abstract_name(address) {
        Some(name) if !name.is_empty() => {
            let name = ServerName::from(name);
            BoundFacts::unnamed()
                .with_name(name.clone())
                .with_full_name(name)
        }
        _ => BoundFacts::unnamed(),
    }
}

#[cfg(target_os = "linux")]
fn abstract_name(address: &SocketAddr) -> Option<&[u8]> {
    std::os::linux::net::SocketAddrExt::as_abstract_name(address)
}

#[cfg(target_os = "android")]
fn abstract_name(address: &SocketAddr) -> Option<&[u8]> {
    std::os::android::net::SocketAddrExt::as_abstract_name(address)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn abstract_name(_address: &SocketAddr) -> Option<&[u8]> {
    None
}
