//! What the kernel answers to a probe: all that telling live sockets from stale ones leans on.

#![cfg(target_os = "linux")]

use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anteroom_std::sys;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, connect, listen, socket};

use crate::support::{abstract_name, directory, until};

fn local(kind: SocketType) -> OwnedFd {
    socket(AddressFamily::UNIX, kind, None).unwrap()
}

fn by_other_type(address: &SocketAddrUnix) -> rustix::io::Result<()> {
    connect(local(SocketType::DGRAM), address)
}

fn by_connected_socket(address: &SocketAddrUnix) -> rustix::io::Result<()> {
    let (probe, _other_end) = UnixStream::pair().unwrap();
    probe.set_nonblocking(true).unwrap();
    connect(&probe, address)
}

fn notices_nothing(listener: &OwnedFd) {
    let readiness = sys::wait_readable(Some(listener.as_fd()), None, Some(Duration::ZERO)).unwrap();
    assert_eq!(readiness, sys::Readiness::default());
}

/// Goes through the life of a server; `expected` are the answers while there is none, when it is
/// bound, listens, has a full queue, was shut down, and is closed.
fn answers(
    address: &SocketAddrUnix,
    probe: fn(&SocketAddrUnix) -> rustix::io::Result<()>,
    expected: [Errno; 6],
) {
    let ask = || probe(address).unwrap_err();
    let absent = ask();
    let server = local(SocketType::STREAM);
    bind(&server, address).unwrap();
    let bound = ask();
    listen(&server, 0).unwrap();
    let listening = ask();
    notices_nothing(&server);
    let client = local(SocketType::STREAM);
    connect(&client, address).unwrap();
    let full = ask();
    rustix::net::accept(&server).unwrap();
    notices_nothing(&server);
    sys::refuse(server.as_fd()).unwrap();
    let shut_down = ask();
    drop(server);
    // It may live on for a moment in a child of another test's which is just being started.
    let closed = expected[5];
    until("the server is gone", || ask() == closed);
    let answers = [absent, bound, listening, full, shut_down, closed];
    assert_eq!(answers, expected);
}

#[test]
fn another_type_finds_whoever_owns_a_path() {
    let directory = directory();
    let address = SocketAddrUnix::new(directory.path().join("s")).unwrap();
    let live = Errno::PROTOTYPE;
    let stale = Errno::CONNREFUSED;
    answers(
        &address,
        by_other_type,
        [Errno::NOENT, live, live, live, live, stale],
    );
}

/// The abstract namespace is one for each type.
#[test]
fn another_type_finds_no_abstract_name() {
    let name = abstract_name();
    let address = SocketAddrUnix::new_abstract_name(name.as_bytes()).unwrap();
    answers(&address, by_other_type, [Errno::CONNREFUSED; 6]);
}

#[test]
fn a_connected_socket_finds_who_listens() {
    let directory = directory();
    let path = SocketAddrUnix::new(directory.path().join("s")).unwrap();
    let none = Errno::CONNREFUSED;
    let expected = [none, none, Errno::ISCONN, Errno::AGAIN, none, none];
    let name = abstract_name();
    let name = SocketAddrUnix::new_abstract_name(name.as_bytes()).unwrap();
    answers(&name, by_connected_socket, expected);
    let expected = [Errno::NOENT, none, Errno::ISCONN, Errno::AGAIN, none, none];
    answers(&path, by_connected_socket, expected);
}
