use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::task::{Context, Poll};

use crate::PeerIdentity;

/// A socket that could not be registered with its runtime, and why.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what was handed in comes back")]
pub struct NotRegistered<S> {
    /// The socket, as it was.
    pub socket: S,
    /// What the runtime reports, or that there is no descriptor for the attempt.
    pub error: io::Error,
}

impl<S> NotRegistered<S> {
    /// Gives back another socket, made of this one.
    pub fn map<T>(self, make: impl FnOnce(S) -> T) -> NotRegistered<T> {
        NotRegistered {
            socket: make(self.socket),
            error: self.error,
        }
    }
}

impl<S> fmt::Display for NotRegistered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot register the socket with its runtime")
    }
}

impl<S: fmt::Debug> StdError for NotRegistered<S> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}

impl<S> From<NotRegistered<S>> for io::Error {
    fn from(error: NotRegistered<S>) -> Self {
        error.error
    }
}

/// A connected socket that tells who is at the other end.
pub trait PeerSocket {
    /// Returns who is at the other end.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    fn peer_identity(&self) -> io::Result<PeerIdentity>;
}

/// Reading and writing, the same for the sockets of all runtimes.
///
/// The sockets implement the traits of their runtime, too. This one is for code that is generic
/// over the runtime.
pub trait AsyncSocket {
    /// Reads into `buffer`; zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// What the operating system reports, or that the runtime cannot wait for the socket.
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>;

    /// Writes some of the bytes.
    ///
    /// # Errors
    ///
    /// As [`poll_read`](Self::poll_read).
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Ends the writing direction.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}
