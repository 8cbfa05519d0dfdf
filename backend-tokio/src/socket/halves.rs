use std::fmt;
use std::io::{IoSlice, Result as IoResult};
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use anteroom_std::{LateSocket, NotConverted, Permit};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::net::unix;
pub use tokio::net::unix::{ReadHalf, WriteHalf};

use super::LocalSocket;

/// The half to read from, which can go to a task of its own.
///
/// It is tokio's half, with the connection's place among those that the server allows to be open.
#[derive(Debug)]
pub struct OwnedReadHalf(unix::OwnedReadHalf, Permit);

/// The half to write to, which can go to a task of its own.
///
/// Dropping it ends the writing direction. It is tokio's, as the [other half](OwnedReadHalf).
#[derive(Debug)]
pub struct OwnedWriteHalf(unix::OwnedWriteHalf, Permit);

/// Two halves that are not of one and the same socket.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what was handed in comes back")]
pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

impl LocalSocket {
    /// Splits the socket into a half to read from and a half to write to, which borrow it.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with its runtime; it is left as it was.
    pub fn split(&mut self) -> IoResult<(ReadHalf<'_>, WriteHalf<'_>)> {
        self.as_native().map(UnixStream::split)
    }

    /// Splits the socket into two halves that can go to different tasks.
    ///
    /// Dropping the half to write to ends the writing direction.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with its runtime; the error gives it back.
    pub fn into_split(self) -> Result<(OwnedReadHalf, OwnedWriteHalf), NotConverted<Self>> {
        let native = self.0.into_native().map_err(|error| error.map(Self));
        let (socket, permit) = native?;
        let (reader, writer) = socket.into_split();
        let reader = OwnedReadHalf(reader, permit.clone());
        Ok((reader, OwnedWriteHalf(writer, permit)))
    }

    /// Puts the two halves of a socket together again.
    ///
    /// # Errors
    ///
    /// Gives the halves back if they are not of one and the same socket.
    pub fn reunite(reader: OwnedReadHalf, writer: OwnedWriteHalf) -> Result<Self, ReuniteError> {
        match reader.0.reunite(writer.0) {
            Ok(socket) => Ok(Self(LateSocket::from_native(socket, reader.1))),
            Err(unix::ReuniteError(one, other)) => Err(ReuniteError(
                OwnedReadHalf(one, reader.1),
                OwnedWriteHalf(other, writer.1),
            )),
        }
    }
}

impl OwnedWriteHalf {
    /// Drops the half without ending the writing direction, which ends with the other half.
    pub fn forget(self) {
        self.0.forget();
    }
}

/// Tokio's half can be waited for and tried as well.
impl Deref for OwnedReadHalf {
    type Target = unix::OwnedReadHalf;

    fn deref(&self) -> &unix::OwnedReadHalf {
        &self.0
    }
}

/// Tokio's half can be waited for and tried as well.
impl Deref for OwnedWriteHalf {
    type Target = unix::OwnedWriteHalf;

    fn deref(&self) -> &unix::OwnedWriteHalf {
        &self.0
    }
}

impl AsRef<UnixStream> for OwnedReadHalf {
    fn as_ref(&self) -> &UnixStream {
        self.0.as_ref()
    }
}

impl AsRef<UnixStream> for OwnedWriteHalf {
    fn as_ref(&self) -> &UnixStream {
        self.0.as_ref()
    }
}

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the two halves are not of the same socket")
    }
}

impl std::error::Error for ReuniteError {}

impl AsyncRead for OwnedReadHalf {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<IoResult<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for OwnedWriteHalf {
    #[inline]
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<IoResult<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    #[inline]
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<IoResult<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
