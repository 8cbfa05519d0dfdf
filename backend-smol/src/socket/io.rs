use std::io::{ErrorKind, IoSlice, IoSliceMut, Read as _, Result};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

use super::LocalSocket;

//= SOCK-1, SOCK-3, NEXT-4
impl AsyncRead for &LocalSocket {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        self.poll_reading(context, |mut socket| socket.read(buffer))
    }

    #[inline]
    fn poll_read_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<Result<usize>> {
        self.poll_reading(context, |mut socket| socket.read_vectored(buffers))
    }
}

impl LocalSocket {
    /// Reads, or has the task woken when that is worth another attempt.
    #[inline]
    fn poll_reading(
        &self,
        context: &mut Context<'_>,
        mut read: impl FnMut(&UnixStream) -> Result<usize>,
    ) -> Poll<Result<usize>> {
        loop {
            match read(self.0.get_ref()) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
            // The first answer may be about the event that ended the last wait, and reading for it
            // would be in vain. The second is not, and what came meanwhile is an event again.
            ready!(self.0.poll_readable(context))?;
            ready!(self.0.poll_readable(context))?;
        }
    }
}

impl AsyncWrite for &LocalSocket {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut &self.0).poll_write(context, bytes)
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut &self.0).poll_write_vectored(context, buffers)
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut &self.0).poll_flush(context)
    }

    /// Ends the writing direction. async-io itself would only flush.
    //= SOCK-2
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(self.0.get_ref().shutdown(Shutdown::Write))
    }
}

/// Reads by what can be done through a shared reference.
macro_rules! read_by_reference {
    ($reader:ty, $self:ident => $shared:expr) => {
        impl futures_io::AsyncRead for $reader {
            #[inline]
            fn poll_read(
                $self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                std::pin::Pin::new(&mut { $shared }).poll_read(context, buffer)
            }

            #[inline]
            fn poll_read_vectored(
                $self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
                buffers: &mut [std::io::IoSliceMut<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                std::pin::Pin::new(&mut { $shared }).poll_read_vectored(context, buffers)
            }
        }
    };
}

/// Writes by what can be done through a shared reference.
macro_rules! write_by_reference {
    ($writer:ty, $self:ident => $shared:expr) => {
        impl futures_io::AsyncWrite for $writer {
            #[inline]
            fn poll_write(
                $self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
                bytes: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                std::pin::Pin::new(&mut { $shared }).poll_write(context, bytes)
            }

            #[inline]
            fn poll_write_vectored(
                $self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
                buffers: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                std::pin::Pin::new(&mut { $shared }).poll_write_vectored(context, buffers)
            }

            #[inline]
            fn poll_flush(
                $self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut { $shared }).poll_flush(context)
            }

            fn poll_close(
                $self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut { $shared }).poll_close(context)
            }
        }
    };
}
pub(super) use {read_by_reference, write_by_reference};

read_by_reference!(LocalSocket, self => &*self);
write_by_reference!(LocalSocket, self => &*self);
