use std::ffi::{OsStr, OsString};
use std::io as std_io;
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anteroom_core::Timeout;

use super::ConnectOptions;
use crate::sys::{self, PeerIdentity};
use crate::{Cause, NotConverted, PeerSocket, Permit, Result, full_server_name_of, server_name_of};

/// A connected local socket: one that a server hands out, or one that a client made.
///
/// It is a [`UnixStream`] under a name that every platform has: convert it with
/// [`into_inner`](Self::into_inner) and [`From`]. Like a [`UnixStream`] it can be read from and
/// written to through a shared reference, from several threads at once.
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
    /// Connects to the server at `name`, by the same names that servers listen on.
    ///
    /// A server whose queue is full makes this wait for as long as it takes. It never spins and
    /// never reports success before there is a connection; for a limit see
    /// [`connect_timeout`](Self::connect_timeout), for abstract names [`ConnectOptions`].
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound): there is no such server; perhaps not started yet.
    /// [`Name`](crate::ErrorKind::Name): the name is invalid, by the same rules as for
    /// [`listen`](crate::LocalServer::listen) of a server.
    /// [`Refused`](crate::ErrorKind::Refused): the socket there does not accept; the detail of the
    /// failure tells a server that has crashed from one that does not listen.
    /// [`WrongObject`](crate::ErrorKind::WrongObject): what is there is no socket.
    /// [`Access`](crate::ErrorKind::Access): the server's options do not admit you.
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
    /// let socket = LocalSocket::connect(&name)?; // nobody need accept it for that
    /// assert_eq!(socket.full_server_name()?.as_deref(), server.full_server_name());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    //= CON-1, CON-2, CON-3
    #[doc(alias = "QLocalSocket::connectToServer")]
    pub fn connect(name: impl AsRef<OsStr>) -> Result<Self> {
        ConnectOptions::new().connect(name)
    }

    /// Connects to the server at `name`, and waits for its queue no longer than `timeout`.
    ///
    /// With zero it tries once.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](crate::ErrorKind::TimedOut): the queue was full for all of that time.
    /// Otherwise as [`connect`](Self::connect).
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

    /// Creates a pair of sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the operating system reports; descriptors may have run out.
    pub fn pair() -> std_io::Result<(Self, Self)> {
        let (one, other) = UnixStream::pair()?;
        Ok((one.into(), other.into()))
    }

    /// Returns a second handle to the same socket.
    ///
    /// # Errors
    ///
    /// What the operating system reports; descriptors may have run out.
    pub fn try_clone(&self) -> std_io::Result<Self> {
        Ok(Self(self.0.try_clone()?, self.1.clone()))
    }

    /// Ends one direction or both: after [`Shutdown::Write`] the peer reads the end of the data.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    //= SOCK-2
    pub fn shutdown(&self, how: Shutdown) -> std_io::Result<()> {
        self.0.shutdown(how)
    }

    /// Limits how long a read may take; `None` is no limit.
    ///
    /// # Errors
    ///
    /// A limit of zero is invalid.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> std_io::Result<()> {
        self.0.set_read_timeout(timeout)
    }

    /// Limits how long a write may take; `None` is no limit.
    ///
    /// # Errors
    ///
    /// A limit of zero is invalid.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> std_io::Result<()> {
        self.0.set_write_timeout(timeout)
    }

    /// Returns how long a read may take.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    pub fn read_timeout(&self) -> std_io::Result<Option<Duration>> {
        self.0.read_timeout()
    }

    /// Returns how long a write may take.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    pub fn write_timeout(&self) -> std_io::Result<Option<Duration>> {
        self.0.write_timeout()
    }

    /// Makes reads and writes return at once instead of waiting, or the other way round.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    pub fn set_nonblocking(&self, nonblocking: bool) -> std_io::Result<()> {
        self.0.set_nonblocking(nonblocking)
    }

    /// Returns and clears the error that is pending on the socket.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    pub fn take_error(&self) -> std_io::Result<Option<std_io::Error>> {
        self.0.take_error()
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
        sys::peer_identity(self.as_fd())
    }

    /// Returns the name of the server, without its directory; a pair has none.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[doc(alias = "QLocalSocket::serverName")]
    pub fn server_name(&self) -> std_io::Result<Option<OsString>> {
        server_name_of(self.as_fd())
    }

    /// Returns the complete path, or abstract name, of the server; a pair has none.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    #[doc(alias = "QLocalSocket::fullServerName")]
    pub fn full_server_name(&self) -> std_io::Result<Option<OsString>> {
        full_server_name_of(self.as_fd())
    }

    /// Returns the native socket. It does not count in `max_connections` of the server any more.
    #[must_use]
    pub fn into_inner(self) -> UnixStream {
        self.0
    }

    /// Returns the native socket, to be looked at.
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

/// Takes a connected socket, such as a connection that a service manager has accepted.
///
/// It is set close-on-exec. If it does not block, it goes on doing so: `O_NONBLOCK` belongs to all who
/// share the socket. See [`set_nonblocking`](LocalSocket::set_nonblocking).
///
/// # Errors
///
/// Returns the descriptor with its number and its flags as they were: it is not a local stream
/// socket that is connected.
///
/// # Platform-specific behavior
///
/// Only Linux still regards a socket as connected whose peer has left.
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
    type Error = NotConverted<OwnedFd>;

    fn try_from(descriptor: OwnedFd) -> std::result::Result<Self, NotConverted<OwnedFd>> {
        match sys::adopt_connection(descriptor.as_fd(), None) {
            Ok(()) => Ok(Self(descriptor.into(), Permit::default())),
            Err(failure) => Err(NotConverted {
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
