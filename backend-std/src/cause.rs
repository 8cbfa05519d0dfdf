use std::error::Error as StdError;
use std::{fmt, io};

use anteroom_core::{ErrorKind, Failure, describe_cause};

/// The cause of a failed operation: the [`source`](StdError::source) of the other errors.
///
/// [`Display`](fmt::Display) prints the cause, advice, and the code of the operating system. It has
/// no source.
///
/// # Examples
///
/// ```
/// use anteroom::{remove_server, Cause, ErrorKind};
/// use std::error::Error as _;
///
/// let error = remove_server("run/editor").unwrap_err();
/// let cause: &Cause = error.source().unwrap().downcast_ref().unwrap();
/// assert_eq!(cause.kind(), ErrorKind::Name);
/// assert!(cause.to_string().starts_with("the name is a relative path; "));
/// ```
//= ERR-6
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cause(Failure);

impl Cause {
    /// Creates a cause from a failure.
    pub const fn new(failure: Failure) -> Self {
        Self(failure)
    }

    /// Returns the kind of the error.
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind()
    }

    /// Returns the failure as a small value.
    pub const fn failure(&self) -> Failure {
        self.0
    }

    /// Returns the error code of the operating system, if there is one.
    pub const fn raw_os_error(&self) -> Option<i32> {
        self.0.code()
    }

    /// Returns the nearest kind, or the kind of the error code.
    pub(crate) fn io_kind(&self) -> io::ErrorKind {
        match self.kind() {
            ErrorKind::Access => io::ErrorKind::PermissionDenied,
            ErrorKind::AddressInUse => io::ErrorKind::AddrInUse,
            ErrorKind::NotFound => io::ErrorKind::NotFound,
            ErrorKind::Name | ErrorKind::WrongObject => io::ErrorKind::InvalidInput,
            ErrorKind::Refused => io::ErrorKind::ConnectionRefused,
            ErrorKind::TimedOut => io::ErrorKind::TimedOut,
            ErrorKind::Unsupported => io::ErrorKind::Unsupported,
            _ => self.raw_os_error().map_or(io::ErrorKind::Other, |code| {
                io::Error::from_raw_os_error(code).kind()
            }),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.raw_os_error().map(words);
        f.write_str(&describe_cause(self.0, words.as_deref()))
    }
}

impl StdError for Cause {}

/// Returns the operating system's text for the code, without the number.
fn words(code: i32) -> String {
    let text = io::Error::from_raw_os_error(code).to_string();
    match text.rsplit_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}
