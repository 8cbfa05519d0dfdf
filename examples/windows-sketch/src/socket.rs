use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use anteroom_std::{AsyncSocket, PeerIdentity, PeerSocket};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::windows::named_pipe::NamedPipeServer;

use crate::threads::OwnRuntime;

/// A connected pipe whose calls wait in a task of tokio.
#[derive(Debug)]
pub struct PipeSocket(pub(crate) NamedPipeServer);

impl AsyncSocket for PipeSocket {
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    /// A pipe cannot end one direction only.
    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }
}

/// The sketch does not ask Windows who the client is.
impl PeerSocket for PipeSocket {
    fn peer_identity(&self) -> io::Result<PeerIdentity> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A connected pipe whose calls wait on the thread.
#[derive(Debug)]
pub struct BlockingPipeSocket {
    pub(crate) socket: PipeSocket,
    /// The last field: dropping it closes the pipe, which is dropped before.
    pub(crate) runtime: OwnRuntime,
}

impl Read for BlockingPipeSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self { socket, runtime } = self;
        runtime.block_on(poll_fn(|context| socket.poll_read(context, buffer)))
    }
}

impl Write for BlockingPipeSocket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Self { socket, runtime } = self;
        runtime.block_on(poll_fn(|context| socket.poll_write(context, bytes)))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
