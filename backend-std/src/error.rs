use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::{fmt, io, result};

use anteroom_core::{ErrorKind, Failure, Operation, ServerName, describe_with};

use crate::names::{os_str, os_string};
use crate::sys::NamedFailure;

/// A result whose error is an [`Error`].
pub type Result<T> = result::Result<T, Error>;

/// What went wrong, with which name, and why.
///
/// [`Display`](fmt::Display) gives the text that `error_string` gives; its wording may change,
/// the [`kind`](Self::kind) and the other parts are there to be decided upon.
///
/// # Specification
///
/// SRV-5, ERR-1, ERR-3, ERR-6.
#[derive(Debug)]
pub struct Error {
    failure: Failure,
    name: Option<ServerName>,
    full_name: Option<ServerName>,
    source: Option<io::Error>,
}

impl Error {
    /// Creates the error for a failure that occurred with these names.
    pub fn new(failure: Failure, name: Option<ServerName>, full_name: Option<ServerName>) -> Self {
        let source = failure.code().map(io::Error::from_raw_os_error);
        Self {
            failure,
            name,
            full_name,
            source,
        }
    }

    /// Creates the error for what the platform layer reported about `name`.
    pub fn named(name: ServerName, error: NamedFailure) -> Self {
        Self::new(error.failure, Some(name), error.full_name)
    }

    /// Returns the kind of the error.
    pub const fn kind(&self) -> ErrorKind {
        self.failure.kind()
    }

    /// Returns what was attempted.
    pub const fn operation(&self) -> Operation {
        self.failure.operation()
    }

    /// Returns all that is known about the failure, as a small value.
    pub const fn failure(&self) -> Failure {
        self.failure
    }

    /// Returns the name as the application gave it.
    pub fn name(&self) -> Option<&OsStr> {
        self.name.as_ref().map(os_str)
    }

    /// Returns the complete name on the platform: a path, unless it is an abstract name.
    pub fn full_name(&self) -> Option<OsString> {
        self.full_name.as_ref().map(os_string)
    }

    /// Returns the operating system's code, if it gave one.
    pub const fn raw_os_error(&self) -> Option<i32> {
        self.failure.code()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&describe_with(
            self.failure,
            self.name.as_ref(),
            self.full_name.as_ref(),
            self.source.as_ref().map(words).as_deref(),
        ))
    }
}

/// Returns what the system calls its code, without the number, which stands elsewhere.
fn words(source: &io::Error) -> String {
    let text = source.to_string();
    match text.rsplit_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match (error.kind(), &error.source) {
            (ErrorKind::Access, _) => io::ErrorKind::PermissionDenied,
            (ErrorKind::AddressInUse, _) => io::ErrorKind::AddrInUse,
            (ErrorKind::Name, Some(source)) => source.kind(),
            (ErrorKind::Name | ErrorKind::WrongObject, _) => io::ErrorKind::InvalidInput,
            (ErrorKind::Refused, _) => io::ErrorKind::ConnectionRefused,
            (ErrorKind::TimedOut, _) => io::ErrorKind::TimedOut,
            (ErrorKind::Unsupported, _) => io::ErrorKind::Unsupported,
            (_, Some(source)) => source.kind(),
            (_, None) => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

/// Why a server does not listen after all.
///
/// # Specification
///
/// LIS-2, LIS-3.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The server is listening, or still drains: nothing changed, and nothing was recorded.
    #[error("the server is already listening, or still drains; close it first")]
    AlreadyListening,
    /// It was not possible.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl ListenError {
    /// Returns the error, unless the server was just listening already.
    pub const fn error(&self) -> Option<&Error> {
        match self {
            Self::AlreadyListening => None,
            Self::Failed(error) => Some(error),
        }
    }

    /// Returns the kind of the error, unless the server was just listening already.
    pub fn kind(&self) -> Option<ErrorKind> {
        self.error().map(Error::kind)
    }
}

impl From<ListenError> for io::Error {
    fn from(error: ListenError) -> Self {
        match error {
            ListenError::AlreadyListening => Self::new(io::ErrorKind::InvalidInput, error),
            ListenError::Failed(error) => error.into(),
        }
    }
}

/// Why a descriptor was not adopted; it holds the descriptor, with its number and flags as they were.
///
/// # Specification
///
/// FD-2, FD-3.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct AdoptError {
    descriptor: OwnedFd,
    error: ListenError,
}

impl AdoptError {
    /// Creates the error that gives `descriptor` back.
    pub const fn new(descriptor: OwnedFd, error: ListenError) -> Self {
        Self { descriptor, error }
    }

    /// Returns why.
    pub const fn error(&self) -> &ListenError {
        &self.error
    }

    /// Returns the descriptor, and why it was not adopted.
    pub fn into_parts(self) -> (OwnedFd, ListenError) {
        (self.descriptor, self.error)
    }
}

impl From<AdoptError> for io::Error {
    fn from(error: AdoptError) -> Self {
        error.error.into()
    }
}

/// Why there is no connection to hand out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// The server does not listen, or has finished draining.
    #[error("the server does not listen")]
    NotListening,
    /// A wake handle ended the wait.
    #[error("the wait for a connection was ended by a wake handle")]
    Woken,
    /// The listener became unusable, and the server has closed.
    #[error(transparent)]
    Lost(#[from] Error),
}

impl From<AcceptError> for io::Error {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::NotListening => Self::new(io::ErrorKind::NotConnected, error),
            AcceptError::Woken => Self::new(io::ErrorKind::Interrupted, error),
            AcceptError::Lost(error) => error.into(),
        }
    }
}
