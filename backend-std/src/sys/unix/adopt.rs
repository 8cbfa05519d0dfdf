use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};

use anteroom_core::{Bound, BoundFacts, Detail, ErrorKind, Failure, Operation, ServerName};
use rustix::io::{Errno, FdFlags, fcntl_getfd, fcntl_setfd};
use rustix::net::{SocketType, sockopt};

use super::bind::RawListener;
use super::codes::failure;
use super::owner::Owner;
use super::socket::set_mode;
use crate::sys::Mode;

/// Takes over a descriptor that listens already.
///
/// It is made non-blocking, and not inheritable by child processes. Its file, if it has one,
/// belongs to whoever made it.
///
/// # Errors
///
/// Gives the descriptor back, with its flags as they were, and says why: what is not a local
/// stream socket that listens cannot be adopted.
///
/// # Specification
///
/// FD-1, FD-3, FD-4, FD-5.
//= FD-1, FD-3
pub fn adopt(descriptor: OwnedFd) -> Result<Bound<RawListener>, (OwnedFd, Failure)> {
    // The standard library's listener is but a name for the descriptor.
    let listener = UnixListener::from(descriptor);
    let facts = examine(&listener).and_then(|facts| {
        set_flags(listener.as_fd()).map_err(adopt_failure)?;
        Ok(facts)
    });
    let socket = OwnedFd::from(listener);
    match facts {
        Ok(facts) => {
            let listener = RawListener {
                socket,
                file: None,
                owner: Owner::of_adopted(),
            };
            Ok(Bound::new(listener, facts))
        }
        Err(failure) => Err((socket, failure)),
    }
}

fn adopt_failure(code: Errno) -> Failure {
    failure(Operation::Adopt, code)
}

fn wrong_object(detail: Detail) -> Failure {
    Failure::new(Operation::Adopt, ErrorKind::WrongObject).with_detail(detail)
}

/// Looks whether it is a listener, and what its name is; only looks.
fn examine(listener: &UnixListener) -> Result<BoundFacts, Failure> {
    let address = listener.local_addr().map_err(|error| no_address(&error))?;
    if sockopt::socket_type(listener).map_err(adopt_failure)? != SocketType::STREAM {
        return Err(wrong_object(Detail::NotAStream));
    }
    if !is_listening(listener.as_fd()).map_err(adopt_failure)? {
        return Err(wrong_object(Detail::NotListening));
    }
    Ok(facts_of(&address))
}

fn no_address(error: &io::Error) -> Failure {
    match Errno::from_io_error(error) {
        // A descriptor that was opened for its path alone is good for nothing and says so.
        Some(code @ (Errno::NOTSOCK | Errno::BADF)) => {
            wrong_object(Detail::NotASocket).with_code(code.raw_os_error())
        }
        Some(code) => adopt_failure(code),
        // The call went well, but the address was none of a local socket.
        None => wrong_object(Detail::NotLocal),
    }
}

#[cfg(not(target_vendor = "apple"))]
fn is_listening(listener: BorrowedFd<'_>) -> rustix::io::Result<bool> {
    sockopt::socket_acceptconn(listener)
}

/// Apple's systems do not tell; the first attempt to accept will.
#[cfg(target_vendor = "apple")]
const fn is_listening(_listener: BorrowedFd<'_>) -> rustix::io::Result<bool> {
    Ok(true)
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

/// Sets both flags or none: they are shared with whoever passed the descriptor.
//= FD-4
fn set_flags(listener: BorrowedFd<'_>) -> rustix::io::Result<()> {
    let before = fcntl_getfd(listener)?;
    fcntl_setfd(listener, before | FdFlags::CLOEXEC)?;
    set_mode(listener, Mode::NonBlocking).map_err(|error| {
        let _ = fcntl_setfd(listener, before);
        Errno::from_io_error(&error).unwrap_or(Errno::IO)
    })
}
