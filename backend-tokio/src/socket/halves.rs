use std::fmt;
use std::io::{IoSlice, Result as IoResult};
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use anteroom_std::{ConvertError, LazySocket, Permit};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::net::unix;
pub use tokio::net::unix::{ReadHalf, WriteHalf};

use super::LocalSocket;

/// The owned read half of a [`LocalSocket`].
///
/// It wraps tokio's half. The connection counts in `max_connections` until both halves are dropped.
#[derive(Debug)]
pub struct OwnedReadHalf(unix::OwnedReadHalf, Permit);

/// The owned write half of a [`LocalSocket`].
///
/// Dropping it ends the writing direction. It wraps tokio's half, as [`OwnedReadHalf`] does.
#[derive(Debug)]
pub struct OwnedWriteHalf(unix::OwnedWriteHalf, Permit);

/// The error of halves that are not of the same socket.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what was handed in comes back")]
pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

impl LocalSocket {
    /// Splits the socket into borrowed read and write halves.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket cannot register with its runtime. The socket is unchanged.
    pub fn split(&mut self) -> IoResult<(ReadHalf<'_>, WriteHalf<'_>)> {
        self.as_native().map(UnixStream::split)
    }

    /// Splits the socket into owned read and write halves, for different tasks.
    ///
    /// Dropping the write half ends the writing direction.
    ///
    /// # Errors
    ///
    /// Returns the socket in the error if it cannot register with its runtime.
    pub fn into_split(self) -> Result<(OwnedReadHalf, OwnedWriteHalf), ConvertError<Self>> {
        let native = self.0.into_native().map_err(|error| error.map(Self));
        let (socket, permit) = native?;
        let (reader, writer) = socket.into_split();
        let reader = OwnedReadHalf(reader, permit.clone());
        Ok((reader, OwnedWriteHalf(writer, permit)))
    }

    /// Reunites the halves of a socket.
    ///
    /// # Errors
    ///
    /// Returns the halves in the error if they are not of the same socket.
    pub fn reunite(reader: OwnedReadHalf, writer: OwnedWriteHalf) -> Result<Self, ReuniteError> {
        match reader.0.reunite(writer.0) {
            Ok(socket) => Ok(Self(LazySocket::from_native(socket, reader.1))),
            Err(unix::ReuniteError(one, other)) => Err(ReuniteError(
                OwnedReadHalf(one, reader.1),
                OwnedWriteHalf(other, writer.1),
            )),
        }
    }
}

impl OwnedWriteHalf {
    /// Drops the half without ending the writing direction, which then ends with the other half.
    pub fn forget(self) {
        self.0.forget();
    }
}

/// Gives access to the methods of tokio's half.
impl Deref for OwnedReadHalf {
    type Target = unix::OwnedReadHalf;

    fn deref(&self) -> &unix::OwnedReadHalf {
        &self.0
    }
}

/// Gives access to the methods of tokio's half.
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
