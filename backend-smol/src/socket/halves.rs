use std::fmt;
use std::io::{IoSlice, IoSliceMut, Read as _, Result};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::result;
use std::sync::Arc;
use std::task::{Context, Poll};

use anteroom_std::{ConvertError, LazySocket, Permit};
use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};

use super::LocalSocket;
use super::io::poll_reading;

/// The borrowed read half of a [`LocalSocket`].
#[derive(Debug)]
pub struct ReadHalf<'a>(&'a Async<UnixStream>);

/// The borrowed write half of a [`LocalSocket`].
#[derive(Debug)]
pub struct WriteHalf<'a>(&'a Async<UnixStream>);

/// The owned read half of a [`LocalSocket`].
#[derive(Debug)]
pub struct OwnedReadHalf(Arc<Whole>);

/// The owned write half of a [`LocalSocket`].
///
/// Dropping it ends the writing direction.
#[derive(Debug)]
pub struct OwnedWriteHalf {
    whole: Arc<Whole>,
    shutdown_on_drop: bool,
}

/// Shared by both halves. Dropping the last one closes the connection.
#[derive(Debug)]
struct Whole {
    socket: Async<UnixStream>,
    permit: Permit,
}

/// The error of halves that are not of the same socket.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what was handed in comes back")]
pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

impl LocalSocket {
    /// Splits the socket into borrowed read and write halves.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket cannot register with the reactor. The socket is unchanged.
    pub fn split(&mut self) -> Result<(ReadHalf<'_>, WriteHalf<'_>)> {
        let socket = &*self.as_native()?;
        Ok((ReadHalf(socket), WriteHalf(socket)))
    }

    /// Splits the socket into owned read and write halves, for different tasks.
    ///
    /// Dropping the write half ends the writing direction.
    ///
    /// # Errors
    ///
    /// Returns the socket in the error if it cannot register with the reactor.
    pub fn into_split(self) -> result::Result<(OwnedReadHalf, OwnedWriteHalf), ConvertError<Self>> {
        let native = self.0.into_native().map_err(|error| error.map(Self));
        let whole = native.map(|(socket, permit)| Arc::new(Whole { socket, permit }))?;
        let writer = OwnedWriteHalf {
            whole: Arc::clone(&whole),
            shutdown_on_drop: true,
        };
        Ok((OwnedReadHalf(whole), writer))
    }

    /// Reunites the halves of a socket.
    ///
    /// # Errors
    ///
    /// Returns the halves in the error if they are not of the same socket.
    pub fn reunite(
        reader: OwnedReadHalf,
        mut writer: OwnedWriteHalf,
    ) -> result::Result<Self, ReuniteError> {
        if !Arc::ptr_eq(&reader.0, &writer.whole) {
            return Err(ReuniteError(reader, writer));
        }
        writer.shutdown_on_drop = false;
        drop(writer);
        let whole = Arc::into_inner(reader.0).expect("a socket has two halves and no more");
        Ok(Self(LazySocket::from_native(whole.socket, whole.permit)))
    }
}

impl OwnedWriteHalf {
    /// Drops the half without ending the writing direction, which then ends with the other half.
    pub fn forget(mut self) {
        self.shutdown_on_drop = false;
    }
}

/// Gives access to async-io's socket.
impl AsRef<Async<UnixStream>> for ReadHalf<'_> {
    fn as_ref(&self) -> &Async<UnixStream> {
        self.0
    }
}

/// Gives access to async-io's socket.
impl AsRef<Async<UnixStream>> for WriteHalf<'_> {
    fn as_ref(&self) -> &Async<UnixStream> {
        self.0
    }
}

/// Gives access to async-io's socket.
impl AsRef<Async<UnixStream>> for OwnedReadHalf {
    fn as_ref(&self) -> &Async<UnixStream> {
        &self.0.socket
    }
}

/// Gives access to async-io's socket.
impl AsRef<Async<UnixStream>> for OwnedWriteHalf {
    fn as_ref(&self) -> &Async<UnixStream> {
        &self.whole.socket
    }
}

impl Drop for OwnedWriteHalf {
    fn drop(&mut self) {
        if self.shutdown_on_drop {
            // If the peer has closed its socket, this direction has ended, too.
            let _ = self.whole.socket.get_ref().shutdown(Shutdown::Write);
        }
    }
}

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the two halves are not of the same socket")
    }
}

impl std::error::Error for ReuniteError {}

impl AsyncRead for ReadHalf<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        poll_reading(self.0, context, |mut socket| socket.read(buffer))
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<Result<usize>> {
        poll_reading(self.0, context, |mut socket| socket.read_vectored(buffers))
    }
}

impl AsyncRead for OwnedReadHalf {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut ReadHalf(&self.0.socket)).poll_read(context, buffer)
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut ReadHalf(&self.0.socket)).poll_read_vectored(context, buffers)
    }
}

impl AsyncWrite for WriteHalf<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut &*self.0).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut &*self.0).poll_write_vectored(context, buffers)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(self.0.get_ref().shutdown(Shutdown::Write))
    }
}

impl AsyncWrite for OwnedWriteHalf {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut WriteHalf(&self.whole.socket)).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut WriteHalf(&self.whole.socket)).poll_write_vectored(context, buffers)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut WriteHalf(&self.whole.socket)).poll_flush(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut WriteHalf(&self.whole.socket)).poll_close(context)
    }
}
