mod futures;

#[cfg(unix)]
use std::ffi::OsString;
use std::io::Result;
#[cfg(unix)]
use std::os::fd::BorrowedFd;
use std::task::{Context, Poll};

pub use futures::{ReadFuture, WriteAllFuture};

use crate::PeerIdentity;
#[cfg(unix)]
use crate::{full_server_name_of, server_name_of, sys};

/// A connected socket that tells who is at the other end.
pub trait PeerSocket {
    /// Returns the descriptor, which the socket goes on owning.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with its runtime when it first had to wait, and was closed.
    #[cfg(unix)]
    fn descriptor(&self) -> Result<BorrowedFd<'_>>;

    /// Returns who is at the other end.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[cfg(unix)]
    fn peer_identity(&self) -> Result<PeerIdentity> {
        sys::peer_identity(self.descriptor()?)
    }

    /// Returns who is at the other end.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[cfg(not(unix))]
    fn peer_identity(&self) -> Result<PeerIdentity>;

    /// Returns the name of the server, without its directory; a pair has none.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[cfg(unix)]
    fn server_name(&self) -> Result<Option<OsString>> {
        server_name_of(self.descriptor()?)
    }

    /// Returns the complete path, or abstract name, of the server; a pair has none.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[cfg(unix)]
    fn full_server_name(&self) -> Result<Option<OsString>> {
        full_server_name_of(self.descriptor()?)
    }
}

/// Reading and writing, the same for the sockets of all runtimes.
///
/// The sockets implement the traits of their runtime, too. This one is for code that is generic
/// over the runtime.
///
/// # Examples
///
/// Sends back what comes, to the end:
///
/// ```
/// use anteroom::generic::AsyncSocket;
/// use std::io;
///
/// async fn echo<S: AsyncSocket>(socket: &mut S) -> io::Result<()> {
///     let mut buffer = [0; 4096];
///     loop {
///         match socket.read(&mut buffer).await? {
///             0 => return Ok(()),
///             length => socket.write_all(&buffer[..length]).await?,
///         }
///     }
/// }
/// # let _ = echo::<anteroom::tokio::LocalSocket>;
/// ```
pub trait AsyncSocket: PeerSocket {
    /// Reads into `buffer`; zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// What the operating system reports, or that the runtime cannot wait for the socket.
    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize>>;

    /// Writes some of the bytes.
    ///
    /// # Errors
    ///
    /// As [`poll_read`](Self::poll_read).
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>>;

    /// Ends the writing direction.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<Result<()>>;

    /// Reads into `buffer`; zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// As [`poll_read`](Self::poll_read).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> ReadFuture<'a, Self> {
        ReadFuture::new(self, buffer)
    }

    /// Writes all of the bytes.
    ///
    /// # Errors
    ///
    /// As [`poll_write`](Self::poll_write).
    ///
    /// # Cancel safety
    ///
    /// Some of the bytes may have been written when the future is dropped.
    fn write_all<'a>(&'a mut self, bytes: &'a [u8]) -> WriteAllFuture<'a, Self> {
        WriteAllFuture::new(self, bytes)
    }
}
