use std::io;
use std::os::fd::OwnedFd;

use anteroom_core::rules::unix::Address;
use anteroom_core::{
    Backlog, BindError, Bound, BoundFacts, Detail, ErrorKind, Failure, ListenOptions, Occupant,
    Operation, ServerName,
};
use rustix::io::Errno;
use rustix::net::SocketType;

use super::access::Access;
use super::address::{is_directory_missing, path_of, resolve_to_listen, socket_address};
use super::codes::{failure, io_failure};
use super::creator::Creator;
use super::identity::SocketFile;
use super::probe::occupant;
use super::socket::local_socket;
use crate::sys;

/// A listening socket, and the file that belongs to it.
///
/// Dropping it closes the socket and leaves the file: call [`SocketFile::unlink`] first.
#[derive(Debug)]
#[non_exhaustive]
pub struct RawListener {
    /// The socket: non-blocking, and not inherited by child processes.
    pub socket: OwnedFd,
    /// The file that `bind` created; none for an abstract name and for an adopted socket.
    pub file: Option<SocketFile>,
    /// The process that removes the file: this one, until a fork.
    pub creator: Creator,
}

/// Listens on a name.
///
/// # Errors
///
/// Returns an error, with nothing left and no existing file changed. If the name is in use, the
/// detail tells by what. Only [`Detail::FileLeft`] reports a file that could not be removed again.
//= LIS-6, LIS-9, OPT-9, OPT-16
//= LIS-1, LIS-3
pub fn bind(name: &ServerName, options: ListenOptions) -> Result<Bound<RawListener>, BindError> {
    let address =
        resolve_to_listen(name, options).map_err(|failure| BindError::new(failure, None))?;
    match bind_address(&address, options) {
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

/// Registers a listener of [`bind`] with a runtime.
///
/// `with` gets a duplicate, and the listener itself is closed afterwards: runtimes close a socket
/// that they cannot register, but the file has to be removed while the socket is open.
///
/// # Errors
///
/// Returns the error of `with`, or of the duplication. Nothing is left.
//= LIS-3
pub fn register<T>(
    bound: Bound<RawListener>,
    with: impl FnOnce(OwnedFd) -> Result<T, Failure>,
) -> Result<Bound<(T, Option<SocketFile>, Creator)>, BindError> {
    let RawListener {
        socket,
        file,
        creator,
    } = bound.listener;
    let duplicate = socket.try_clone();
    match duplicate
        .map_err(|error| io_failure(Operation::Listen, &error))
        .and_then(with)
    {
        Ok(listener) => Ok(Bound::new((listener, file, creator), bound.facts)),
        Err(failure) => {
            let failure = undo_bind(file.as_ref(), failure);
            Err(BindError::new(failure, bound.facts.full_name))
        }
    }
}

/// Removes the file of a listener that cannot be used for this reason.
///
/// Returns the reason, which also tells if the file could not be removed.
fn undo_bind(file: Option<&SocketFile>, failure: Failure) -> Failure {
    match file.map_or(Ok(()), SocketFile::unlink_in_place) {
        Ok(()) => failure,
        Err(_) => failure.with_detail(Detail::FileLeft),
    }
}

fn bind_address(address: &Address, options: ListenOptions) -> Result<RawListener, Failure> {
    let socket =
        local_socket(SocketType::STREAM, sys::Mode::NonBlocking).map_err(listen_failure)?;
    let access = Access::of(options);
    if let Address::Path(_) = address {
        access.restrict(&socket)?;
    }
    socket_address(address)
        .and_then(|socket_address| rustix::net::bind(&socket, &socket_address))
        .map_err(|code| bind_failure(address, code))?;
    let file = match address {
        Address::Path(path) => Some(created_file(path)?),
        Address::Abstract(_) => None,
    };
    let creator = Creator::this_process(queue_length(options.backlog));
    let listener = RawListener {
        socket,
        file,
        creator,
    };
    match open_up(&listener, address, access, options.backlog) {
        Ok(()) => Ok(listener),
        Err(failure) => Err(undo_bind(listener.file.as_ref(), failure)),
    }
}

/// Sets the access of the file, and then listens.
///
/// Between `bind` and `listen` every client is refused, so that the access is complete before a
/// client can connect.
//= OPT-9
fn open_up(
    listener: &RawListener,
    address: &Address,
    access: Access,
    backlog: Backlog,
) -> Result<(), Failure> {
    if let Some(file) = &listener.file {
        if !access.apply(file)? {
            return Err(taken(address, None));
        }
    }
    rustix::net::listen(&listener.socket, queue_length(backlog)).map_err(listen_failure)
}

/// Records the identity of the file which `bind` has just created.
///
/// It can be learned only by its path, before anybody replaces the file. A file of unknown identity
/// cannot be removed safely, so the look is repeated once, and the error names the file.
//= LIS-3
fn created_file(path: &ServerName) -> Result<SocketFile, Failure> {
    created_file_by(path, || SocketFile::created_at(path_of(path)))
}

fn created_file_by(
    path: &ServerName,
    mut look: impl FnMut() -> io::Result<Option<SocketFile>>,
) -> Result<SocketFile, Failure> {
    look()
        .or_else(|_| look())
        .map_err(|error| io_failure(Operation::Listen, &error).with_detail(Detail::FileLeft))?
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

    use anteroom_core::SocketOptions;

    use super::*;

    #[test]
    fn a_file_that_cannot_be_examined_is_reported_as_left() {
        let mut looks = 0;
        let failure = created_file_by(&ServerName::from("/nowhere"), || {
            looks += 1;
            Err(Errno::IO.into())
        })
        .unwrap_err();
        assert_eq!(looks, 2);
        assert_eq!(failure.detail(), Detail::FileLeft);
        assert_eq!(failure.code(), Some(Errno::IO.raw_os_error()));
    }

    #[test]
    fn what_took_the_place_of_the_file_is_not_opened_up() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let address = Address::Path(ServerName::from(path.as_os_str().as_bytes()));
        let listener = bind_address(&address, ListenOptions::new()).unwrap();
        fs::rename(&path, directory.path().join("moved")).unwrap();
        fs::write(&path, "precious").unwrap();
        let mode = || fs::metadata(&path).unwrap().mode();
        let before = mode();

        let access = Access::of(ListenOptions::new().with_socket(SocketOptions::WORLD));
        let opened = open_up(&listener, &address, access, Backlog::Maximum);

        let failure = opened.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::AddressInUse);
        assert_eq!(failure.detail(), Detail::Occupied(Occupant::File));
        assert_eq!(mode(), before);
    }
}
