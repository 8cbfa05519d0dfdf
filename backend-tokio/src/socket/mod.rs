mod connect;
mod io;

use std::ffi::OsStr;
use std::io as std_io;
use std::os::unix::net::{SocketAddr, UnixStream as StdStream};

use anteroom_std::{Error, Operation, Result, local_socket_members};
use tokio::net::UnixStream;
pub use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};

pub use connect::ConnectOptions;

use crate::runtime;

/// A connected local socket: one that a server hands out, or one that a client made.
///
/// It is tokio's [`UnixStream`] under a name that every platform has, at no cost: convert it with
/// [`into_inner`](Self::into_inner) and [`From`], or reach it by [`get_ref`](Self::get_ref).
/// Shutting it down, as by tokio's `AsyncWriteExt::shutdown`, ends the writing direction only: the
/// peer reads the end of the data, and can still answer.
///
/// # Specification
///
/// SRV-4, SOCK-1 to SOCK-3, CON-1 to CON-3.
///
/// # Examples
///
/// ```
/// use anteroom_tokio::{LocalServer, LocalSocket};
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
pub struct LocalSocket(UnixStream);

impl LocalSocket {
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
    /// # Specification
    ///
    /// CON-1, CON-2, CON-3.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_tokio::{ErrorKind, LocalServer, LocalSocket};
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
    #[doc(alias = "QLocalSocket::connectToServer")]
    pub async fn connect(name: impl AsRef<OsStr>) -> Result<Self> {
        ConnectOptions::new().connect(name).await
    }

    /// Creates a pair of sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the operating system reports; descriptors may have run out. The kind is
    /// [`Unsupported`](std_io::ErrorKind::Unsupported) outside of a runtime, and in one whose I/O
    /// is not enabled.
    ///
    /// # Platform-specific behavior
    ///
    /// In a runtime without I/O tokio panics, which is caught: with `panic = "abort"` the process
    /// ends.
    pub fn pair() -> std_io::Result<(Self, Self)> {
        let error = |failure| std_io::Error::from(Error::new(failure, None, None));
        runtime::current(Operation::Connect).map_err(error)?;
        let (one, other) = StdStream::pair()?;
        let register = |socket: StdStream| {
            socket.set_nonblocking(true)?;
            let stream = runtime::stream(Operation::Connect, socket.into());
            stream.map(Self).map_err(error)
        };
        Ok((register(one)?, register(other)?))
    }

    /// Splits the socket into a half to read from and a half to write to, which borrow it.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        self.0.split()
    }

    /// Splits the socket into two halves that can go to different tasks.
    ///
    /// Dropping the half to write to ends the writing direction.
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        self.0.into_split()
    }

    /// Puts the two halves of a socket together again.
    ///
    /// # Errors
    ///
    /// Gives the halves back if they are not of one and the same socket.
    pub fn reunite(
        reader: OwnedReadHalf,
        writer: OwnedWriteHalf,
    ) -> std::result::Result<Self, ReuniteError> {
        reader.reunite(writer).map(Self)
    }

    fn local_addr(&self) -> std_io::Result<SocketAddr> {
        self.0.local_addr().map(Into::into)
    }

    fn peer_addr(&self) -> std_io::Result<SocketAddr> {
        self.0.peer_addr().map(Into::into)
    }
}

local_socket_members!(LocalSocket, UnixStream);
