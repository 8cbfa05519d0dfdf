//! The runtimes that the program can serve on.

mod smol;
mod tokio;

use std::future::Future;
use std::io;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::time::Instant;

use anteroom::generic::AsyncSocket;
use anteroom::generic::{self, Async, System, UnixReactor, UnixRuntime};

pub(crate) use self::smol::Smol;
pub(crate) use self::tokio::Tokio;
use crate::error::{CommandError, Result as CommandResult};

/// A future that completes at a deadline.
pub(crate) type Sleep = Pin<Box<dyn Future<Output = ()>>>;

/// The mode of the servers and clients of a runtime.
pub(crate) type Mode<R> = Async<System<<R as AsyncRuntime>::Io>>;

/// The server of a runtime.
pub(crate) type Server<R> = generic::Server<Mode<R>>;

/// The socket of a runtime.
pub(crate) type Socket<R> = <<R as AsyncRuntime>::Io as UnixRuntime>::Socket;

/// Reports a failure to start a runtime.
pub(crate) fn started<R>(result: io::Result<R>) -> CommandResult<R> {
    result.map_err(|error| CommandError::io("start the runtime", &error))
}

/// A runtime with tasks on one thread.
pub(crate) trait AsyncRuntime: Sized + 'static {
    /// The runtime type of the library's servers and clients.
    type Io: UnixReactor<Socket: AsyncSocket + TryFrom<UnixStream, Error: Into<io::Error>>>
        + Default
        + 'static;

    /// Starts the runtime.
    fn start() -> io::Result<Self>;

    /// Runs a future and the tasks until the future completes.
    ///
    /// The runtime polls this future more often than a task, if it is always woken.
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T;

    /// Runs a future as a task, so that it is polled in turn with the others.
    fn run<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> T;

    /// Starts a task.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);

    /// Creates a timer. Call it inside the runtime.
    fn sleep_until(moment: Instant) -> Sleep;
}
