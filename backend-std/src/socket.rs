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

/// A connected socket with the credentials of its peer.
pub trait PeerSocket {
    /// Returns the descriptor.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket was closed because it could not register with its runtime.
    #[cfg(unix)]
    fn descriptor(&self) -> Result<BorrowedFd<'_>>;

    /// Returns the credentials of the peer.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[cfg(unix)]
    fn peer_identity(&self) -> Result<PeerIdentity> {
        sys::peer_identity(self.descriptor()?)
    }

    /// Returns the credentials of the peer.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[cfg(not(unix))]
    fn peer_identity(&self) -> Result<PeerIdentity>;

    /// Returns the name of the server without its directory, or `None` for a pair.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[cfg(unix)]
    fn server_name(&self) -> Result<Option<OsString>> {
        server_name_of(self.descriptor()?)
    }

    /// Returns the full path or abstract name of the server, or `None` for a pair.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[cfg(unix)]
    fn full_server_name(&self) -> Result<Option<OsString>> {
        full_server_name_of(self.descriptor()?)
    }
}

/// Reading and writing on the sockets of all asynchronous runtimes.
///
/// Sockets also implement the traits of their runtime. This trait is for code that is generic over
/// the runtime.
///
/// # Examples
///
/// Echo all data:
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
    /// Reads into `buffer`. Zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system, or an error if the runtime cannot wait for the
    /// socket.
    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize>>;

    /// Writes some of the bytes.
    ///
    /// # Errors
    ///
    /// See [`poll_read`](Self::poll_read).
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>>;

    /// Ends the writing direction.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<Result<()>>;

    /// Reads into `buffer`. Zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// See [`poll_read`](Self::poll_read).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    fn read<'a>(&'a mut self, buffer: &'a mut [u8]) -> ReadFuture<'a, Self> {
        ReadFuture::new(self, buffer)
    }

    /// Writes all of the bytes.
    ///
    /// # Errors
    ///
    /// See [`poll_write`](Self::poll_write).
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: if the future is dropped, some of the bytes may have been written.
    fn write_all<'a>(&'a mut self, bytes: &'a [u8]) -> WriteAllFuture<'a, Self> {
        WriteAllFuture::new(self, bytes)
    }
}
