//! The runtimes that the program can serve on, and what it needs of them.

mod server;
mod smol;
mod tokio;

use std::ffi::OsStr;
use std::future::Future;
use std::io;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use anteroom::blocking::{AcceptError, Error, PeerIdentity};

pub(crate) use self::server::Server;
pub(crate) use self::smol::Smol;
pub(crate) use self::tokio::Tokio;
use crate::trouble::{Result as TroubleResult, Trouble};

/// A moment to come, as something to wait for.
pub(crate) type Sleep = Pin<Box<dyn Future<Output = ()>>>;

/// Tells what became of the start of a runtime.
pub(crate) fn started<R>(result: io::Result<R>) -> TroubleResult<R> {
    result.map_err(|error| Trouble::io("start the runtime", &error))
}

/// A runtime with tasks, all of which stay on the thread that runs it.
pub(crate) trait AsyncRuntime: 'static {
    type Socket: AsyncSocket;
    type Server: AsyncServer<Socket = Self::Socket>;

    /// Runs a future until its end, and the tasks meanwhile.
    ///
    /// A future that is always woken is polled more often than each of many tasks.
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T;

    /// Runs a future as one of the tasks until its end: they are polled in turn.
    fn run<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> T;

    /// Starts a task.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);

    /// Makes a timer; like all that follows, only inside of the runtime.
    fn sleep_until(moment: Instant) -> Sleep;

    /// Has a connected socket watched.
    fn watch(socket: UnixStream) -> io::Result<Self::Socket>;

    /// Connects to a server.
    fn connect(
        name: &OsStr,
        timeout: Duration,
    ) -> impl Future<Output = Result<Self::Socket, Error>>;
}

/// A server that a task can wait for.
pub(crate) trait AsyncServer: Server {
    fn poll_accept(&mut self, context: &mut Context<'_>)
    -> Poll<Result<Self::Socket, AcceptError>>;
}

/// A socket that a task can wait for.
pub(crate) trait AsyncSocket: 'static {
    fn peer_identity(&self) -> io::Result<PeerIdentity>;

    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>;

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;
}
