use anteroom_core::rules::unix::Address;
use anteroom_core::{Failure, Occupant, Operation, ServerName, SocketOptions};

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
        Occupant::StaleSocket => Found::Stale,
        other => Found::Occupied(other),
    }
}

/// An abstract name has an owner or does not exist.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn find_abstract(name: &ServerName) -> Result<Found, Failure> {
    let listens = probe::listens_on_abstract_name(name)
        .map_err(|error| io_failure(Operation::Look, &error))?;
    // One that has the name and does not listen yet cannot be found by connecting.
    if listens || super::process::has_abstract_name(name) {
        Ok(Found::Live)
    } else {
        Ok(Found::Absent)
    }
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
