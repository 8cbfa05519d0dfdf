use std::ffi::OsStr;
use std::future::Future;
use std::io;
use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use anteroom::smol::{AcceptError, ConnectOptions, Error, LocalServer, LocalSocket, PeerIdentity};
use async_executor::LocalExecutor;
use async_io::{Async, Timer};
use futures_io::{AsyncRead, AsyncWrite};

use super::{AsyncRuntime, AsyncServer, AsyncSocket, Sleep};

/// smol's executor for one thread, and its reactor, which is the process's.
#[derive(Debug)]
pub(crate) struct Smol {
    executor: LocalExecutor<'static>,
}

impl Smol {
    /// Starts the reactor.
    ///
    /// It tells that descriptors have run out only by panics, one of which may come from its own
    /// thread and late: of a start that failed nothing is to be printed but our line.
    pub(crate) fn start() -> io::Result<Self> {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let mut timer = Timer::after(Duration::from_secs(1));
        let mut nobody = Context::from_waker(Waker::noop());
        // Any timer that waits uses it.
        let started =
            panic::catch_unwind(AssertUnwindSafe(|| Pin::new(&mut timer).poll(&mut nobody)));
        if started.is_err() {
            return Err(io::Error::other("descriptors or threads have run out"));
        }
        panic::set_hook(hook);
        Ok(Self {
            executor: LocalExecutor::new(),
        })
    }
}

impl AsyncRuntime for Smol {
    type Socket = LocalSocket;
    type Server = LocalServer;

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        async_io::block_on(self.executor.run(future))
    }

    fn run<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> T {
        self.block_on(self.executor.spawn(task))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.executor.spawn(task).detach();
    }

    fn sleep_until(moment: Instant) -> Sleep {
        Box::pin(async move {
            Timer::at(moment).await;
        })
    }

    fn watch(socket: UnixStream) -> io::Result<LocalSocket> {
        Async::new(socket).map(LocalSocket::from)
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
        Pin::new(self).poll_read(context, buffer)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self).poll_write(context, bytes)
    }
}
