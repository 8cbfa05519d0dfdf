mod halves;
mod io;
mod readiness;

use std::ffi::{OsStr, OsString};
use std::io as std_io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use anteroom_std::{
    ConvertError, LazySocket, PeerIdentity, PeerSocket, Permit, Result, full_server_name_of,
    server_name_of, sys,
};
use async_io::Async;

pub use halves::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};

use crate::{AsyncIo, ConnectOptions};

/// A connected local socket, of a server or of a client.
///
/// It registers with the reactor when it first has to wait. This saves several system calls for
/// clients that have already sent their request. A registered socket is an
/// [`Async<UnixStream>`](Async) of async-io, which can be read from and written to through a shared
/// reference: see [`as_native`](Self::as_native), [`into_inner`](Self::into_inner) and
/// [`split`](Self::split). If registering fails, the read or write returns the error, and so do all
/// later ones.
///
/// `AsyncWriteExt::close` ends the writing direction only: the peer reads the end of the data, and
/// can still answer. Dropping the socket ends both directions.
///
/// # Examples
///
/// ```
/// use anteroom::smol::{LocalServer, LocalSocket};
/// use futures_lite::{AsyncReadExt, AsyncWriteExt};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("upper");
/// # async_io::block_on(async {
/// let mut server = LocalServer::bind(&name)?;
/// let mut client = LocalSocket::connect(&name).await?;
/// client.write_all(b"all of it").await?;
/// client.close().await?;
///
/// let mut socket = server.accept().await?;
/// let mut text = String::new();
/// socket.read_to_string(&mut text).await?;
/// socket.write_all(text.to_uppercase().as_bytes()).await?;
/// drop(socket);
///
/// let mut answer = String::new();
/// client.read_to_string(&mut answer).await?;
/// assert_eq!(answer, "ALL OF IT");
/// # Ok(())
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "QLocalSocket")]
#[derive(Debug)]
pub struct LocalSocket(LazySocket<AsyncIo>);

impl LocalSocket {
    pub(crate) const fn new(socket: UnixStream, runtime: AsyncIo, permit: Permit) -> Self {
        Self(LazySocket::new(socket, runtime, permit))
    }

    /// Connects to the server at `name`.
    ///
    /// If the server's backlog is full, this waits without a limit, with a growing delay between
    /// attempts. For a timeout, or for abstract names, use [`ConnectOptions`].
    ///
    /// # Errors
    ///
    /// See [`ConnectOptions::connect`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::ErrorKind;
    /// use anteroom::smol::{LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// # async_io::block_on(async {
    /// let error = LocalSocket::connect(&name).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound); // there is no such server
    ///
    /// let server = LocalServer::bind(&name)?;
    /// let socket = LocalSocket::connect(&name).await?; // before the server accepts it
    /// assert_eq!(socket.full_server_name()?.as_deref(), server.full_server_name());
    /// # Ok(())
    /// # })
    /// # .map_err(|error: Box<dyn std::error::Error>| error)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    //= CON-1, CON-2, CON-3
    #[doc(alias = "QLocalSocket::connectToServer")]
    pub async fn connect(name: impl AsRef<OsStr>) -> Result<Self> {
        ConnectOptions::new().connect(name).await
    }

    /// Creates a pair of connected sockets.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system, for example if descriptors have run out.
    pub fn pair() -> std_io::Result<(Self, Self)> {
        let (one, other) = LazySocket::pair(&AsyncIo)?;
        Ok((Self(one), Self(other)))
    }

    /// Returns the credentials of the peer.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    ///
    /// # Platform-specific behavior
    ///
    /// The process id is that of the process that connected or called `listen`; another process may
    /// have the socket now. It is missing where the operating system does not report it, and on
    /// Linux if the peer is in another PID namespace.
    pub fn peer_identity(&self) -> std_io::Result<PeerIdentity> {
        sys::peer_identity(self.descriptor()?)
    }

    /// Returns the name of the server without its directory, or `None` for a pair.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[doc(alias = "QLocalSocket::serverName")]
    pub fn server_name(&self) -> std_io::Result<Option<OsString>> {
        server_name_of(self.descriptor()?)
    }

    /// Returns the full path or abstract name of the server, or `None` for a pair.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[doc(alias = "QLocalSocket::fullServerName")]
    pub fn full_server_name(&self) -> std_io::Result<Option<OsString>> {
        full_server_name_of(self.descriptor()?)
    }

    /// Returns the descriptor.
    ///
    /// Its number changes when `as_native`, `split` or `into_inner` registers the socket.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket was closed because it could not register with its runtime.
    pub fn descriptor(&self) -> std_io::Result<BorrowedFd<'_>> {
        self.0.descriptor()
    }

    /// Converts the socket into async-io's.
    ///
    /// The connection no longer counts in `max_connections` of the server.
    ///
    /// # Errors
    ///
    /// Returns the socket in the error if it cannot register with its runtime.
    pub fn into_inner(self) -> std::result::Result<Async<UnixStream>, ConvertError<Self>> {
        let native = self.0.into_native().map_err(|error| error.map(Self));
        native.map(|(socket, _)| socket)
    }

    /// Returns a mutable reference to async-io's socket.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket cannot register with its runtime. The socket is unchanged.
    pub fn as_native(&mut self) -> std_io::Result<&mut Async<UnixStream>> {
        self.0.as_native()
    }
}

impl PeerSocket for LocalSocket {
    fn descriptor(&self) -> std_io::Result<BorrowedFd<'_>> {
        self.0.descriptor()
    }
}

impl From<Async<UnixStream>> for LocalSocket {
    fn from(native: Async<UnixStream>) -> Self {
        Self(LazySocket::from_native(native, Permit::default()))
    }
}

/// Converts a connected socket of the standard library, by the rules for an [`OwnedFd`].
impl TryFrom<UnixStream> for LocalSocket {
    type Error = ConvertError<UnixStream>;

    fn try_from(socket: UnixStream) -> std::result::Result<Self, ConvertError<UnixStream>> {
        LazySocket::adopt(socket, &AsyncIo).map(Self)
    }
}

/// Converts a connected socket, such as a connection that a service manager has accepted.
///
/// It is set non-blocking and close-on-exec. `O_NONBLOCK` belongs to all who share the socket: other
/// processes that have it will not block either.
///
/// # Errors
///
/// Returns the descriptor with its number and its flags as they were: it is not a local stream
/// socket that is connected, or async-io's reactor cannot start.
///
/// # Platform-specific behavior
///
/// Only Linux accepts a socket whose peer has closed its end.
///
/// # Examples
///
/// ```
/// use anteroom::smol::LocalSocket;
/// use std::os::fd::OwnedFd;
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// let descriptor = OwnedFd::from(UnixListener::bind(directory.path().join("editor"))?);
/// let error = LocalSocket::try_from(descriptor).unwrap_err();
/// assert!(error.error.to_string().starts_with("the socket is not connected"));
/// let listener = UnixListener::from(error.socket); // it blocks as before
/// # drop(listener);
/// # Ok::<(), std::io::Error>(())
/// ```
impl TryFrom<OwnedFd> for LocalSocket {
    type Error = ConvertError<OwnedFd>;

    fn try_from(descriptor: OwnedFd) -> std::result::Result<Self, ConvertError<OwnedFd>> {
        LazySocket::adopt(descriptor, &AsyncIo).map(Self)
    }
}

impl TryFrom<LocalSocket> for Async<UnixStream> {
    type Error = ConvertError<LocalSocket>;

    fn try_from(socket: LocalSocket) -> std::result::Result<Self, ConvertError<LocalSocket>> {
        socket.into_inner()
    }
}
