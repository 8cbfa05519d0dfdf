//! Texts, kinds, codes and conversions of the public errors.
#![cfg(all(unix, feature = "blocking"))]

use std::error::Error as StdError;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixDatagram;
use std::{fmt, io};

use anteroom_core::{Detail, Failure, Operation, ServerName, describe_with};
use anteroom_std::sys::CODES;
use anteroom_std::{
    AcceptError, AdoptError, Cause, Error, ErrorKind, ListenError, LocalServer, LocalSocket,
};

/// An error of this kind, with the code that the system gave.
fn error(kind: ErrorKind, code: Option<i32>) -> Error {
    let failure = Failure::new(Operation::Connect, kind);
    let failure = code.map_or(failure, |code| failure.with_code(code));
    Error::new(failure, Some(ServerName::from("editor")), None)
}

fn denied() -> Error {
    error(ErrorKind::Access, Some(CODES.eacces))
}

fn cause_of(error: &Error) -> Cause {
    *error.source().unwrap().downcast_ref::<Cause>().unwrap()
}

fn descriptor() -> OwnedFd {
    UnixDatagram::unbound().unwrap().into()
}

fn io_kind(error: impl Into<io::Error>) -> io::ErrorKind {
    error.into().kind()
}

/// Prints an error and all of its sources, as programs do that print chains.
fn chain(error: &dyn StdError) -> String {
    let source = error.source().map(|source| format!(": {}", chain(source)));
    format!("{error}{}", source.unwrap_or_default())
}

#[test]
fn io_error_has_nearest_kind() {
    use io::ErrorKind as Io;

    for (kind, code, expected) in [
        (ErrorKind::Access, Some(CODES.eperm), Io::PermissionDenied),
        (ErrorKind::AddressInUse, None, Io::AddrInUse),
        (ErrorKind::NotFound, Some(CODES.enoent), Io::NotFound),
        (ErrorKind::NotFound, None, Io::NotFound),
        (ErrorKind::Name, Some(CODES.enotdir), Io::InvalidInput),
        (ErrorKind::Name, Some(CODES.eloop), Io::InvalidInput),
        (ErrorKind::Name, None, Io::InvalidInput),
        (ErrorKind::WrongObject, Some(CODES.ebadf), Io::InvalidInput),
        (ErrorKind::Refused, None, Io::ConnectionRefused),
        (ErrorKind::TimedOut, None, Io::TimedOut),
        (ErrorKind::Unsupported, None, Io::Unsupported),
        (ErrorKind::Resources, Some(CODES.enomem), Io::OutOfMemory),
        (ErrorKind::Resources, None, Io::Other),
        (ErrorKind::Unknown, Some(CODES.einval), Io::InvalidInput),
        (ErrorKind::Unknown, None, Io::Other),
    ] {
        assert_eq!(io_kind(error(kind, code)), expected, "{kind:?}");
        assert_eq!(io_kind(cause_of(&error(kind, code))), expected, "{kind:?}");
        let listen = || ListenError::Failed(error(kind, code));
        assert_eq!(io_kind(listen()), expected, "{kind:?}");
        let adopt = AdoptError::new(descriptor(), listen());
        assert_eq!(io_kind(adopt), expected, "{kind:?}");
        let accept = AcceptError::Lost(error(kind, code));
        assert_eq!(io_kind(accept), expected, "{kind:?}");
    }
    assert_eq!(io_kind(ListenError::AlreadyListening), Io::InvalidInput);
    let adopt = AdoptError::new(descriptor(), ListenError::AlreadyListening);
    assert_eq!(io_kind(adopt), Io::InvalidInput);
    assert_eq!(io_kind(AcceptError::NotListening), Io::NotConnected);
    assert_eq!(io_kind(AcceptError::Woken), Io::Interrupted);
}

/// Expects that an error stays what it is inside of an error of `std::io`.
fn expect_to_be_held<E>(error: E, code: Option<i32>, code_of: impl Fn(&E) -> Option<i32>)
where
    E: StdError + Into<io::Error> + 'static,
{
    let (text, full_text) = (error.to_string(), format!("{error:#}"));
    assert_eq!(code_of(&error), code, "{full_text}");

    let outer: io::Error = error.into();

    assert_eq!(outer.raw_os_error(), None, "{full_text}");
    assert_eq!(outer.to_string(), text);
    assert_eq!(format!("{outer:#}"), full_text);
    let inner: &E = outer.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!(inner.to_string(), text);
    assert_eq!(code_of(inner), code, "{full_text}");
    assert_eq!(chain(&outer), full_text, "each level is printed once");
}

#[test]
fn io_error_holds_the_original() {
    let eacces = Some(CODES.eacces);
    let listen = || ListenError::Failed(denied());
    let adopt = |error| AdoptError::new(descriptor(), error);
    expect_to_be_held(denied(), eacces, Error::raw_os_error);
    expect_to_be_held(cause_of(&denied()), eacces, Cause::raw_os_error);
    expect_to_be_held(listen(), eacces, ListenError::raw_os_error);
    let misuse = ListenError::AlreadyListening;
    expect_to_be_held(misuse, None, ListenError::raw_os_error);
    expect_to_be_held(adopt(listen()), eacces, AdoptError::raw_os_error);
    let misuse = adopt(ListenError::AlreadyListening);
    expect_to_be_held(misuse, None, AdoptError::raw_os_error);
    let lost = AcceptError::Lost(denied());
    expect_to_be_held(lost, eacces, AcceptError::raw_os_error);
    expect_to_be_held(AcceptError::NotListening, None, AcceptError::raw_os_error);
    expect_to_be_held(AcceptError::Woken, None, AcceptError::raw_os_error);
}

#[test]
fn errors_have_the_kind_of_their_cause() {
    let access = Some(ErrorKind::Access);
    let listen = ListenError::Failed(denied());
    assert_eq!(listen.kind(), access);
    assert_eq!(AdoptError::new(descriptor(), listen).kind(), access);
    assert_eq!(AcceptError::Lost(denied()).kind(), access);
    assert_eq!(cause_of(&denied()).kind(), ErrorKind::Access);
    assert_eq!(cause_of(&denied()).failure(), denied().failure());

    assert_eq!(ListenError::AlreadyListening.kind(), None);
    let misuse = AdoptError::new(descriptor(), ListenError::AlreadyListening);
    assert_eq!(misuse.kind(), None);
    assert_eq!(AcceptError::NotListening.kind(), None);
    assert_eq!(AcceptError::Woken.kind(), None);
}

/// Expects each level to be printed once, and everything by the one-line forms.
fn expect_levels<E: StdError + fmt::Debug>(error: &E, level: &str, cause: Option<&str>) {
    assert_eq!(error.to_string(), level);
    let source = error.source().map(ToString::to_string);
    assert_eq!(source.as_deref(), cause);
    let whole = cause.map_or_else(|| level.to_owned(), |cause| format!("{level}: {cause}"));
    assert_eq!(chain(error), whole);
    assert_eq!(format!("{error:#}"), whole);
    assert_eq!(format!("{error:?}"), whole);
    assert_eq!(format!("{error:#?}"), whole);
}

#[test]
fn errors_print_one_level_each() {
    let level = r#"cannot connect to "editor""#;
    let cause = "permission denied; the server's access options or a directory of the path deny \
                 it (os error 13)";
    let listen = || ListenError::Failed(denied());
    expect_levels(&denied(), level, Some(cause));
    expect_levels(&cause_of(&denied()), cause, None);
    expect_levels(&listen(), level, Some(cause));
    expect_levels(&AcceptError::Lost(denied()), level, Some(cause));
    expect_levels(&AdoptError::new(descriptor(), listen()), level, Some(cause));

    let misuse = "the server is already listening, or is draining; close it first";
    expect_levels(&ListenError::AlreadyListening, misuse, None);
    let adopt = AdoptError::new(descriptor(), ListenError::AlreadyListening);
    expect_levels(&adopt, misuse, None);
    expect_levels(
        &AcceptError::NotListening,
        "the server does not listen",
        None,
    );
    let woken = "the wait for a connection was ended by a wake handle";
    expect_levels(&AcceptError::Woken, woken, None);
}

#[test]
fn the_whole_text_is_the_error_string() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing/s");
    let mut server = LocalServer::new();

    let error = server.listen(&path).unwrap_err();

    let name = ServerName::from(path.to_str().unwrap());
    let failure = error.error().unwrap().failure();
    let expected = describe_with(failure, Some(&name), Some(&name), None);
    assert_eq!(server.error_string(), expected);
    assert_eq!(format!("{error:?}"), expected);
    assert!(
        expected
            .ends_with(": its directory does not exist; create the directory first (os error 2)")
    );
}

#[test]
fn the_cause_quotes_the_system_where_we_have_no_words() {
    let error = error(ErrorKind::Unknown, Some(CODES.einval));
    assert_eq!(
        cause_of(&error).to_string(),
        "Invalid argument (os error 22)"
    );
}

#[test]
fn a_failure_without_a_code_prints_none() {
    let source = io::Error::other("no system was asked");

    let failure = anteroom_std::sys::io_failure(Operation::Accept, &source);

    assert_eq!(failure.code(), None);
    let text = format!("{:#}", Error::new(failure, None, None));
    assert!(!text.contains("os error"), "{text}");
}

#[test]
fn connect_reports_names_operation_and_code() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing");

    let error = LocalSocket::connect(&path).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.operation(), Operation::Connect);
    assert_eq!(error.name(), Some(path.as_os_str()));
    assert_eq!(error.full_name().as_deref(), Some(path.as_os_str()));
    assert_eq!(error.raw_os_error(), Some(CODES.enoent));
    assert_eq!(cause_of(&error).raw_os_error(), error.raw_os_error());
}

#[test]
fn connect_tells_a_missing_server_from_an_invalid_name() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["missing", "missing/s"] {
        let error = LocalSocket::connect(directory.path().join(name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
        assert_eq!(io_kind(error), io::ErrorKind::NotFound);
    }
    for name in ["", "run/s", "@s", "/"] {
        let error = LocalSocket::connect(name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Name, "{error:?}");
        assert_eq!(io_kind(error), io::ErrorKind::InvalidInput);
    }
}

#[test]
fn listening_twice_is_a_misuse_and_a_name_that_is_taken_a_failure() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let mut server = LocalServer::bind(&path).unwrap();

    let misuse = server.listen("another").unwrap_err();
    let failure = LocalServer::bind(&path).unwrap_err();

    assert_eq!(misuse.kind(), None);
    assert_eq!(failure.kind(), Some(ErrorKind::AddressInUse));
    assert_eq!(failure.raw_os_error(), Some(CODES.eaddrinuse));
}

#[test]
fn a_descriptor_that_was_not_adopted_comes_back_with_the_reason() {
    let socket = descriptor();
    let number = socket.as_raw_fd();

    let error = LocalServer::new().listen_fd(socket).unwrap_err();

    assert_eq!(error.kind(), Some(ErrorKind::WrongObject));
    let reason = error.error().error().unwrap().failure().detail();
    assert_eq!(reason, Detail::NotAStream);
    let (descriptor, _) = error.into_parts();
    assert_eq!(descriptor.as_raw_fd(), number);
}

#[test]
fn io_error_of_a_failed_adoption_holds_the_descriptor() {
    let (socket, other_end) = UnixDatagram::pair().unwrap();
    let error = LocalServer::new().listen_fd(socket).unwrap_err();

    let error = io::Error::from(error);

    other_end.send(b"still open").unwrap();
    let error: AdoptError = *error.into_inner().unwrap().downcast().unwrap();
    let socket = UnixDatagram::from(error.into_parts().0);
    let mut bytes = [0; 16];
    assert_eq!(socket.recv(&mut bytes).unwrap(), 10);
    assert!(other_end.send(b"again").is_ok());
}
