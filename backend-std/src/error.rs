use std::error::Error as StdError;
use std::ffi::{OsStr, OsString};
use std::{fmt, io, result};

use anteroom_core::{ErrorKind, Failure, Operation, ServerName, describe_attempt};

use crate::cause::Cause;
use crate::names::{os_str, os_string};
use crate::sys::{Descriptor, NamedFailure};

/// A result whose error is an [`Error`].
pub type Result<T> = result::Result<T, Error>;

/// A failed operation: what was attempted on which name, and why it failed.
///
/// [`Display`](fmt::Display) prints the operation, and [`source`](StdError::source) returns the
/// [`Cause`]. The alternate form `{error:#}` and [`Debug`](fmt::Debug) print both in one line, as
/// `error_string` of a server does. The same holds for [`ListenError`], [`AcceptError`] and
/// [`AdoptError`]. The wording may change: match on the [`kind`](Self::kind).
///
/// # Examples
///
/// ```
/// # use anteroom_core::{Failure, ServerName};
/// use anteroom::{Error, ErrorKind, Operation};
/// use std::error::Error as _;
///
/// # let failure = Failure::new(Operation::Connect, ErrorKind::NotFound).with_code(2);
/// # let connect = |name| Err::<(), _>(Error::new(failure, Some(ServerName::from(name)), None));
/// let error = connect("editor").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// assert_eq!(error.to_string(), r#"cannot connect to "editor""#);
/// assert_eq!(
///     error.source().unwrap().to_string(),
///     "there is nothing of that name; is the server running? (os error 2)"
/// );
/// assert_eq!(format!("{error:#}"), format!("{error}: {}", error.source().unwrap()));
/// ```
///
/// ## As an error of `std::io`
///
/// Every error of this crate converts into an [`io::Error`] of the nearest kind, which contains the
/// original. Its [`raw_os_error`](io::Error::raw_os_error) is `None`, as always with a custom
/// error; the original has the code:
///
/// ```
/// # use anteroom_core::{Failure, ServerName};
/// # use anteroom::{ErrorKind, Operation};
/// use anteroom::Error;
/// use std::io;
///
/// # let failure = Failure::new(Operation::Connect, ErrorKind::NotFound).with_code(2);
/// # let connect = |name| Err::<(), _>(Error::new(failure, Some(ServerName::from(name)), None));
/// let error = io::Error::from(connect("editor").unwrap_err());
/// assert_eq!(error.kind(), io::ErrorKind::NotFound);
/// assert_eq!(error.raw_os_error(), None);
///
/// let original: &Error = error.get_ref().unwrap().downcast_ref().unwrap();
/// assert_eq!(original.raw_os_error(), Some(2));
/// ```
//= SRV-5, ERR-1, ERR-3, ERR-6
#[derive(Clone)]
pub struct Error {
    cause: Cause,
    name: Option<ServerName>,
    full_name: Option<ServerName>,
}

impl Error {
    /// Creates an error from a failure and its names.
    pub const fn new(
        failure: Failure,
        name: Option<ServerName>,
        full_name: Option<ServerName>,
    ) -> Self {
        Self {
            cause: Cause::new(failure),
            name,
            full_name,
        }
    }

    /// Creates an error from a failure of the platform layer.
    pub fn named(name: ServerName, error: NamedFailure) -> Self {
        Self::new(error.failure, Some(name), error.full_name)
    }

    /// Returns the kind of the error.
    pub const fn kind(&self) -> ErrorKind {
        self.cause.kind()
    }

    /// Returns the operation that failed.
    pub const fn operation(&self) -> Operation {
        self.failure().operation()
    }

    /// Returns the failure as a small value.
    pub const fn failure(&self) -> Failure {
        self.cause.failure()
    }

    /// Returns the name that the application passed.
    pub fn name(&self) -> Option<&OsStr> {
        self.name.as_ref().map(os_str)
    }

    /// Returns the full name: a path or an abstract name.
    pub fn full_name(&self) -> Option<OsString> {
        self.full_name.as_ref().map(os_string)
    }

    /// Returns the error code of the operating system, if there is one.
    pub const fn raw_os_error(&self) -> Option<i32> {
        self.cause.raw_os_error()
    }

    fn io_kind(&self) -> io::ErrorKind {
        self.cause.io_kind()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, full_name) = (self.name.as_ref(), self.full_name.as_ref());
        f.write_str(&describe_attempt(self.operation(), name, full_name))?;
        if f.alternate() {
            write!(f, ": {}", self.cause)?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.cause)
    }
}

/// The error of `listen`.
///
/// For its texts and conversions see [`Error`].
//= LIS-2, LIS-3
#[derive(Clone)]
#[non_exhaustive]
pub enum ListenError {
    /// The server listens or drains already. Nothing changed, and the last error stays.
    AlreadyListening,
    /// The operation failed.
    Failed(Error),
}

impl ListenError {
    /// Returns the error, unless the server listens already.
    pub const fn error(&self) -> Option<&Error> {
        match self {
            Self::AlreadyListening => None,
            Self::Failed(error) => Some(error),
        }
    }

    /// Returns the kind of the error, unless the server listens already.
    pub fn kind(&self) -> Option<ErrorKind> {
        self.error().map(Error::kind)
    }

    /// Returns the error code of the operating system, if there is one.
    pub fn raw_os_error(&self) -> Option<i32> {
        self.error().and_then(Error::raw_os_error)
    }

    fn io_kind(&self) -> io::ErrorKind {
        self.error()
            .map_or(io::ErrorKind::InvalidInput, Error::io_kind)
    }
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyListening => {
                f.write_str("the server is already listening, or still drains; close it first")
            }
            Self::Failed(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl StdError for ListenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error().and_then(StdError::source)
    }
}

impl From<Error> for ListenError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The error of adopting a descriptor. It contains the descriptor, with its number and flags
/// unchanged.
///
/// For its texts and conversions see [`Error`]. An [`io::Error`] converted from it contains the
/// descriptor, too.
///
/// # Examples
///
/// ```
/// use anteroom::{AdoptError, ListenError};
/// use std::io;
/// use std::os::fd::OwnedFd;
/// use std::os::unix::net::UnixDatagram;
///
/// # let adopt = |fd: OwnedFd| Err::<(), _>(AdoptError::new(fd, ListenError::AlreadyListening));
/// # fn take_back(error: io::Error) -> Option<OwnedFd> {
/// let error: AdoptError = *error.into_inner()?.downcast().ok()?;
/// let (descriptor, why) = error.into_parts();
/// # let _ = why;
/// # Some(descriptor)
/// # }
/// # let error = adopt(UnixDatagram::unbound()?.into()).unwrap_err();
/// # assert!(take_back(error.into()).is_some());
/// # Ok::<(), io::Error>(())
/// ```
//= FD-2, FD-3
pub struct AdoptError {
    descriptor: Descriptor,
    error: ListenError,
}

impl AdoptError {
    /// Creates an error that contains `descriptor`.
    pub const fn new(descriptor: Descriptor, error: ListenError) -> Self {
        Self { descriptor, error }
    }

    /// Returns the cause.
    pub const fn error(&self) -> &ListenError {
        &self.error
    }

    /// Returns the kind of the error, unless the server listens already.
    pub fn kind(&self) -> Option<ErrorKind> {
        self.error.kind()
    }

    /// Returns the error code of the operating system, if there is one.
    pub fn raw_os_error(&self) -> Option<i32> {
        self.error.raw_os_error()
    }

    /// Returns the descriptor and the cause.
    pub fn into_parts(self) -> (Descriptor, ListenError) {
        (self.descriptor, self.error)
    }

    fn io_kind(&self) -> io::ErrorKind {
        self.error.io_kind()
    }
}

impl fmt::Display for AdoptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl StdError for AdoptError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

/// The error of `accept`.
///
/// For its texts and conversions see [`Error`].
#[derive(Clone)]
#[non_exhaustive]
pub enum AcceptError {
    /// The server does not listen, or has finished draining.
    NotListening,
    /// A wake handle ended the wait.
    Woken,
    /// The listener failed, and the server has closed.
    Lost(Error),
}

impl AcceptError {
    /// Returns the error that closed the server, if there is one.
    pub const fn error(&self) -> Option<&Error> {
        match self {
            Self::NotListening | Self::Woken => None,
            Self::Lost(error) => Some(error),
        }
    }

    /// Returns the kind of the error that closed the server, if there is one.
    pub fn kind(&self) -> Option<ErrorKind> {
        self.error().map(Error::kind)
    }

    /// Returns the error code of the operating system, if there is one.
    pub fn raw_os_error(&self) -> Option<i32> {
        self.error().and_then(Error::raw_os_error)
    }

    fn io_kind(&self) -> io::ErrorKind {
        match self {
            Self::NotListening => io::ErrorKind::NotConnected,
            Self::Woken => io::ErrorKind::Interrupted,
            Self::Lost(error) => error.io_kind(),
        }
    }
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotListening => f.write_str("the server does not listen"),
            Self::Woken => f.write_str("the wait for a connection was ended by a wake handle"),
            Self::Lost(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl StdError for AcceptError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error().and_then(StdError::source)
    }
}

impl From<Error> for AcceptError {
    fn from(error: Error) -> Self {
        Self::Lost(error)
    }
}

macro_rules! as_other_errors {
    ($($error:ident),+) => {$(
        /// Prints the whole text, since `main` and `unwrap` use this form.
        impl fmt::Debug for $error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self:#}")
            }
        }

        impl From<$error> for io::Error {
            fn from(error: $error) -> Self {
                Self::new(error.io_kind(), error)
            }
        }
    )+};
}

as_other_errors!(Error, Cause, ListenError, AdoptError, AcceptError);
