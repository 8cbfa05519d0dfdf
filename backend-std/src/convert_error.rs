use std::error::Error as StdError;
use std::{fmt, io};

/// A failed conversion, which returns the original value.
///
/// It converts into an [`io::Error`] for `?`, which closes the original value.
///
/// # Examples
///
/// ```
/// use anteroom::blocking::LocalSocket;
/// use std::os::fd::OwnedFd;
/// use std::os::unix::net::UnixDatagram;
///
/// let descriptor = OwnedFd::from(UnixDatagram::unbound()?);
/// let error = LocalSocket::try_from(descriptor).unwrap_err();
/// assert_eq!(error.error.to_string(), "the descriptor is not a stream socket");
/// let datagrams = UnixDatagram::from(error.socket);
/// # drop(datagrams);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what was handed in comes back")]
pub struct ConvertError<S> {
    /// The original value, unchanged.
    pub socket: S,
    /// The cause.
    pub error: io::Error,
}

impl<S> ConvertError<S> {
    /// Converts the original value.
    pub fn map<T>(self, make: impl FnOnce(S) -> T) -> ConvertError<T> {
        ConvertError {
            socket: make(self.socket),
            error: self.error,
        }
    }
}

impl<S> fmt::Display for ConvertError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot convert the socket")
    }
}

impl<S: fmt::Debug> StdError for ConvertError<S> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}

impl<S> From<ConvertError<S>> for io::Error {
    fn from(error: ConvertError<S>) -> Self {
        error.error
    }
}
