mod halves;
mod io;
mod readiness;

use std::ffi::{OsStr, OsString};
use std::io as std_io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream as StdStream;

use anteroom_std::{
    LateSocket, NotConverted, PeerIdentity, PeerSocket, Permit, Result, full_server_name_of,
    server_name_of, sys,
};
use tokio::net::UnixStream;

pub use halves::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};

use crate::{ConnectOptions, Tokio};

/// A connected local socket: one that a server hands out, or one that a client made.
///
/// It is registered with its runtime when it first has to wait, which saves several system calls for
/// clients that have sent their request already. Once it is registered it is tokio's [`UnixStream`]:
/// see [`into_inner`](Self::into_inner), [`split`](Self::split) and [`as_native`](Self::as_native).
/// A socket of a server is registered in the runtime of the server, wherever it is used. If that
/// fails, the read or write does, and so do all after it.
///
/// Shutting it down, as by tokio's `AsyncWriteExt::shutdown`, ends the writing direction only: the
/// peer reads the end of the data, and can still answer.
///
/// # Examples
///
/// ```
/// use anteroom::tokio::{LocalServer, LocalSocket};
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("upper");
/// let mut server = LocalServer::bind(&name)?;
/// let mut client = LocalSocket::connect(&name).await?;
/// client.write_all(b"all of it").await?;
/// client.shutdown().await?;
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
/// # }
/// ```
#[doc(alias = "QLocalSocket")]
#[derive(Debug)]
pub struct LocalSocket(LateSocket<Tokio>);

impl LocalSocket {
    pub(crate) const fn new(socket: StdStream, runtime: Tokio, permit: Permit) -> Self {
        Self(LateSocket::new(socket, runtime, permit))
    }

    /// Connects to the server at `name`, by the same names that servers listen on.
    ///
    /// A server whose queue is full makes this wait for as long as it takes, with a growing delay
    /// between attempts. For a limit, or for abstract names, see [`ConnectOptions`].
    ///
    /// # Errors
    ///
    /// As [`ConnectOptions::connect`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::ErrorKind;
    /// use anteroom::tokio::{LocalServer, LocalSocket};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let error = LocalSocket::connect(&name).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound); // there is no such server
    ///
    /// let server = LocalServer::bind(&name)?;
    /// let socket = LocalSocket::connect(&name).await?; // nobody need accept it for that
    /// assert_eq!(socket.full_server_name()?.as_deref(), server.full_server_name());
    /// # Ok(())
    /// # }
    /// ```
    //= CON-1, CON-2, CON-3
    #[doc(alias = "QLocalSocket::connectToServer")]
    pub async fn connect(name: impl AsRef<OsStr>) -> Result<Self> {
        ConnectOptions::new().connect(name).await
    }

    /// Creates a pair of sockets that are connected to each other, in the current runtime.
    ///
    /// # Errors
    ///
    /// What the operating system reports; descriptors may have run out. The kind is
    /// [`Unsupported`](std_io::ErrorKind::Unsupported) outside of a runtime.
    pub fn pair() -> std_io::Result<(Self, Self)> {
        let (one, other) = LateSocket::pair(&Tokio::default())?;
        Ok((Self(one), Self(other)))
    }

    /// Returns who is at the other end.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    ///
    /// # Platform-specific behavior
    ///
    /// The process id is missing where the system does not tell it, and on Linux when the
    /// peer lives in another namespace. It is that of the process which connected or began
    /// to listen; the socket may have been handed on since.
    pub fn peer_identity(&self) -> std_io::Result<PeerIdentity> {
        sys::peer_identity(self.descriptor()?)
    }

    /// Returns the name of the server, without its directory; a pair has none.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[doc(alias = "QLocalSocket::serverName")]
    pub fn server_name(&self) -> std_io::Result<Option<OsString>> {
        server_name_of(self.descriptor()?)
    }

    /// Returns the complete path, or abstract name, of the server; a pair has none.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[doc(alias = "QLocalSocket::fullServerName")]
    pub fn full_server_name(&self) -> std_io::Result<Option<OsString>> {
        full_server_name_of(self.descriptor()?)
    }

    /// Returns the descriptor, which the socket goes on owning.
    ///
    /// Its number changes if the socket is registered by `as_native`, `split` or `into_inner`.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with its runtime when it first had to wait, and was closed.
    pub fn descriptor(&self) -> std_io::Result<BorrowedFd<'_>> {
        self.0.descriptor()
    }

    /// Returns tokio's socket.
    ///
    /// It does not count in `max_connections` of the server any more.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with its runtime; the error gives it back.
    pub fn into_inner(self) -> std::result::Result<UnixStream, NotConverted<Self>> {
        let native = self.0.into_native().map_err(|error| error.map(Self));
        native.map(|(socket, _)| socket)
    }

    /// Returns tokio's socket, to be used by what only that can do.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with its runtime; it is left as it was.
    pub fn as_native(&mut self) -> std_io::Result<&mut UnixStream> {
        self.0.as_native()
    }
}

impl PeerSocket for LocalSocket {
    fn descriptor(&self) -> std_io::Result<BorrowedFd<'_>> {
        self.0.descriptor()
    }
}

impl From<UnixStream> for LocalSocket {
    fn from(native: UnixStream) -> Self {
        Self(LateSocket::from_native(native, Permit::default()))
    }
}

/// Takes a connected socket of the standard library, by the rules for an [`OwnedFd`].
impl TryFrom<StdStream> for LocalSocket {
    type Error = NotConverted<StdStream>;

    fn try_from(socket: StdStream) -> std::result::Result<Self, NotConverted<StdStream>> {
        LateSocket::adopt(socket, &Tokio::default()).map(Self)
    }
}

/// Takes a connected socket, such as a connection that a service manager has accepted.
///
/// It belongs to the current runtime, and is set non-blocking and close-on-exec. `O_NONBLOCK`
/// belongs to all who share the socket: other processes that have it will not block either.
///
/// # Errors
///
/// Returns the descriptor with its number and its flags as they were: it is not a local stream
/// socket that is connected, or this is outside of a runtime.
///
/// # Platform-specific behavior
///
/// Only Linux still regards a socket as connected whose peer has left.
///
/// # Examples
///
/// ```
/// use anteroom::tokio::LocalSocket;
/// use std::os::fd::OwnedFd;
/// use std::os::unix::net::UnixListener;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// let descriptor = OwnedFd::from(UnixListener::bind(directory.path().join("editor"))?);
/// let error = LocalSocket::try_from(descriptor).unwrap_err();
/// assert!(error.error.to_string().starts_with("the socket is not connected"));
/// let listener = UnixListener::from(error.socket); // it blocks as before
/// # drop(listener);
/// # Ok(())
/// # }
/// ```
impl TryFrom<OwnedFd> for LocalSocket {
    type Error = NotConverted<OwnedFd>;

    fn try_from(descriptor: OwnedFd) -> std::result::Result<Self, NotConverted<OwnedFd>> {
        LateSocket::adopt(descriptor, &Tokio::default()).map(Self)
    }
}

impl TryFrom<LocalSocket> for UnixStream {
    type Error = NotConverted<LocalSocket>;

    fn try_from(socket: LocalSocket) -> std::result::Result<Self, NotConverted<LocalSocket>> {
        socket.into_inner()
    }
}
