use std::io::{ErrorKind, IoSlice, IoSliceMut, Read as _, Result, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use anteroom_std::AsyncSocket;
use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};

use super::LocalSocket;

/// Reads, or registers the task for the next event.
#[inline]
pub(super) fn poll_reading(
    socket: &Async<UnixStream>,
    context: &mut Context<'_>,
    mut read: impl FnMut(&UnixStream) -> Result<usize>,
) -> Poll<Result<usize>> {
    loop {
        match read(socket.get_ref()) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            result => return Poll::Ready(result),
        }
        // The first readiness may be that of the event which ended the last wait, when the data has
        // been read. The second one is new, and data that has arrived since causes another event.
        ready!(socket.poll_readable(context))?;
        ready!(socket.poll_readable(context))?;
    }
}

impl LocalSocket {
    /// Reads, and registers the socket if it has to wait.
    #[inline]
    fn poll_read_by(
        &mut self,
        context: &mut Context<'_>,
        mut read: impl FnMut(&UnixStream) -> Result<usize>,
    ) -> Poll<Result<usize>> {
        if let Some(socket) = self.0.unregistered() {
            match read(socket) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
            // The read returned `WouldBlock`, so data that arrives from now on causes an event.
            ready!(self.0.registered()?.poll_readable(context))?;
        }
        poll_reading(self.0.registered()?, context, read)
    }

    /// Writes without the reactor, if the socket is not registered and need not wait.
    #[inline]
    fn write_new(&self, write: impl FnOnce(&UnixStream) -> Result<usize>) -> Option<Result<usize>> {
        match write(self.0.unregistered()?) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            result => Some(result),
        }
    }
}

//= SOCK-1, SOCK-3, NEXT-4
impl AsyncRead for LocalSocket {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        self.poll_read_by(context, |mut socket| socket.read(buffer))
    }

    #[inline]
    fn poll_read_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<Result<usize>> {
        self.poll_read_by(context, |mut socket| socket.read_vectored(buffers))
    }
}

impl AsyncWrite for LocalSocket {
    #[inline]
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        match self.write_new(|mut socket| socket.write(bytes)) {
            Some(result) => Poll::Ready(result),
            None => Pin::new(self.0.registered()?).poll_write(context, bytes),
        }
    }

    #[inline]
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        match self.write_new(|mut socket| socket.write_vectored(buffers)) {
            Some(result) => Poll::Ready(result),
            None => Pin::new(self.0.registered()?).poll_write_vectored(context, buffers),
        }
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Ends the writing direction; async-io itself only flushes.
    //= SOCK-2
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(self.get_std()?.shutdown(Shutdown::Write))
    }
}

impl AsyncSocket for LocalSocket {
    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize>> {
        AsyncRead::poll_read(Pin::new(self), context, buffer)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        AsyncWrite::poll_write(Pin::new(self), context, bytes)
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        AsyncWrite::poll_close(Pin::new(self), context)
    }
}
