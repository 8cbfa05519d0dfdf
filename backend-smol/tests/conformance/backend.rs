//! What the subject has to know about async-io.

use std::future::Future;
use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll};

use anteroom_conformance::Bench;
pub(crate) use anteroom_smol::{
    AdoptError, ConnectOptions, Error, Intake, ListenError, LocalServer, LocalSocket,
};
use futures_lite::future::yield_now;
use futures_lite::{AsyncRead as _, AsyncWrite as _};

use crate::subject::AsyncSubject;

pub(crate) struct Runtime;

impl Runtime {
    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        async_io::block_on(future)
    }
}

/// Lets the runtime look at its sockets.
pub(crate) async fn turn() {
    yield_now().await;
}

pub(crate) fn poll_read(
    socket: &mut LocalSocket,
    context: &mut Context<'_>,
    buffer: &mut [u8],
) -> Poll<Result<usize>> {
    Pin::new(socket).poll_read(context, buffer)
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
    Pin::new(socket).poll_close(context)
}

pub(crate) fn on_async_io() -> Bench {
    // The reactor comes into being at its first use, which no case must spoil for it.
    async_io::block_on(yield_now());
    AsyncSubject::bench(Runtime)
}
