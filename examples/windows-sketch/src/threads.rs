use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use anteroom_core::{
    AcceptFailure, BindError, Bound, Failure, ListenOptions, Operation, Os, ServerName, Time,
};
use anteroom_std::Waiter;
use anteroom_std::sys::{self, Readiness, WakeReceiver};
use tokio::net::windows::named_pipe::NamedPipeServer;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::{BlockingPipeSocket, Listener, PipeSocket};

/// Named pipes as the platform of a server, without a runtime of the application's.
#[derive(Clone, Debug)]
pub struct BlockingPipes(OwnRuntime);

impl BlockingPipes {
    /// Creates the runtime that waits for pipes.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    pub fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self(OwnRuntime(Arc::new(runtime))))
    }

    fn socket(&self, pipe: NamedPipeServer) -> BlockingPipeSocket {
        BlockingPipeSocket {
            socket: PipeSocket(pipe),
            runtime: self.0.clone(),
        }
    }
}

/// The listener of a [`BlockingPipes`].
#[derive(Debug)]
pub struct BlockingListener {
    listener: Listener,
    /// The last field: dropping it closes the pipe, which is dropped before.
    runtime: OwnRuntime,
}

impl Os for BlockingPipes {
    type Listener = BlockingListener;
    type Conn = BlockingPipeSocket;
    type Descriptor = sys::Descriptor;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<BlockingListener>, BindError> {
        let bound = Listener::bind(self.0.0.handle().clone(), name, options)?;
        let listener = BlockingListener {
            listener: bound.listener,
            runtime: self.0.clone(),
        };
        Ok(Bound::new(listener, bound.facts))
    }

    fn adopt(
        &mut self,
        descriptor: sys::Descriptor,
    ) -> Result<Bound<BlockingListener>, (sys::Descriptor, Failure)> {
        match descriptor {}
    }

    fn refuse(&mut self, listener: &mut BlockingListener) -> Result<(), Failure> {
        listener.runtime.turn();
        listener.listener.refuse();
        listener.runtime.turn();
        Ok(())
    }

    /// A pipe has no file.
    fn unlink(&mut self, _: &mut BlockingListener) -> Result<(), Failure> {
        Ok(())
    }

    /// The runtime learns of every client that has connected before this call.
    fn try_accept(
        &mut self,
        listener: &mut BlockingListener,
    ) -> Result<Option<BlockingPipeSocket>, AcceptFailure> {
        listener.runtime.turn();
        let pipe = listener.listener.try_accept()?;
        Ok(pipe.map(|pipe| self.socket(pipe)))
    }

    fn now(&self) -> Time {
        sys::now()
    }
}

impl Waiter for BlockingPipes {
    fn may_block(&self, _: &BlockingListener) -> bool {
        true
    }

    fn accept_blocking(
        &mut self,
        listener: &mut BlockingListener,
    ) -> Result<Option<BlockingPipeSocket>, AcceptFailure> {
        let BlockingListener { listener, runtime } = listener;
        let pipe = runtime.block_on(poll_fn(|context| listener.poll_accept(context)))?;
        Ok(Some(self.socket(pipe)))
    }

    /// There is never a waker: the platform layer cannot make one here.
    fn wait(
        &self,
        listener: Option<&BlockingListener>,
        _: Option<&WakeReceiver>,
        limit: Option<Duration>,
    ) -> Result<Readiness, Failure> {
        let ready = poll_fn(|context| match listener {
            Some(listener) => listener.listener.poll_ready(context),
            None => Poll::Pending,
        });
        let result = self.0.block_on(async {
            match limit {
                Some(limit) => timeout(limit, ready).await.ok(),
                None => Some(ready.await),
            }
        });
        let mut readiness = Readiness::default();
        let failure = |error: io::Error| sys::io_failure(Operation::Accept, &error);
        readiness.listener = result.transpose().map_err(failure)?.is_some();
        Ok(readiness)
    }
}

/// A handle of the runtime. Dropping it closes the pipes that were dropped before.
#[derive(Clone, Debug)]
pub(crate) struct OwnRuntime(Arc<Runtime>);

impl OwnRuntime {
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    /// Lets tokio handle the calls that the kernel has completed.
    fn turn(&self) {
        self.block_on(yield_now());
    }
}

impl Drop for OwnRuntime {
    /// tokio closes a pipe only when it handles the end of the calls on it.
    fn drop(&mut self) {
        self.turn();
    }
}
