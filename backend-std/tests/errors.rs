//! Errors tell what was tried, on which name and why it failed, and so do those of `std::io`.
#![cfg(all(unix, feature = "blocking"))]

use std::error::Error as _;
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixDatagram;

use anteroom_core::{Failure, Operation};
use anteroom_std::sys::CODES;
use anteroom_std::{AcceptError, AdoptError, Error, ErrorKind, LocalServer, LocalSocket};

/// An error of this kind, with the code that the system gave.
fn error(kind: ErrorKind, code: Option<i32>) -> Error {
    let failure = Failure::new(Operation::Connect, kind);
    let failure = code.map_or(failure, |code| failure.with_code(code));
    Error::new(failure, None, None)
}

fn io_kind(error: impl Into<io::Error>) -> io::ErrorKind {
    error.into().kind()
}

#[test]
fn the_kind_of_an_io_error_is_the_nearest_to_ours() {
    use io::ErrorKind as Io;

    for (kind, code, expected) in [
        (ErrorKind::Access, Some(CODES.eperm), Io::PermissionDenied),
        (ErrorKind::AddressInUse, None, Io::AddrInUse),
        (ErrorKind::Name, Some(CODES.enoent), Io::NotFound),
        (ErrorKind::Name, None, Io::InvalidInput),
        (ErrorKind::WrongObject, Some(CODES.ebadf), Io::InvalidInput),
        (ErrorKind::Refused, None, Io::ConnectionRefused),
        (ErrorKind::TimedOut, None, Io::TimedOut),
        (ErrorKind::Unsupported, None, Io::Unsupported),
        (ErrorKind::Resources, Some(CODES.enomem), Io::OutOfMemory),
        (ErrorKind::Unknown, None, Io::Other),
    ] {
        assert_eq!(io_kind(error(kind, code)), expected, "{kind:?}");
    }
}

#[test]
fn a_failure_tells_the_names_the_operation_and_what_the_system_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing");

    let error = LocalSocket::connect(&path).unwrap_err();

    assert_eq!(error.operation(), Operation::Connect);
    assert_eq!(error.name(), Some(path.as_os_str()));
    assert_eq!(error.full_name().as_deref(), Some(path.as_os_str()));
    assert_eq!(error.raw_os_error(), Some(CODES.enoent));
    let source: &io::Error = error.source().unwrap().downcast_ref().unwrap();
    assert_eq!(source.raw_os_error(), error.raw_os_error());
}

#[test]
fn an_io_error_still_holds_the_error_that_it_was_made_of() {
    let error = LocalSocket::connect("").unwrap_err();
    let text = error.to_string();

    let error = io::Error::from(error);

    assert_eq!(error.to_string(), text);
    let inner: &Error = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!(inner.kind(), ErrorKind::Name);
    assert!(inner.source().is_none());
}

#[test]
fn listening_twice_is_a_misuse_and_a_name_that_is_taken_a_failure() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let mut server = LocalServer::bind(&path).unwrap();

    let misuse = server.listen("another").unwrap_err();
    let failure = LocalServer::bind(&path).unwrap_err();

    assert_eq!(misuse.kind(), None);
    assert_eq!(io_kind(misuse), io::ErrorKind::InvalidInput);
    assert_eq!(failure.kind(), Some(ErrorKind::AddressInUse));
    assert_eq!(io_kind(failure), io::ErrorKind::AddrInUse);
}

#[test]
fn a_descriptor_that_was_not_adopted_comes_back_with_the_reason() {
    let (socket, _other_end) = UnixDatagram::pair().unwrap();
    let number = socket.as_raw_fd();

    let error = LocalServer::new().listen_fd(socket).unwrap_err();

    assert_eq!(error.error().kind(), Some(ErrorKind::WrongObject));
    let (descriptor, reason) = error.into_parts();
    assert_eq!(descriptor.as_raw_fd(), number);
    let again = AdoptError::new(descriptor, reason);
    assert_eq!(io_kind(again), io::ErrorKind::InvalidInput);
}

#[test]
fn why_there_is_no_connection_is_the_kind_of_an_io_error() {
    let lost = AcceptError::Lost(error(ErrorKind::Refused, None));

    assert_eq!(
        io_kind(AcceptError::NotListening),
        io::ErrorKind::NotConnected
    );
    assert_eq!(io_kind(AcceptError::Woken), io::ErrorKind::Interrupted);
    assert_eq!(io_kind(lost), io::ErrorKind::ConnectionRefused);
}
