//! Servers on async-io, driven by the `block_on` that smol gives its users.
//!
//! While it waits, that thread drives the reactor itself, and the one of async-io sleeps.

use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anteroom::smol::{LocalServer, LocalSocket};
use async_executor::LocalExecutor;
use async_io::Async;
use futures_lite::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::asynchronous::asynchronous_servers;
use super::{Order, Service};
use crate::meter::Meter;
use crate::plan::{CHUNK, MESSAGE, Subject};
use crate::sample::{Measured, Served, Trouble};

asynchronous_servers!();

thread_local! {
    static EXECUTOR: &'static LocalExecutor<'static> = Box::leak(Box::default());
}

fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    EXECUTOR.with(|executor| executor.spawn(task).detach());
}

impl Accept for Async<UnixListener> {
    type Socket = Async<UnixStream>;

    fn listen(path: &Path) -> Result<Self, Trouble> {
        Ok(Self::bind(path)?)
    }

    async fn accept_one(&mut self) -> Result<Async<UnixStream>, Trouble> {
        Ok(self.accept().await?.0)
    }
}

impl Accept for LocalServer {
    type Socket = LocalSocket;

    fn listen(path: &Path) -> Result<Self, Trouble> {
        Ok(Self::bind(path)?)
    }

    async fn accept_one(&mut self) -> Result<LocalSocket, Trouble> {
        Ok(self.accept().await?)
    }
}

/// Listens, has the clients begin, and serves them.
pub(super) fn run(
    subject: Subject,
    path: &Path,
    begin: impl FnOnce() -> Result<Order, Trouble>,
) -> Result<Measured, Trouble> {
    match subject {
        Subject::Bare | Subject::BareAgain => measure::<Async<UnixListener>>(path, begin),
        Subject::Anteroom => measure::<LocalServer>(path, begin),
        Subject::Interprocess => Err("interprocess has nothing for async-io".into()),
    }
}

fn measure<A: Accept>(
    path: &Path,
    begin: impl FnOnce() -> Result<Order, Trouble>,
) -> Result<Measured, Trouble> {
    let executor = EXECUTOR.with(|executor| *executor);
    async_io::block_on(executor.run(async {
        let listener = A::listen(path)?;
        let order = begin()?;
        serve(listener, order).await
    }))
}
