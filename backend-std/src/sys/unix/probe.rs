mod locality;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod overlay;
mod self_test;

use std::fs::{self, FileType};
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream;

use anteroom_core::rules::unix::Address;
use anteroom_core::{Occupant, ServerName};
use rustix::io::Errno;
use rustix::net::SocketType;

use super::address::{path_of, socket_address};
use super::identity::lstat;
use super::socket::local_socket;
use crate::sys::Mode;

/// Determines what exists at a path, without following a link or connecting.
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

/// Determines what a path leads to. A dangling link is reported as a link.
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

/// Returns whether a process has the socket at a path; none if the socket has just vanished.
///
/// A socket of another type than the server's is made to connect. Linux compares the types before
/// it reports the owner, so that a live server is found and does not notice.
fn owner_of_socket(path: &ServerName) -> Option<Occupant> {
    let address = Address::Path(path.clone());
    match connect_with_other_type(&address) {
        // A success is a live datagram socket, which does not learn of it either.
        Ok(()) => Some(Occupant::LiveServer),
        Err(Errno::PROTOTYPE) => owner_of_held_socket(path),
        Err(code) => of_refused(path, code),
    }
}

/// Returns what an answer means that does not show a live socket.
fn of_refused(path: &ServerName, code: Errno) -> Option<Occupant> {
    match code {
        Errno::CONNREFUSED if is_refusal_proof(path) => Some(Occupant::StaleSocket),
        Errno::NOENT => None,
        // A refusal that proves nothing, no permission, or nothing left to make a socket with.
        _ => Some(Occupant::Socket),
    }
}

/// Returns whether a refused probe proves that no process has the socket at a path.
fn is_refusal_proof(path: &ServerName) -> bool {
    is_local(path) && self_test::is_passed()
}

/// Returns whether the processes that can have the socket at a path are all in this kernel.
pub(super) fn is_local(path: &ServerName) -> bool {
    locality::is_local(path_of(path))
}

/// Returns whether a socket that a process has is one that listens.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn owner_of_held_socket(path: &ServerName) -> Option<Occupant> {
    let address = Address::Path(path.clone());
    let answer = match connect_with_connected_socket(&address) {
        Err(Errno::PROTOTYPE) => connect_with_connected_packets(&address),
        answer => answer,
    };
    if answer != Err(Errno::CONNREFUSED) {
        return Some(Occupant::LiveServer);
    }
    match connect_with_other_type(&address) {
        Err(Errno::PROTOTYPE) if self_test::is_passed() => Some(Occupant::NotListening),
        Err(Errno::PROTOTYPE) | Ok(()) => Some(Occupant::LiveServer),
        // It was closed since the first probe.
        Err(code) => of_refused(path, code),
    }
}

/// Returns that a server is live; this system does not tell whether a bound socket listens.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn owner_of_held_socket(_path: &ServerName) -> Option<Occupant> {
    Some(Occupant::LiveServer)
}

fn connect_with_other_type(address: &Address) -> rustix::io::Result<()> {
    let address = socket_address(address)?;
    let probe = local_socket(SocketType::DGRAM, Mode::NonBlocking)?;
    rustix::io::retry_on_intr(|| rustix::net::connect(&probe, &address))
}

/// Tries to connect a stream that is connected already, which no server notices.
///
/// Linux looks up the server first, and whether it listens and has room; then it refuses to connect
/// the socket once more.
fn connect_with_connected_socket(address: &Address) -> rustix::io::Result<()> {
    let address = socket_address(address)?;
    let code = |error: io::Error| Errno::from_io_error(&error).unwrap_or(Errno::IO);
    let (probe, _other_end) = UnixStream::pair().map_err(code)?;
    // Or it would wait while the server's queue is full.
    probe.set_nonblocking(true).map_err(code)?;
    rustix::io::retry_on_intr(|| rustix::net::connect(&probe, &address))
}

/// Does the same for a socket of packets, which is no stream.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn connect_with_connected_packets(address: &Address) -> rustix::io::Result<()> {
    use rustix::net::{AddressFamily, SocketFlags, socketpair};

    let address = socket_address(address)?;
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let (probe, _other_end) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    rustix::io::retry_on_intr(|| rustix::net::connect(&probe, &address))
}

/// Determines what has an abstract name, without connecting.
///
/// The abstract namespace is one for each type of sockets, so a probe of another type finds nothing.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn abstract_occupant(name: &ServerName) -> io::Result<Option<Occupant>> {
    let answer = connect_with_connected_socket(&Address::Abstract(name.clone()));
    match answer {
        Err(Errno::ISCONN | Errno::AGAIN | Errno::CONNREFUSED) if !self_test::is_passed() => {
            Ok(Some(Occupant::Socket))
        }
        Err(Errno::ISCONN | Errno::AGAIN) => Ok(Some(Occupant::LiveServer)),
        // The probe does not find a socket that has the name and does not listen.
        Ok(()) | Err(Errno::CONNREFUSED) => {
            Ok(super::process::has_abstract_name(name).then_some(Occupant::NotListening))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
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
        let occupant = || abstract_occupant(&name).unwrap();
        assert_eq!(occupant(), None);

        let server = local_socket(SocketType::STREAM, Mode::NonBlocking).unwrap();
        rustix::net::bind(&server, &address).unwrap();
        assert_eq!(occupant(), Some(Occupant::NotListening));
        rustix::net::listen(&server, 0).unwrap();
        assert_eq!(occupant(), Some(Occupant::LiveServer));
        let client = local_socket(SocketType::STREAM, Mode::NonBlocking).unwrap();
        rustix::net::connect(&client, &address).unwrap();
        assert_eq!(occupant(), Some(Occupant::LiveServer));

        let accepted = rustix::net::accept(&server).unwrap();
        assert!(UnixStream::from(accepted).peer_addr().is_ok());
        assert!(
            rustix::net::accept(&server).is_err(),
            "the probe was noticed"
        );
    }
}
