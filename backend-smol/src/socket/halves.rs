use std::fmt;
use std::io::{IoSlice, IoSliceMut, Read as _, Result};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::result;
use std::sync::Arc;
use std::task::{Context, Poll};

use anteroom_std::{LateSocket, NotConverted, Permit};
use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};

use super::LocalSocket;
use super::io::poll_reading;

/// The half to read from, of a socket that is borrowed.
#[derive(Debug)]
pub struct ReadHalf<'a>(&'a Async<UnixStream>);

/// The half to write to, of a socket that is borrowed.
#[derive(Debug)]
pub struct WriteHalf<'a>(&'a Async<UnixStream>);

/// The half to read from, which can go to a task of its own.
#[derive(Debug)]
pub struct OwnedReadHalf(Arc<Whole>);

/// The half to write to, which can go to a task of its own.
///
/// Dropping it ends the writing direction.
#[derive(Debug)]
pub struct OwnedWriteHalf {
    whole: Arc<Whole>,
    shutdown_on_drop: bool,
}

/// What both halves have: when the last one is dropped, the connection is closed.
#[derive(Debug)]
struct Whole {
    socket: Async<UnixStream>,
    permit: Permit,
}

/// Two halves that are not of one and the same socket.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what was handed in comes back")]
pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

impl LocalSocket {
    /// Splits the socket into a half to read from and a half to write to, which borrow it.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with the reactor; it is left as it was.
    pub fn split(&mut self) -> Result<(ReadHalf<'_>, WriteHalf<'_>)> {
        let socket = &*self.as_native()?;
        Ok((ReadHalf(socket), WriteHalf(socket)))
    }

    /// Splits the socket into two halves that can go to different tasks.
    ///
    /// Dropping the half to write to ends the writing direction.
    ///
    /// # Errors
    ///
    /// The socket could not be registered with the reactor; the error gives it back.
    pub fn into_split(self) -> result::Result<(OwnedReadHalf, OwnedWriteHalf), NotConverted<Self>> {
        let native = self.0.into_native().map_err(|error| error.map(Self));
        let whole = native.map(|(socket, permit)| Arc::new(Whole { socket, permit }))?;
        let writer = OwnedWriteHalf {
            whole: Arc::clone(&whole),
            shutdown_on_drop: true,
        };
        Ok((OwnedReadHalf(whole), writer))
    }

    /// Puts the two halves of a socket together again.
    ///
    /// # Errors
    ///
    /// Gives the halves back if they are not of one and the same socket.
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
        Ok(Self(LateSocket::from_native(whole.socket, whole.permit)))
    }
}

impl OwnedWriteHalf {
    /// Drops the half without ending the writing direction, which ends with the other half.
    pub fn forget(mut self) {
        self.shutdown_on_drop = false;
    }
}

/// For what only async-io's socket can do.
impl AsRef<Async<UnixStream>> for ReadHalf<'_> {
    fn as_ref(&self) -> &Async<UnixStream> {
        self.0
    }
}

/// For what only async-io's socket can do.
impl AsRef<Async<UnixStream>> for WriteHalf<'_> {
    fn as_ref(&self) -> &Async<UnixStream> {
        self.0
    }
}

/// For what only async-io's socket can do.
impl AsRef<Async<UnixStream>> for OwnedReadHalf {
    fn as_ref(&self) -> &Async<UnixStream> {
        &self.0.socket
    }
}

/// For what only async-io's socket can do.
impl AsRef<Async<UnixStream>> for OwnedWriteHalf {
    fn as_ref(&self) -> &Async<UnixStream> {
        &self.whole.socket
    }
}

impl Drop for OwnedWriteHalf {
    fn drop(&mut self) {
        if self.shutdown_on_drop {
            // Where the peer has gone altogether, this direction has ended too.
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
