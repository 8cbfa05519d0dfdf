use std::future::Future;
use std::io::{ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::AsyncSocket;

/// The future of [`AsyncSocket::read`]. It is `Send` if the socket is.
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct ReadFuture<'a, S: ?Sized> {
    socket: &'a mut S,
    buffer: &'a mut [u8],
}

impl<'a, S: ?Sized> ReadFuture<'a, S> {
    pub(super) const fn new(socket: &'a mut S, buffer: &'a mut [u8]) -> Self {
        Self { socket, buffer }
    }
}

impl<S: AsyncSocket + ?Sized> Future for ReadFuture<'_, S> {
    type Output = Result<usize>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<usize>> {
        let Self { socket, buffer } = &mut *self;
        socket.poll_read(context, buffer)
    }
}

/// The future of [`AsyncSocket::write_all`]. It is `Send` if the socket is.
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct WriteAllFuture<'a, S: ?Sized> {
    socket: &'a mut S,
    unsent: &'a [u8],
}

impl<'a, S: ?Sized> WriteAllFuture<'a, S> {
    pub(super) const fn new(socket: &'a mut S, unsent: &'a [u8]) -> Self {
        Self { socket, unsent }
    }
}

impl<S: AsyncSocket + ?Sized> Future for WriteAllFuture<'_, S> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let Self { socket, unsent } = &mut *self;
        while !unsent.is_empty() {
            match ready!(socket.poll_write(context, unsent))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                length => *unsent = &unsent[length..],
            }
        }
        Poll::Ready(Ok(()))
    }
}
