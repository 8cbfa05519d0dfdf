use std::io::{ErrorKind, Read, Result, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::task::{Context, Poll};

use anteroom_core::{Intake, Os, Reactor, Timeout};
use anteroom_std::{
    Async, AsyncSocket, Blocking, Mode, PeerSocket, Server, SocketOf, Wait, Waiter,
};
use rustix::net::Shutdown;

/// The operations that differ between blocking and asynchronous servers.
///
/// Only [`wait`](Self::wait) may block the thread.
pub trait TestMode:
    Mode<Os: Os<Descriptor = OwnedFd, Listener: AsFd, Conn: PeerSocket>> + Sized + 'static
{
    /// Waits for a connection to become pending.
    fn wait<I: Intake<SocketOf<Self>>>(
        server: &mut Server<Self, I>,
        timeout: Timeout,
    ) -> impl Future<Output = Wait>;

    /// Polls the server, as after a spurious wake-up. Does nothing for a blocking server.
    fn poll<I: Intake<SocketOf<Self>>>(server: &mut Server<Self, I>, context: &mut Context<'_>);

    /// Reads what has arrived.
    ///
    /// # Errors
    ///
    /// Fails if the connection is broken.
    fn poll_read(
        socket: &mut SocketOf<Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>>;

    /// Writes what fits.
    ///
    /// # Errors
    ///
    /// Fails if the connection is broken.
    fn poll_write(
        socket: &mut SocketOf<Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>>;

    /// Ends the writing direction.
    ///
    /// # Errors
    ///
    /// Fails if the connection is broken.
    fn poll_shutdown(socket: &mut SocketOf<Self>, context: &mut Context<'_>) -> Poll<Result<()>>;
}

impl<O> TestMode for Blocking<O>
where
    O: Waiter<Descriptor = OwnedFd, Listener: AsFd, Conn: Read + Write + AsFd + PeerSocket>
        + 'static,
{
    async fn wait<I: Intake<O::Conn>>(server: &mut Server<Self, I>, timeout: Timeout) -> Wait {
        server.wait_for_new_connection(timeout)
    }

    fn poll<I: Intake<O::Conn>>(_: &mut Server<Self, I>, _: &mut Context<'_>) {}

    fn poll_read(
        socket: &mut O::Conn,
        _: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        without_blocking(socket, |socket| socket.read(buffer))
    }

    fn poll_write(socket: &mut O::Conn, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        without_blocking(socket, |socket| socket.write(bytes))
    }

    fn poll_shutdown(socket: &mut O::Conn, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(rustix::net::shutdown(socket, Shutdown::Write)?))
    }
}

impl<O> TestMode for Async<O>
where
    O: Reactor<Descriptor = OwnedFd, Listener: AsFd, Conn: AsyncSocket> + 'static,
{
    async fn wait<I: Intake<O::Conn>>(server: &mut Server<Self, I>, timeout: Timeout) -> Wait {
        server.wait_for_new_connection(timeout).await
    }

    fn poll<I: Intake<O::Conn>>(server: &mut Server<Self, I>, context: &mut Context<'_>) {
        let _ = server.poll_ready(context);
    }

    fn poll_read(
        socket: &mut O::Conn,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize>> {
        socket.poll_read(context, buffer)
    }

    fn poll_write(
        socket: &mut O::Conn,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        socket.poll_write(context, bytes)
    }

    fn poll_shutdown(socket: &mut O::Conn, context: &mut Context<'_>) -> Poll<Result<()>> {
        socket.poll_shutdown(context)
    }
}

/// Calls `attempt` in non-blocking mode.
fn without_blocking<S: AsFd>(
    socket: &mut S,
    attempt: impl FnOnce(&mut S) -> Result<usize>,
) -> Poll<Result<usize>> {
    rustix::io::ioctl_fionbio(&*socket, true)?;
    match attempt(socket) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Poll::Pending
        }
        result => Poll::Ready(result),
    }
}
