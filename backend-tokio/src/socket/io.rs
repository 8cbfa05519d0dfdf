use std::io::{ErrorKind, IoSlice, Read as _, Result, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream as StdStream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use anteroom_std::AsyncSocket;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::coop;

use super::LocalSocket;

impl LocalSocket {
    /// Reads or writes without tokio, if the socket is not registered and need not wait.
    #[inline]
    fn poll_new<T>(
        &self,
        context: &mut Context<'_>,
        attempt: impl FnOnce(&StdStream) -> Result<T>,
    ) -> Poll<Option<Result<T>>> {
        let Some(socket) = self.0.unregistered() else {
            return Poll::Ready(None);
        };
        let step = ready!(coop::poll_proceed(context));
        Poll::Ready(match attempt(socket) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            result => {
                step.made_progress();
                Some(result)
            }
        })
    }
}

//= SOCK-1, SOCK-3, NEXT-4
impl AsyncRead for LocalSocket {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let read = |mut socket: &StdStream| socket.read(buffer.initialize_unfilled());
        match ready!(self.poll_new(context, read)) {
            Some(result) => Poll::Ready(result.map(|length| buffer.advance(length))),
            None => Pin::new(self.0.registered()?).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for LocalSocket {
    #[inline]
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        match ready!(self.poll_new(context, |mut socket| socket.write(bytes))) {
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
        match ready!(self.poll_new(context, |mut socket| socket.write_vectored(buffers))) {
            Some(result) => Poll::Ready(result),
            None => Pin::new(self.0.registered()?).poll_write_vectored(context, buffers),
        }
    }

    #[inline]
    fn is_write_vectored(&self) -> bool {
        true
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    //= SOCK-2
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self.0.unregistered() {
            Some(socket) => Poll::Ready(socket.shutdown(Shutdown::Write)),
            None => Pin::new(self.0.registered()?).poll_shutdown(context),
        }
    }
}

impl AsyncSocket for LocalSocket {
    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(AsyncRead::poll_read(Pin::new(self), context, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        AsyncWrite::poll_write(Pin::new(self), context, bytes)
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        AsyncWrite::poll_shutdown(Pin::new(self), context)
    }
}
