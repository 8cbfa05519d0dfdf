use std::io::{self, ErrorKind, Read, Write};
use std::task::{Context, Poll};

use anteroom::generic::AsyncSocket;

/// A task's socket that returns `WouldBlock` instead of waiting.
///
/// The task is registered to be woken by then.
pub(super) struct PollIo<'a, 'b, S> {
    socket: &'a mut S,
    context: &'a mut Context<'b>,
}

impl<'a, 'b, S> PollIo<'a, 'b, S> {
    pub(super) const fn new(socket: &'a mut S, context: &'a mut Context<'b>) -> Self {
        Self { socket, context }
    }
}

impl<S: AsyncSocket> Read for PollIo<'_, '_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        unless_pending(self.socket.poll_read(self.context, buffer))
    }
}

impl<S: AsyncSocket> Write for PollIo<'_, '_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unless_pending(self.socket.poll_write(self.context, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn unless_pending(result: Poll<io::Result<usize>>) -> io::Result<usize> {
    match result {
        Poll::Ready(result) => result,
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}
