use std::ffi::{OsStr, OsString};
use std::io as std_io;
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anteroom_core::Timeout;

use super::ConnectOptions;
use crate::sys::{self, PeerIdentity};
use crate::{Cause, ConvertError, PeerSocket, Permit, Result, full_server_name_of, server_name_of};

/// A connected local socket, of a server or of a client.
///
/// It wraps a [`UnixStream`]: convert it with [`into_inner`](Self::into_inner) and [`From`]. Like a
/// [`UnixStream`], it can be read from and written to through a shared reference, by several
/// threads at once.
///
/// # Examples
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
/// use std::io::{Read, Write};
/// use std::net::Shutdown;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("upper");
/// let mut server = LocalServer::bind(&name)?;
/// let mut client = LocalSocket::connect(&name)?;
/// client.write_all(b"all of it")?;
/// client.shutdown(Shutdown::Write)?;
///
/// let mut socket = server.accept()?;
/// let mut text = String::new();
/// socket.read_to_string(&mut text)?;
/// socket.write_all(text.to_uppercase().as_bytes())?;
/// drop(socket);
///
/// let mut answer = String::new();
/// client.read_to_string(&mut answer)?;
/// assert_eq!(answer, "ALL OF IT");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "QLocalSocket")]
#[derive(Debug)]
pub struct LocalSocket(pub(super) UnixStream, pub(super) Permit);

impl LocalSocket {
    /// Connects to the server at `name`.
    ///
    /// If the server's backlog is full, this blocks without a limit. For a timeout use
    /// [`connect_timeout`](Self::connect_timeout), and for abstract names [`ConnectOptions`].
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound): no such socket exists; the server may not have
    /// started yet. [`Name`](crate::ErrorKind::Name): the name is invalid, as for
    /// [`listen`](crate::LocalServer::listen) of a server. [`Refused`](crate::ErrorKind::Refused):
    /// no server listens on the socket; the detail tells a crashed server from one that does not
    /// listen. [`WrongObject`](crate::ErrorKind::WrongObject): the file is not a socket.
    /// [`Access`](crate::ErrorKind::Access): the permissions deny access.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::ErrorKind;
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let error = LocalSocket::connect(&name).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound); // there is no such server
    ///
    /// let server = LocalServer::bind(&name)?;
    /// let socket = LocalSocket::connect(&name)?; // before the server accepts it
    /// assert_eq!(socket.full_server_name()?.as_deref(), server.full_server_name());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    //= CON-1, CON-2, CON-3
    #[doc(alias = "QLocalSocket::connectToServer")]
    pub fn connect(name: impl AsRef<OsStr>) -> Result<Self> {
        ConnectOptions::new().connect(name)
    }

    /// Connects to the server at `name`, with a timeout for a full backlog.
    ///
    /// A timeout of zero tries once.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](crate::ErrorKind::TimedOut): the backlog was full until the timeout. Otherwise
    /// see [`connect`](Self::connect).
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    /// use std::time::Duration;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// let _socket = LocalSocket::connect_timeout(&name, Duration::from_secs(1))?;
    /// assert!(server.accept().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    //= CON-3
    pub fn connect_timeout(name: impl AsRef<OsStr>, timeout: impl Into<Timeout>) -> Result<Self> {
        ConnectOptions::new().timeout(timeout).connect(name)
    }

    /// Creates a pair of connected sockets.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system, for example if descriptors have run out.
    pub fn pair() -> std_io::Result<(Self, Self)> {
        let (one, other) = UnixStream::pair()?;
        Ok((one.into(), other.into()))
    }

    /// Returns a second handle to the same socket.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system, for example if descriptors have run out.
    pub fn try_clone(&self) -> std_io::Result<Self> {
        Ok(Self(self.0.try_clone()?, self.1.clone()))
    }

    /// Shuts down one direction or both. After [`Shutdown::Write`] the peer reads the end of the
    /// data.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    //= SOCK-2
    pub fn shutdown(&self, how: Shutdown) -> std_io::Result<()> {
        self.0.shutdown(how)
    }

    /// Sets the timeout of reads. `None` means no timeout.
    ///
    /// # Errors
    ///
    /// Returns an error if the timeout is zero.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> std_io::Result<()> {
        self.0.set_read_timeout(timeout)
    }

    /// Sets the timeout of writes. `None` means no timeout.
    ///
    /// # Errors
    ///
    /// Returns an error if the timeout is zero.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> std_io::Result<()> {
        self.0.set_write_timeout(timeout)
    }

    /// Returns the timeout of reads.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    pub fn read_timeout(&self) -> std_io::Result<Option<Duration>> {
        self.0.read_timeout()
    }

    /// Returns the timeout of writes.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    pub fn write_timeout(&self) -> std_io::Result<Option<Duration>> {
        self.0.write_timeout()
    }

    /// Sets whether reads and writes block.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    pub fn set_nonblocking(&self, nonblocking: bool) -> std_io::Result<()> {
        self.0.set_nonblocking(nonblocking)
    }

    /// Takes the pending error of the socket.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    pub fn take_error(&self) -> std_io::Result<Option<std_io::Error>> {
        self.0.take_error()
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
        sys::peer_identity(self.as_fd())
    }

    /// Returns the name of the server without its directory, or `None` for a pair.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[doc(alias = "QLocalSocket::serverName")]
    pub fn server_name(&self) -> std_io::Result<Option<OsString>> {
        server_name_of(self.as_fd())
    }

    /// Returns the full path or abstract name of the server, or `None` for a pair.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    #[doc(alias = "QLocalSocket::fullServerName")]
    pub fn full_server_name(&self) -> std_io::Result<Option<OsString>> {
        full_server_name_of(self.as_fd())
    }

    /// Converts into the native socket. The connection no longer counts in `max_connections` of the
    /// server.
    #[must_use]
    pub fn into_inner(self) -> UnixStream {
        self.0
    }

    /// Returns a reference to the native socket.
    pub const fn get_ref(&self) -> &UnixStream {
        &self.0
    }
}

impl PeerSocket for LocalSocket {
    fn descriptor(&self) -> std_io::Result<BorrowedFd<'_>> {
        Ok(self.as_fd())
    }
}

impl From<UnixStream> for LocalSocket {
    fn from(native: UnixStream) -> Self {
        Self(native, Permit::default())
    }
}

impl From<LocalSocket> for UnixStream {
    fn from(socket: LocalSocket) -> Self {
        socket.0
    }
}

impl AsFd for LocalSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for LocalSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Converts a connected socket, such as a connection that a service manager has accepted.
///
/// It is set close-on-exec. A non-blocking socket stays non-blocking, since processes that share it
/// share `O_NONBLOCK`. See [`set_nonblocking`](LocalSocket::set_nonblocking).
///
/// # Errors
///
/// Returns the descriptor, with its number and flags unchanged, if it is not a connected local
/// stream socket.
///
/// # Platform-specific behavior
///
/// Only Linux accepts a socket whose peer has closed its end.
///
/// # Examples
///
/// ```
/// use anteroom::blocking::LocalSocket;
/// use std::io::{Read, Write};
/// use std::os::fd::OwnedFd;
/// use std::os::unix::net::UnixStream;
///
/// let (one, mut other) = UnixStream::pair()?;
/// let mut socket = LocalSocket::try_from(OwnedFd::from(one))?;
/// other.write_all(b"!")?;
/// let mut byte = [0];
/// socket.read_exact(&mut byte)?;
/// assert_eq!(&byte, b"!");
/// # Ok::<(), std::io::Error>(())
/// ```
impl TryFrom<OwnedFd> for LocalSocket {
    type Error = ConvertError<OwnedFd>;

    fn try_from(descriptor: OwnedFd) -> std::result::Result<Self, ConvertError<OwnedFd>> {
        match sys::adopt_connection(descriptor.as_fd(), None) {
            Ok(()) => Ok(Self(descriptor.into(), Permit::default())),
            Err(failure) => Err(ConvertError {
                socket: descriptor,
                error: Cause::new(failure).into(),
            }),
        }
    }
}

impl From<LocalSocket> for OwnedFd {
    fn from(socket: LocalSocket) -> Self {
        socket.0.into()
    }
}

impl IntoRawFd for LocalSocket {
    fn into_raw_fd(self) -> RawFd {
        self.0.into_raw_fd()
    }
}
