use std::ffi::OsStr;
use std::future::Future;
use std::io;
use std::os::unix::net::UnixStream;
use std::panic;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use anteroom::tokio::{AcceptError, ConnectOptions, Error, LocalServer, LocalSocket, PeerIdentity};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::{AsyncRuntime, AsyncServer, AsyncSocket, Sleep};

/// tokio on one thread.
#[derive(Debug)]
pub(crate) struct Tokio {
    // The tasks go before the runtime that they use.
    tasks: LocalSet,
    runtime: Runtime,
}

impl Tokio {
    pub(crate) fn start() -> io::Result<Self> {
        Ok(Self {
            tasks: LocalSet::new(),
            runtime: Builder::new_current_thread().enable_all().build()?,
        })
    }
}

impl AsyncRuntime for Tokio {
    type Socket = LocalSocket;
    type Server = LocalServer;

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.tasks.block_on(&self.runtime, future)
    }

    fn run<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> T {
        let task = self.tasks.spawn_local(task);
        match self.block_on(task) {
            Ok(output) => output,
            // Nothing cancels it.
            Err(error) => panic::resume_unwind(error.into_panic()),
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.tasks.spawn_local(task);
    }

    fn sleep_until(moment: Instant) -> Sleep {
        Box::pin(tokio::time::sleep_until(moment.into()))
    }

    fn watch(socket: UnixStream) -> io::Result<LocalSocket> {
        tokio::net::UnixStream::from_std(socket).map(LocalSocket::from)
    }

    async fn connect(name: &OsStr, timeout: Duration) -> Result<LocalSocket, Error> {
        ConnectOptions::new().timeout(timeout).connect(name).await
    }
}

impl AsyncServer for LocalServer {
    fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<Result<LocalSocket, AcceptError>> {
        self.poll_accept(context)
    }
}

impl AsyncSocket for LocalSocket {
    fn peer_identity(&self) -> io::Result<PeerIdentity> {
        self.peer_identity()
    }

    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(Pin::new(self).poll_read(context, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self).poll_write(context, bytes)
    }
}
