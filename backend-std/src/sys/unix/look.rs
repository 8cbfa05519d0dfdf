use anteroom_core::rules::unix::Address;
use anteroom_core::{Failure, Occupant, Operation, ServerName, SocketOptions};
use rustix::io::Errno;

use super::address::resolve;
use super::codes::io_failure;
use super::probe;
use crate::sys::{Found, Look, NamedFailure, ServerProcess};

/// Tells what stands at a name, and who listens there. A live server does not notice.
///
/// What a symbolic link leads to is what is told of, as those who connect will find it. Only a link
/// that leads nowhere is itself what is found.
///
/// # Errors
///
/// A name error, or why one cannot look there.
///
/// # Platform-specific behavior
///
/// Only Linux tells who listens, and only about processes that we may examine. If several have the
/// listening socket open it is not certain who serves, and nobody is told.
pub fn look(name: &ServerName, options: SocketOptions) -> Result<Look, NamedFailure> {
    let address = resolve(name, options, Operation::Look)
        .map_err(|failure| NamedFailure::new(failure, None))?;
    let full_name = address.full_name().clone();
    match find(&address) {
        Ok(found) => {
            let mut look = Look::new(full_name, found);
            if found == Found::Live {
                look.server = server_of(&address);
            }
            Ok(look)
        }
        Err(failure) => Err(NamedFailure::new(failure, Some(full_name))),
    }
}

/// Returns what stands at a name, and connects to the socket there if looking does not tell.
///
/// A server notices the connection, and one that is activated by it is started.
///
/// # Errors
///
/// As [`look()`].
pub fn look_by_connecting(name: &ServerName, options: SocketOptions) -> Result<Look, NamedFailure> {
    let mut look = look(name, options)?;
    if look.found == Found::Unknown {
        let address = resolve(name, options, Operation::Look)
            .map_err(|failure| NamedFailure::new(failure, None))?;
        look.found = found_by_connecting(&address);
        if look.found == Found::Live {
            look.server = server_of(&address);
        }
    }
    Ok(look)
}

fn found_by_connecting(address: &Address) -> Found {
    match (super::connect::refusal(address), address) {
        (None, _) => Found::Live,
        // A server that listens somewhere else refuses, too.
        (Some(Errno::CONNREFUSED), Address::Path(path)) if probe::is_local(path) => Found::Stale,
        (Some(Errno::CONNREFUSED), Address::Abstract(_)) | (Some(Errno::NOENT), _) => Found::Absent,
        // A socket of another type.
        (Some(Errno::PROTOTYPE), _) => Found::Live,
        _ => Found::Unknown,
    }
}

fn find(address: &Address) -> Result<Found, Failure> {
    match address {
        Address::Path(path) => {
            let occupant =
                probe::reached(path).map_err(|error| io_failure(Operation::Look, &error))?;
            Ok(occupant.map_or(Found::Absent, found))
        }
        Address::Abstract(name) => find_abstract(name),
    }
}

const fn found(occupant: Occupant) -> Found {
    match occupant {
        Occupant::LiveServer => Found::Live,
        Occupant::NotListening => Found::NotListening,
        Occupant::StaleSocket => Found::Stale,
        Occupant::Socket => Found::Unknown,
        other => Found::Occupied(other),
    }
}

/// An abstract name has an owner or does not exist.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn find_abstract(name: &ServerName) -> Result<Found, Failure> {
    let occupant =
        probe::abstract_occupant(name).map_err(|error| io_failure(Operation::Look, &error))?;
    Ok(occupant.map_or(Found::Absent, found))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn find_abstract(_name: &ServerName) -> Result<Found, Failure> {
    use anteroom_core::{Detail, ErrorKind};

    Err(Failure::new(Operation::Look, ErrorKind::Unsupported)
        .with_detail(Detail::NoAbstractNamespace))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn server_of(address: &Address) -> Option<ServerProcess> {
    super::process::listening_on(address)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn server_of(_address: &Address) -> Option<ServerProcess> {
    None
}
