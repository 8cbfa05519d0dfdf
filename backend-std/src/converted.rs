use std::error::Error as StdError;
use std::{fmt, io};

/// What could not be converted, and why: it gives back what was handed in.
///
/// It converts into an [`io::Error`], so that `?` works in functions that return one. What was handed
/// in is closed then.
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
pub struct NotConverted<S> {
    /// What was handed in, as it was.
    pub socket: S,
    /// Why it could not be converted.
    pub error: io::Error,
}

impl<S> NotConverted<S> {
    /// Gives back another socket, made of this one.
    pub fn map<T>(self, make: impl FnOnce(S) -> T) -> NotConverted<T> {
        NotConverted {
            socket: make(self.socket),
            error: self.error,
        }
    }
}

impl<S> fmt::Display for NotConverted<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot convert the socket")
    }
}

impl<S: fmt::Debug> StdError for NotConverted<S> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}

impl<S> From<NotConverted<S>> for io::Error {
    fn from(error: NotConverted<S>) -> Self {
        error.error
    }
}
