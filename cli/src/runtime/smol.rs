use std::future::Future;
use std::io;
use std::panic;
use std::time::Instant;

use anteroom::generic::UnixRuntime as _;
use anteroom::smol::AsyncIo;
use anteroom::{Cause, Operation};
use async_executor::LocalExecutor;
use async_io::Timer;

use super::{AsyncRuntime, Sleep};

/// smol's single-threaded executor, and the reactor of the process.
#[derive(Debug)]
pub(crate) struct Smol {
    executor: LocalExecutor<'static>,
}

impl AsyncRuntime for Smol {
    type Io = AsyncIo;

    /// Starts the reactor.
    ///
    /// It panics if it lacks a thread, maybe later in its own thread. The panic hook is restored
    /// only afterwards, so that a failed start prints one line.
    fn start() -> io::Result<Self> {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        AsyncIo::default()
            .resolve(Operation::Listen)
            .map_err(Cause::new)?;
        panic::set_hook(hook);
        Ok(Self {
            executor: LocalExecutor::new(),
        })
    }

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
}
