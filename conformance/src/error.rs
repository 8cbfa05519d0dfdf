use std::io;

use anteroom_core::{Failure, ListenError};

/// An error of the server or client under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "subjects build it; a new field needs their answer"
)]
pub struct Error {
    /// The kind.
    pub kind: ErrorKind,
    /// The operating system's code, if a system call failed.
    pub code: Option<i32>,
}

/// The kind of an [`Error`]: the kinds that the clauses distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Permission denied.
    Access,
    /// The name is in use.
    AddressInUse,
    /// The server already listens (misuse).
    AlreadyListening,
    /// The name is invalid.
    Name,
    /// There is no such name, or its directory does not exist.
    NotFound,
    /// No server accepts connections at the name.
    Refused,
    /// Descriptors or memory ran out.
    Resources,
    /// The time is over.
    TimedOut,
    /// The platform does not support the request.
    Unsupported,
    /// The object is not a listening local socket.
    WrongObject,
    /// Any other error.
    Unknown,
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, code: None }
    }
}

impl From<io::Error> for Error {
    /// Returns the kind that the clauses give to the operating system's code, and the code.
    fn from(error: io::Error) -> Self {
        let code = error.raw_os_error();
        #[cfg(unix)]
        if let Some(errno) = rustix::io::Errno::from_io_error(&error) {
            let kind = errno.into();
            return Self { kind, code };
        }
        let kind = match error.kind() {
            io::ErrorKind::AddrInUse => ErrorKind::AddressInUse,
            io::ErrorKind::ConnectionRefused => ErrorKind::Refused,
            io::ErrorKind::InvalidInput => ErrorKind::Name,
            io::ErrorKind::NotFound => ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied => ErrorKind::Access,
            io::ErrorKind::TimedOut => ErrorKind::TimedOut,
            io::ErrorKind::Unsupported => ErrorKind::Unsupported,
            _ => ErrorKind::Unknown,
        };
        Self { kind, code }
    }
}

#[cfg(unix)]
impl From<rustix::io::Errno> for ErrorKind {
    /// Does not use the table under test, which is anteroom's.
    fn from(errno: rustix::io::Errno) -> Self {
        use rustix::io::Errno;

        match errno {
            Errno::ACCESS | Errno::PERM => Self::Access,
            Errno::ADDRINUSE => Self::AddressInUse,
            Errno::CONNREFUSED => Self::Refused,
            Errno::LOOP | Errno::NAMETOOLONG | Errno::NOTDIR | Errno::ROFS => Self::Name,
            Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM => Self::Resources,
            Errno::NOENT => Self::NotFound,
            Errno::TIMEDOUT => Self::TimedOut,
            _ => Self::Unknown,
        }
    }
}

// For subjects that are built on anteroom.

impl From<anteroom_core::ErrorKind> for ErrorKind {
    fn from(kind: anteroom_core::ErrorKind) -> Self {
        match kind {
            anteroom_core::ErrorKind::Access => Self::Access,
            anteroom_core::ErrorKind::AddressInUse => Self::AddressInUse,
            anteroom_core::ErrorKind::Name => Self::Name,
            anteroom_core::ErrorKind::NotFound => Self::NotFound,
            anteroom_core::ErrorKind::Refused => Self::Refused,
            anteroom_core::ErrorKind::Resources => Self::Resources,
            anteroom_core::ErrorKind::TimedOut => Self::TimedOut,
            anteroom_core::ErrorKind::Unsupported => Self::Unsupported,
            anteroom_core::ErrorKind::WrongObject => Self::WrongObject,
            _ => Self::Unknown,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let (kind, code) = (failure.kind().into(), failure.code());
        Self { kind, code }
    }
}

impl From<ListenError> for Error {
    fn from(error: ListenError) -> Self {
        error
            .failure()
            .map_or_else(|| ErrorKind::AlreadyListening.into(), Self::from)
    }
}
