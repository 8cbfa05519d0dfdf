mod connect;
mod halves;
mod io;

use std::ffi::OsStr;
use std::io as std_io;
use std::os::unix::net::{SocketAddr, UnixStream};

use anteroom_std::{Error, Operation, Result, local_socket_members};
use async_io::Async;

pub use connect::ConnectOptions;
pub use halves::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};

use crate::runtime;

/// A connected local socket: one that a server hands out, or one that a client made.
///
/// It is async-io's [`Async<UnixStream>`](Async) under a name that every platform has, at no cost:
/// convert it with [`into_inner`](Self::into_inner) and [`From`], or reach it by
/// [`get_ref`](Self::get_ref). It can be read from and written to through a shared reference.
/// Closing it, as by `AsyncWriteExt::close`, ends the writing direction only: the peer reads the
/// end of the data, and can still answer. Dropping it ends both.
///
/// # Specification
///
/// SRV-4, SOCK-1 to SOCK-3, CON-1 to CON-3.
///
/// # Examples
///
/// ```
/// use anteroom_smol::{LocalServer, LocalSocket};
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
pub struct LocalSocket(Async<UnixStream>);

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
    /// use anteroom_smol::{ErrorKind, LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// # async_io::block_on(async {
    /// let error = LocalSocket::connect(&name).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound); // there is no such server
    ///
    /// let server = LocalServer::bind(&name)?;
    /// let socket = LocalSocket::connect(&name).await?; // nobody need accept it for that
    /// assert_eq!(socket.full_server_name()?.as_deref(), server.full_server_name());
    /// # Ok(())
    /// # })
    /// # .map_err(|error: Box<dyn std::error::Error>| error)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "QLocalSocket::connectToServer")]
    pub async fn connect(name: impl AsRef<OsStr>) -> Result<Self> {
        ConnectOptions::new().connect(name).await
    }

    /// Creates a pair of sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the operating system reports; descriptors may have run out.
    pub fn pair() -> std_io::Result<(Self, Self)> {
        runtime::start(Operation::Connect).map_err(|failure| Error::new(failure, None, None))?;
        let (one, other) = Async::<UnixStream>::pair()?;
        Ok((Self(one), Self(other)))
    }

    fn local_addr(&self) -> std_io::Result<SocketAddr> {
        self.0.get_ref().local_addr()
    }

    fn peer_addr(&self) -> std_io::Result<SocketAddr> {
        self.0.get_ref().peer_addr()
    }
}

local_socket_members!(LocalSocket, Async<UnixStream>);
