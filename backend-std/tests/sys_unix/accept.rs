use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;

use anteroom_core::{AcceptFailure, ErrorKind, Operation};
use anteroom_std::sys::{self, Mode};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{FdFlags, fcntl_getfd};

use crate::support::{NONE, accept, accepts_nobody, child, directory, listen, name_of, run, task};

#[test]
fn the_mode_of_a_connection_is_the_one_asked_for() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);

    for of_listener in [Mode::NonBlocking, Mode::Blocking] {
        sys::set_mode(listener.socket.as_fd(), of_listener).unwrap();
        for mode in [Mode::NonBlocking, Mode::Blocking] {
            let _client = UnixStream::connect(&path).unwrap();

            let connection = sys::try_accept(listener.socket.as_fd(), mode)
                .unwrap()
                .unwrap();

            let status = fcntl_getfl(&connection).unwrap();
            assert_eq!(status.contains(OFlags::NONBLOCK), mode == Mode::NonBlocking);
            assert!(fcntl_getfd(&connection).unwrap().contains(FdFlags::CLOEXEC));
        }
    }
}

#[test]
fn a_client_that_has_left_is_accepted_with_what_it_wrote() {
    use std::io::{Read as _, Write as _};

    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    UnixStream::connect(&path)
        .unwrap()
        .write_all(b"bye")
        .unwrap();

    let mut text = String::new();
    accept(&listener).read_to_string(&mut text).unwrap();

    assert_eq!(text, "bye");
}

#[test]
#[cfg(target_os = "linux")]
fn refusing_turns_new_clients_away_and_keeps_the_earlier_ones() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    let _clients = [(); 2].map(|()| UnixStream::connect(&path).unwrap());

    sys::refuse(listener.socket.as_fd()).unwrap();

    let error = UnixStream::connect(&path).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(sys::CODES.econnrefused));
    let _connections = [(); 2].map(|()| accept(&listener));
    assert!(accepts_nobody(&listener));
    // It stays readable for ever, and tells that this is the end.
    let readiness = sys::wait_readable(Some(listener.socket.as_fd()), None, None).unwrap();
    assert!(readiness.listener && readiness.hung_up);
}

#[test]
fn refusing_on_what_is_no_socket_is_told() {
    let file = std::fs::File::open("/dev/null").unwrap();

    let failure = sys::refuse(file.as_fd()).unwrap_err();

    assert_eq!(failure.operation(), Operation::Drain);
    assert_eq!(failure.code(), Some(sys::CODES.enotsock));
}

#[test]
fn what_does_not_listen_is_a_fatal_failure() {
    let (socket, _peer) = UnixStream::pair().unwrap();

    let failure = sys::try_accept(socket.as_fd(), Mode::Blocking).unwrap_err();

    assert!(matches!(failure, AcceptFailure::Fatal(_)));
    assert_eq!(failure.failure().code(), Some(sys::CODES.einval));
}

#[test]
fn running_out_of_descriptors_loses_no_client() {
    const TEST: &str = "accept::running_out_of_descriptors_loses_no_client";
    if let Some(path) = task() {
        let path = std::path::Path::new(&path);
        let listener = listen(&name_of(path), NONE);
        let _client = UnixStream::connect(path).unwrap();
        let mut hoard = Vec::new();
        while let Ok(file) = std::fs::File::open("/dev/null") {
            hoard.push(file);
        }
        let failure = sys::try_accept(listener.socket.as_fd(), Mode::Blocking).unwrap_err();
        assert!(matches!(failure, AcceptFailure::Exhausted(_)));
        assert_eq!(failure.failure().kind(), ErrorKind::Resources);
        hoard.pop();
        accept(&listener);
        return;
    }
    let directory = directory();
    let path = directory.path().join("s");
    run(child("ulimit -n 40;", TEST, path.to_str().unwrap()));
}
