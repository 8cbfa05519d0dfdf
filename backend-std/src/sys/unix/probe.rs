use std::fs::{self, FileType};
use std::io;
use std::os::unix::fs::FileTypeExt as _;

use anteroom_core::rules::unix::Address;
use anteroom_core::{Occupant, ServerName};
use rustix::io::Errno;
use rustix::net::SocketType;

use super::address::{path_of, socket_address};
use super::identity::lstat;
use super::socket::local_socket;
use crate::sys::Mode;

/// Tells what stands at a path, if anything does; a link is not followed. A live server does not notice.
pub(super) fn occupant(path: &ServerName) -> io::Result<Option<Occupant>> {
    let Some(metadata) = lstat(path_of(path))? else {
        return Ok(None);
    };
    let kind = metadata.file_type();
    if kind.is_socket() {
        Ok(owner_of_socket(path))
    } else {
        Ok(Some(occupant_of_type(kind)))
    }
}

/// Tells what a path leads to, if anything is there; a link only if it leads nowhere.
pub(super) fn reached(path: &ServerName) -> io::Result<Option<Occupant>> {
    let found = occupant(path)?;
    if found != Some(Occupant::Link) {
        return Ok(found);
    }
    match fs::metadata(path_of(path)) {
        Ok(metadata) if metadata.file_type().is_socket() => Ok(owner_of_socket(path)),
        Ok(metadata) => Ok(Some(occupant_of_type(metadata.file_type()))),
        Err(error) if leads_nowhere(&error) => Ok(found),
        Err(error) => Err(error),
    }
}

fn leads_nowhere(error: &io::Error) -> bool {
    let code = Errno::from_io_error(error);
    matches!(code, Some(Errno::LOOP | Errno::NOENT | Errno::NOTDIR))
}

fn occupant_of_type(kind: FileType) -> Occupant {
    if kind.is_file() {
        Occupant::File
    } else if kind.is_dir() {
        Occupant::Directory
    } else if kind.is_symlink() {
        Occupant::Link
    } else {
        Occupant::Other
    }
}

/// Tells whether anybody owns the socket at a path; none if it has just vanished.
///
/// A socket of another type than the server's is made to connect. The system compares the types
/// before it tells the owner, so that a live server is found out and never learns of it. It even
/// finds one that is about to listen, to which a client could not connect yet.
fn owner_of_socket(path: &ServerName) -> Option<Occupant> {
    match connect_with_other_type(path) {
        // A success is a live datagram socket, which does not learn of it either.
        Ok(()) | Err(Errno::PROTOTYPE) => Some(Occupant::LiveServer),
        Err(Errno::CONNREFUSED) => Some(Occupant::StaleSocket),
        Err(Errno::NOENT) => None,
        // No permission, or nothing left to make a socket with.
        Err(_) => Some(Occupant::Socket),
    }
}

fn connect_with_other_type(path: &ServerName) -> rustix::io::Result<()> {
    let address = socket_address(&Address::Path(path.clone()))?;
    let probe = local_socket(SocketType::DGRAM, Mode::NonBlocking)?;
    rustix::io::retry_on_intr(|| rustix::net::connect(&probe, &address))
}

/// Tells whether a server listens on an abstract name. It does not notice.
///
/// The abstract namespace is one for each type of sockets, so that a probe of another type finds
/// nothing. A socket that is connected already does: the system looks up the server first, then
/// refuses to connect the socket once more.
///
/// A socket which has the name but does not listen is not found.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn listens_on_abstract_name(name: &ServerName) -> io::Result<bool> {
    let address = socket_address(&Address::Abstract(name.clone()))?;
    let (probe, _other_end) = std::os::unix::net::UnixStream::pair()?;
    // Or it would wait while the server's queue is full.
    probe.set_nonblocking(true)?;
    match rustix::io::retry_on_intr(|| rustix::net::connect(&probe, &address)) {
        Err(Errno::ISCONN | Errno::AGAIN) => Ok(true),
        Ok(()) | Err(Errno::CONNREFUSED) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn a_socket_that_has_vanished_in_the_meantime_is_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let name = ServerName::from(path.into_os_string().into_encoded_bytes());

        assert_eq!(owner_of_socket(&name), None);
    }

    #[test]
    fn an_abstract_name_is_found_while_it_listens_even_with_a_full_queue() {
        let name = ServerName::from(format!("anteroom\0probe\0{}", std::process::id()));
        let address = socket_address(&Address::Abstract(name.clone())).unwrap();
        let listens = || listens_on_abstract_name(&name).unwrap();
        assert!(!listens());

        let server = local_socket(SocketType::STREAM, Mode::NonBlocking).unwrap();
        rustix::net::bind(&server, &address).unwrap();
        assert!(!listens());
        rustix::net::listen(&server, 0).unwrap();
        assert!(listens());
        let client = local_socket(SocketType::STREAM, Mode::NonBlocking).unwrap();
        rustix::net::connect(&client, &address).unwrap();
        assert!(listens());

        let accepted = rustix::net::accept(&server).unwrap();
        assert!(UnixStream::from(accepted).peer_addr().is_ok());
        assert!(
            rustix::net::accept(&server).is_err(),
            "the probe was noticed"
        );
    }
}
