use anteroom_core::rules::unix::Address;
use anteroom_core::{Failure, Occupant, Operation, ServerName, SocketOptions};
use rustix::io::Errno;

use super::address::resolve;
use super::codes::io_failure;
use super::probe;
use crate::sys::{Inspection, NameState, NamedFailure, ServerProcess};

/// Determines the state of a name, and the listening process, without connecting.
///
/// Follows symbolic links, as clients do. A dangling link is reported as a link.
///
/// # Errors
///
/// Returns a name error, or an error if the name cannot be examined.
///
/// # Platform-specific behavior
///
/// Only Linux reports the process, if exactly one process that may be examined has the listener
/// open.
pub fn inspect(name: &ServerName, options: SocketOptions) -> Result<Inspection, NamedFailure> {
    let address = resolve(name, options, Operation::Inspect)
        .map_err(|failure| NamedFailure::new(failure, None))?;
    let full_name = address.full_name().clone();
    match find(&address) {
        Ok(state) => {
            let mut inspection = Inspection::new(full_name, state);
            if state == NameState::Live {
                inspection.server = server_of(&address);
            }
            Ok(inspection)
        }
        Err(failure) => Err(NamedFailure::new(failure, Some(full_name))),
    }
}

/// Determines the state of a name, connecting if necessary.
///
/// A server accepts the connection, and socket activation starts it.
///
/// # Errors
///
/// See [`inspect()`].
pub fn inspect_by_connecting(
    name: &ServerName,
    options: SocketOptions,
) -> Result<Inspection, NamedFailure> {
    let mut inspection = inspect(name, options)?;
    if inspection.state == NameState::Unknown {
        let address = resolve(name, options, Operation::Inspect)
            .map_err(|failure| NamedFailure::new(failure, None))?;
        inspection.state = state_by_connecting(&address);
        if inspection.state == NameState::Live {
            inspection.server = server_of(&address);
        }
    }
    Ok(inspection)
}

fn state_by_connecting(address: &Address) -> NameState {
    match (super::connect::refusal(address), address) {
        (None, _) => NameState::Live,
        // A server that listens on another name refuses, too.
        (Some(Errno::CONNREFUSED), Address::Path(path)) if probe::is_local(path) => {
            NameState::Stale
        }
        (Some(Errno::CONNREFUSED), Address::Abstract(_)) | (Some(Errno::NOENT), _) => {
            NameState::Absent
        }
        // A socket of another type.
        (Some(Errno::PROTOTYPE), _) => NameState::Live,
        _ => NameState::Unknown,
    }
}

fn find(address: &Address) -> Result<NameState, Failure> {
    match address {
        Address::Path(path) => {
            let occupant =
                probe::reached(path).map_err(|error| io_failure(Operation::Inspect, &error))?;
            Ok(occupant.map_or(NameState::Absent, state_of))
        }
        Address::Abstract(name) => find_abstract(name),
    }
}

const fn state_of(occupant: Occupant) -> NameState {
    match occupant {
        Occupant::LiveServer => NameState::Live,
        Occupant::NotListening => NameState::NotListening,
        Occupant::StaleSocket => NameState::Stale,
        Occupant::Socket => NameState::Unknown,
        other => NameState::Occupied(other),
    }
}

/// An abstract name has an owner or does not exist.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn find_abstract(name: &ServerName) -> Result<NameState, Failure> {
    let occupant =
        probe::abstract_occupant(name).map_err(|error| io_failure(Operation::Inspect, &error))?;
    Ok(occupant.map_or(NameState::Absent, state_of))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn find_abstract(_name: &ServerName) -> Result<NameState, Failure> {
    use anteroom_core::{Detail, ErrorKind};

    Err(Failure::new(Operation::Inspect, ErrorKind::Unsupported)
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
