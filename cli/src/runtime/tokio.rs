use std::future::Future;
use std::io;
use std::panic;
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::{AsyncRuntime, Sleep};

/// tokio on one thread.
#[derive(Debug)]
pub(crate) struct Tokio {
    // Tasks are dropped before their runtime.
    tasks: LocalSet,
    runtime: Runtime,
}

impl AsyncRuntime for Tokio {
    type Io = anteroom::tokio::Tokio;

    fn start() -> io::Result<Self> {
        Ok(Self {
            tasks: LocalSet::new(),
            runtime: Builder::new_current_thread().enable_all().build()?,
        })
    }

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
}
