use std::io::{ErrorKind, Read as _, Result, Write as _};
use std::net::Shutdown;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net;
use std::task::{Context, Poll, ready};

use anteroom_std::{AsyncSocket, PeerSocket, Permit, UnixRuntime as _};
use mio::Interest;
use mio::net::UnixStream;

use crate::Mio;
use crate::poller::{Direction, Source};

/// A connected local socket, which is registered with the poller when it first has to wait.
#[derive(Debug)]
pub struct LocalSocket(
    pub(crate) Source,
    #[expect(dead_code, reason = "dropping it counts")] pub(crate) Permit,
);

impl LocalSocket {
    /// Creates a pair of sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// What the operating system reports; descriptors may have run out.
    pub fn pair(runtime: &Mio) -> Result<(Self, Self)> {
        let (one, other) = net::UnixStream::pair()?;
        one.set_nonblocking(true)?;
        other.set_nonblocking(true)?;
        let socket = |native: net::UnixStream| runtime.socket(native.into(), Permit::default());
        Ok((socket(one), socket(other)))
    }

    fn poll_io<T>(
        &mut self,
        direction: Direction,
        context: &Context<'_>,
        mut io: impl FnMut(&UnixStream) -> Result<T>,
    ) -> Poll<Result<T>> {
        loop {
            let attempt = |socket: &_| match io(socket) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => None,
                result => Some(result),
            };
            if let Some(result) = ready!(self.0.poll_attempt(direction, context, attempt)) {
                return Poll::Ready(result);
            }
            // If this fails, the socket is as it was.
            self.0.watch(Interest::READABLE | Interest::WRITABLE)?;
        }
    }
}

impl AsyncSocket for LocalSocket {
    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize>> {
        self.poll_io(Direction::Read, context, |mut socket| socket.read(buffer))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.poll_io(Direction::Write, context, |mut socket| socket.write(bytes))
    }

    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(self.0.socket.shutdown(Shutdown::Write))
    }
}

impl PeerSocket for LocalSocket {
    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        Ok(self.0.as_fd())
    }
}
