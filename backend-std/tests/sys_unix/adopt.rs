use std::fs;
use std::io::{self, Read as _};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use anteroom_core::{Detail, ErrorKind, Failure, Operation, ServerName, SocketOptions};
use anteroom_std::sys::{self, Mode};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

use crate::support::{abstract_name, directory, listen};

fn stream_socket() -> OwnedFd {
    rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap()
}

/// A socket that has connections, but no streams; Apple's systems know only datagrams.
fn listening_packets(path: &Path) -> OwnedFd {
    if cfg!(target_vendor = "apple") {
        return UnixDatagram::bind(path).unwrap().into();
    }
    let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::SEQPACKET, None).unwrap();
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    rustix::net::listen(&socket, 1).unwrap();
    socket
}

fn flags(descriptor: &OwnedFd) -> (FdFlags, OFlags) {
    (
        fcntl_getfd(descriptor).unwrap(),
        fcntl_getfl(descriptor).unwrap(),
    )
}

#[test]
fn a_listening_socket_is_adopted_and_earlier_clients_are_served() {
    let directory = directory();
    let path = directory.path().join("s");
    let socket = UnixListener::bind(&path).unwrap();
    fcntl_setfd(&socket, FdFlags::empty()).unwrap();
    let _client = UnixStream::connect(&path).unwrap();

    let bound = sys::adopt(socket.into(), Ok).unwrap();

    let (listener, _) = bound.listener;
    let (descriptor, status) = flags(&listener);
    assert!(descriptor.contains(FdFlags::CLOEXEC));
    assert!(status.contains(OFlags::NONBLOCK));
    assert!(!bound.facts.created);
    assert_eq!(bound.facts.name, Some(ServerName::from("s")));
    assert_eq!(
        bound.facts.full_name.unwrap().to_string(),
        path.to_str().unwrap()
    );
    let connection = sys::try_accept(listener.as_fd(), Mode::Blocking).unwrap();
    assert!(connection.is_some());
}

/// What is neither a listener nor a connection, and why.
fn unfit_descriptors(directory: &Path) -> Vec<(&'static str, OwnedFd, Detail)> {
    let path_only = rustix::fs::open(directory, PATH_ONLY, rustix::fs::Mode::empty());
    vec![
        (
            "file",
            fs::File::open("/dev/null").unwrap().into(),
            Detail::NotASocket,
        ),
        ("path only", path_only.unwrap(), Detail::NotASocket),
        (
            "network",
            TcpListener::bind("127.0.0.1:0").unwrap().into(),
            Detail::NotLocal,
        ),
        (
            "packets",
            UdpSocket::bind("127.0.0.1:0").unwrap().into(),
            Detail::NotLocal,
        ),
        (
            "datagrams",
            UnixDatagram::bind(directory.join("d")).unwrap().into(),
            Detail::NotAStream,
        ),
        (
            "connected datagrams",
            UnixDatagram::pair().unwrap().0.into(),
            Detail::NotAStream,
        ),
        (
            "listening packets",
            listening_packets(&directory.join("p")),
            Detail::NotAStream,
        ),
    ]
}

fn bound_socket(path: &Path) -> OwnedFd {
    let socket = stream_socket();
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    socket
}

#[test]
fn what_cannot_be_adopted_comes_back_as_it_was() {
    let directory = directory();
    let bound = bound_socket(&directory.path().join("bound"));
    let (connected, _peer) = UnixStream::pair().unwrap();
    let (left, peer) = UnixStream::pair().unwrap();
    drop(peer);
    let (pipe, _other_end) = io::pipe().unwrap();
    let mut subjects = unfit_descriptors(directory.path());
    subjects.extend([
        ("pipe", pipe.into(), Detail::NotASocket),
        ("unbound", stream_socket(), Detail::NotListening),
        ("bound", bound, Detail::NotListening),
        ("connected", connected.into(), Detail::Connected),
        ("whose peer left", left.into(), Detail::Connected),
    ]);
    for (what, descriptor, detail) in subjects {
        if cfg!(target_vendor = "apple") && detail == Detail::NotListening {
            continue;
        }
        if cfg!(not(target_os = "linux")) && what == "whose peer left" {
            continue;
        }
        fcntl_setfd(&descriptor, FdFlags::empty()).unwrap();
        let (before, number) = (flags(&descriptor), descriptor.as_raw_fd());

        let (descriptor, failure) = sys::adopt(descriptor, Ok).unwrap_err();

        assert_eq!(failure.operation(), Operation::Adopt, "{what}");
        assert_eq!(failure.kind(), ErrorKind::WrongObject, "{what}");
        assert_eq!(failure.detail(), detail, "{what}");
        assert_eq!(descriptor.as_raw_fd(), number, "{what}");
        assert_eq!(flags(&descriptor), before, "{what}");
    }
}

#[test]
fn what_is_no_connection_stays_as_it_was() {
    let directory = directory();
    let listener = UnixListener::bind(directory.path().join("l")).unwrap();
    let bound = bound_socket(&directory.path().join("bound"));
    let (pipe, _other_end) = io::pipe().unwrap();
    let mut subjects = unfit_descriptors(directory.path());
    subjects.extend([
        ("pipe", pipe.into(), Detail::NotASocket),
        ("listening", listener.into(), Detail::NotConnected),
        ("unbound", stream_socket(), Detail::NotConnected),
        ("bound", bound, Detail::NotConnected),
    ]);
    for (what, descriptor, detail) in subjects {
        fcntl_setfd(&descriptor, FdFlags::empty()).unwrap();
        let before = flags(&descriptor);

        let mode = Some(Mode::NonBlocking);
        let failure = sys::adopt_connection(descriptor.as_fd(), mode).unwrap_err();

        assert_eq!(failure.operation(), Operation::Adopt, "{what}");
        assert_eq!(failure.kind(), ErrorKind::WrongObject, "{what}");
        assert_eq!(failure.detail(), detail, "{what}");
        assert_eq!(flags(&descriptor), before, "{what}");
    }
}

#[test]
fn a_connection_gets_the_mode_that_is_asked_for_and_no_child_inherits_it() {
    for (mode, is_nonblocking) in [
        (Some(Mode::NonBlocking), [true, true]),
        (Some(Mode::Blocking), [false, false]),
        (None, [false, true]),
    ] {
        for (before, after) in [Mode::Blocking, Mode::NonBlocking]
            .iter()
            .zip(is_nonblocking)
        {
            let (socket, _peer) = UnixStream::pair().unwrap();
            let socket = OwnedFd::from(socket);
            sys::set_mode(socket.as_fd(), *before).unwrap();
            fcntl_setfd(&socket, FdFlags::empty()).unwrap();

            sys::adopt_connection(socket.as_fd(), mode).unwrap();

            let (descriptor, status) = flags(&socket);
            assert!(descriptor.contains(FdFlags::CLOEXEC));
            assert_eq!(status.contains(OFlags::NONBLOCK), after, "{mode:?}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_connection_whose_peer_has_left_is_one() {
    let (socket, peer) = UnixStream::pair().unwrap();
    drop(peer);
    sys::adopt_connection(socket.as_fd(), None).unwrap();
}

#[test]
fn adopt_returns_the_descriptor_unchanged_if_registering_fails() {
    let failure = Failure::new(Operation::Adopt, ErrorKind::Resources);
    for mode in [Mode::Blocking, Mode::NonBlocking] {
        for inherited in [FdFlags::empty(), FdFlags::CLOEXEC] {
            let directory = directory();
            let socket = OwnedFd::from(UnixListener::bind(directory.path().join("s")).unwrap());
            sys::set_mode(socket.as_fd(), mode).unwrap();
            fcntl_setfd(&socket, inherited).unwrap();
            let (before, number) = (flags(&socket), socket.as_raw_fd());

            let result = sys::adopt(socket, |duplicate| {
                let (descriptor, status) = flags(&duplicate);
                assert!(descriptor.contains(FdFlags::CLOEXEC));
                assert!(status.contains(OFlags::NONBLOCK));
                assert_ne!(duplicate.as_raw_fd(), number);
                Err::<(), _>(failure)
            });

            let (socket, reported) = result.unwrap_err();
            assert_eq!(reported, failure);
            assert_eq!(socket.as_raw_fd(), number);
            assert_eq!(flags(&socket), before);
        }
    }
}

#[test]
fn adopt_closes_the_descriptor_once_its_duplicate_is_registered() {
    let directory = directory();
    let path = directory.path().join("s");
    let socket = UnixListener::bind(&path).unwrap();

    let bound = sys::adopt(socket.into(), Ok).unwrap();

    assert_eq!(bound.facts.name, Some(ServerName::from("s")));
    let mut client = UnixStream::connect(&path).unwrap();
    client
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    drop(bound);
    // A child that another test forks has the listener, too, until it ends.
    let kind = match client.read(&mut [0]) {
        Ok(length) => panic!("nobody has sent {length} bytes"),
        Err(error) => error.kind(),
    };
    assert_eq!(kind, io::ErrorKind::ConnectionReset);
}

/// Opens for the path alone where the system can, else as usual.
#[cfg(target_os = "linux")]
const PATH_ONLY: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const PATH_ONLY: OFlags = OFlags::empty();

#[test]
#[cfg(target_os = "linux")]
fn an_abstract_socket_tells_its_name() {
    let name = abstract_name();
    let listener = listen(&name, SocketOptions::ABSTRACT);

    let bound = sys::adopt(listener.socket, Ok).unwrap();

    assert_eq!(bound.facts.name, Some(name.clone()));
    assert_eq!(bound.facts.full_name, Some(name));
}

#[test]
#[cfg(target_os = "linux")]
fn a_socket_without_a_name_to_speak_of_has_none() {
    let socket = stream_socket();
    // Linux lets no socket listen that is not bound; this is the closest there is.
    let failure = rustix::net::listen(&socket, 1).unwrap_err();
    assert_eq!(failure.raw_os_error(), sys::CODES.einval);
    let nameless = SocketAddrUnix::new_abstract_name(&[]).unwrap();
    rustix::net::bind(&socket, &nameless).unwrap();
    rustix::net::listen(&socket, 1).unwrap();

    let bound = sys::adopt(socket, Ok).unwrap();

    assert_eq!(bound.facts.name, None);
    assert_eq!(bound.facts.full_name, None);
}

/// A path may fill the address to the last byte, so that no NUL ends it.
#[test]
#[cfg(target_os = "linux")]
fn the_longest_of_all_paths_is_told_in_full() {
    let directory = directory();
    let path = format!("{}/{}", directory.path().display(), "x".repeat(108))[..108].to_owned();
    let socket = stream_socket();
    rustix::net::bind(&socket, &SocketAddrUnix::new(path.as_str()).unwrap()).unwrap();
    rustix::net::listen(&socket, 1).unwrap();

    let bound = sys::adopt(socket, Ok).unwrap();

    assert_eq!(bound.facts.full_name, Some(ServerName::from(path)));
}
