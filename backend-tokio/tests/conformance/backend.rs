//! What the subject has to know about tokio.

use std::future::Future;
use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use anteroom_conformance::Bench;
pub(crate) use anteroom_tokio::{
    AdoptError, ConnectOptions, Error, Intake, ListenError, LocalServer, LocalSocket,
};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::runtime::Builder;

use crate::subject::AsyncSubject;

pub(crate) struct Runtime(tokio::runtime::Runtime);

impl Runtime {
    fn new(mut builder: Builder) -> Self {
        Self(builder.enable_all().build().expect("a runtime can be made"))
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }
}

/// Lets the runtime look at its sockets.
pub(crate) async fn turn() {
    tokio::task::yield_now().await;
}

pub(crate) fn poll_read(
    socket: &mut LocalSocket,
    context: &mut Context<'_>,
    buffer: &mut [u8],
) -> Poll<Result<usize>> {
    let mut buffer = ReadBuf::new(buffer);
    ready!(Pin::new(socket).poll_read(context, &mut buffer))?;
    Poll::Ready(Ok(buffer.filled().len()))
}

pub(crate) fn poll_write(
    socket: &mut LocalSocket,
    context: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<Result<usize>> {
    Pin::new(socket).poll_write(context, bytes)
}

pub(crate) fn poll_shutdown(
    socket: &mut LocalSocket,
    context: &mut Context<'_>,
) -> Poll<Result<()>> {
    Pin::new(socket).poll_shutdown(context)
}

pub(crate) fn on_one_thread() -> Bench {
    AsyncSubject::bench(Runtime::new(Builder::new_current_thread()))
}

pub(crate) fn on_several_threads() -> Bench {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    AsyncSubject::bench(Runtime::new(builder))
}
