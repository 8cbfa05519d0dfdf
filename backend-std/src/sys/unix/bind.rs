use std::os::fd::OwnedFd;

use anteroom_core::rules::{self, unix::Address};
use anteroom_core::{
    Backlog, BindError, Bound, BoundFacts, Detail, ErrorKind, Failure, Occupant, Operation,
    ServerName, SocketOptions,
};
use rustix::fs::{Mode, RawMode};
use rustix::io::Errno;
use rustix::net::SocketType;

use super::address::{is_directory_missing, path_of, resolve, socket_address};
use super::codes::{failure, io_failure};
use super::identity::SocketFile;
use super::mode::{MODES_ARE_ENFORCED, set_mode_of};
use super::owner::Owner;
use super::probe::occupant;
use super::socket::local_socket;
use crate::sys;

/// A listening socket, and the file that belongs to it.
///
/// Dropping it closes the socket and leaves the file: [`SocketFile::unlink`] comes first.
#[derive(Debug)]
#[non_exhaustive]
pub struct RawListener {
    /// The socket: non-blocking, and not inherited by child processes.
    pub socket: OwnedFd,
    /// The file that `bind` created; none for an abstract name and for an adopted socket.
    pub file: Option<SocketFile>,
    /// The process that removes the file: this one, until a fork.
    pub owner: Owner,
}

/// Starts to listen on a name.
///
/// # Errors
///
/// Reports why that was impossible. Then nothing is left behind, and nothing that stood at the
/// name before was touched; if the name is taken, the detail tells by what.
///
/// # Specification
///
/// LIS-1, LIS-3, LIS-6, LIS-9, OPT-9, OPT-16.
//= LIS-1, LIS-3
pub fn bind(
    name: &ServerName,
    options: SocketOptions,
    backlog: Backlog,
) -> Result<Bound<RawListener>, BindError> {
    let address = resolve(name, options, Operation::Listen)
        .map_err(|failure| BindError::new(failure, None))?;
    match bind_address(&address, options, backlog) {
        Ok(listener) => {
            let facts = BoundFacts::unnamed().with_full_name(address.full_name().clone());
            let facts = match listener.file {
                Some(_) => facts.with_file(),
                None => facts,
            };
            Ok(Bound::new(listener, facts))
        }
        Err(failure) => Err(BindError::new(failure, Some(address.full_name().clone()))),
    }
}

fn bind_address(
    address: &Address,
    options: SocketOptions,
    backlog: Backlog,
) -> Result<RawListener, Failure> {
    let socket =
        local_socket(SocketType::STREAM, sys::Mode::NonBlocking).map_err(listen_failure)?;
    if let (Address::Path(_), Some(mode)) = (address, rules::mode(options)) {
        narrow(&socket, mode)?;
    }
    socket_address(address)
        .and_then(|socket_address| rustix::net::bind(&socket, &socket_address))
        .map_err(|code| bind_failure(address, code))?;
    let file = match address {
        Address::Path(path) => Some(created_file(path)?),
        Address::Abstract(_) => None,
    };
    let owner = Owner::this_process(queue_length(backlog));
    let listener = RawListener {
        socket,
        file,
        owner,
    };
    match open_up(&listener, address, options, backlog) {
        Ok(()) => Ok(listener),
        Err(failure) => {
            if let Some(file) = &listener.file {
                // What made us fail is more telling than what this might say.
                let _ = file.unlink_in_place();
            }
            Err(failure)
        }
    }
}

/// Has the file born with no more than the mode, less what the umask takes away.
///
/// A client whose permission was checked just after `bind` may find the server listening by the
/// time that its connection is made: so the file must never have been too wide, even while
/// everybody is still refused. The other systems know no such mode of a socket; that is no failure
/// where the modes of socket files do not decide anyway.
//= OPT-9
fn narrow(socket: &OwnedFd, mode: u32) -> Result<(), Failure> {
    match rustix::fs::fchmod(socket, Mode::from_raw_mode(mode as RawMode)) {
        Err(code) if MODES_ARE_ENFORCED => Err(listen_failure(code)),
        _ => Ok(()),
    }
}

/// Lets clients in, who are admitted by the file's mode.
///
/// Between `bind` and `listen` every client is refused. So the whole mode is in force before
/// anybody can connect; that nobody was admitted by a wider one before is the work of `narrow`.
//= OPT-9
fn open_up(
    listener: &RawListener,
    address: &Address,
    options: SocketOptions,
    backlog: Backlog,
) -> Result<(), Failure> {
    if let (Some(file), Some(mode)) = (&listener.file, rules::mode(options)) {
        let was_ours =
            set_mode_of(file, mode).map_err(|error| io_failure(Operation::Listen, &error))?;
        if !was_ours {
            return Err(taken(address, None));
        }
    }
    rustix::net::listen(&listener.socket, queue_length(backlog)).map_err(listen_failure)
}

/// Takes note of the file which `bind` has just created.
///
/// Its identity can be learned only by its path, and has to be before anybody replaces it. A look
/// that fails is taken once more: a file of unknown identity could not be removed again.
//= LIS-3
fn created_file(path: &ServerName) -> Result<SocketFile, Failure> {
    let look = || SocketFile::created_at(path_of(path));
    look()
        .or_else(|_| look())
        .map_err(|error| io_failure(Operation::Listen, &error))?
        .ok_or_else(|| taken(&Address::Path(path.clone()), None))
}

fn listen_failure(code: Errno) -> Failure {
    failure(Operation::Listen, code)
}

fn bind_failure(address: &Address, code: Errno) -> Failure {
    match (code, address) {
        (Errno::ADDRINUSE, _) => taken(address, Some(code)),
        //= FULL-5
        (Errno::NOENT, Address::Path(path)) if is_directory_missing(path) => {
            listen_failure(code).with_detail(Detail::MissingDirectory)
        }
        _ => listen_failure(code),
    }
}

/// Says that the name is taken, and by what; whatever that is, it is only looked at.
//= LIS-6, LIS-9, OPT-16
fn taken(address: &Address, code: Option<Errno>) -> Failure {
    let failure = code.map_or_else(
        || Failure::new(Operation::Listen, ErrorKind::AddressInUse),
        listen_failure,
    );
    let found = match address {
        Address::Path(path) => occupant(path).ok().flatten(),
        Address::Abstract(name) => Some(abstract_occupant(name)),
    };
    found.map_or(failure, |occupant| {
        failure.with_detail(Detail::Occupied(occupant))
    })
}

/// Returns what has an abstract name that is taken; it would be free if its owner had died.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn abstract_occupant(name: &ServerName) -> Occupant {
    match super::probe::abstract_occupant(name) {
        Ok(Some(Occupant::NotListening)) => Occupant::NotListening,
        _ => Occupant::LiveServer,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn abstract_occupant(_name: &ServerName) -> Occupant {
    Occupant::LiveServer
}

/// Returns what to tell `listen`, which takes a number too large for the largest one it allows.
//= Q6-2
fn queue_length(backlog: Backlog) -> i32 {
    match backlog {
        // Apple's systems take zero for the maximum.
        Backlog::Limited(0) if cfg!(target_vendor = "apple") => 1,
        Backlog::Limited(length) => i32::try_from(length).unwrap_or(i32::MAX),
        _ => i32::MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn what_took_the_place_of_the_file_is_not_opened_up() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let address = Address::Path(ServerName::from(path.as_os_str().as_bytes()));
        let none = SocketOptions::empty();
        let listener = bind_address(&address, none, Backlog::Maximum).unwrap();
        fs::rename(&path, directory.path().join("moved")).unwrap();
        fs::write(&path, "precious").unwrap();
        let mode = || fs::metadata(&path).unwrap().mode();
        let before = mode();

        let opened = open_up(&listener, &address, SocketOptions::WORLD, Backlog::Maximum);

        let failure = opened.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::AddressInUse);
        assert_eq!(failure.detail(), Detail::Occupied(Occupant::File));
        assert_eq!(mode(), before);
    }
}
