//! Servers on tokio, with one thread or two.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anteroom::tokio::{LocalServer, LocalSocket};
use interprocess::local_socket::tokio::{self as local_socket, prelude::*};
use interprocess::local_socket::{GenericFilePath, ListenerOptions};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::{Builder, Runtime as Tokio};

use super::asynchronous::asynchronous_servers;
use super::{Order, Service};
use crate::meter::Meter;
use crate::plan::{Batch, CHUNK, MESSAGE, Runtime, Subject};
use crate::sample::{Measured, Served, Trouble};

asynchronous_servers!();

fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

impl Accept for UnixListener {
    type Socket = UnixStream;

    fn listen(path: &Path) -> Result<Self, Trouble> {
        Ok(Self::bind(path)?)
    }

    async fn accept_one(&mut self) -> Result<UnixStream, Trouble> {
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

impl Accept for local_socket::Listener {
    type Socket = local_socket::Stream;

    fn listen(path: &Path) -> Result<Self, Trouble> {
        let name = path.to_fs_name::<GenericFilePath>()?;
        Ok(ListenerOptions::new().name(name).create_tokio()?)
    }

    async fn accept_one(&mut self) -> Result<local_socket::Stream, Trouble> {
        Ok(self.accept().await?)
    }
}

/// Listens, has the clients begin, and serves them.
pub(super) fn run(
    batch: &Batch,
    begin: impl FnOnce() -> Result<Order, Trouble>,
) -> Result<Measured, Trouble> {
    match batch.subject {
        Subject::Bare | Subject::BareAgain => measure::<UnixListener>(batch, begin),
        Subject::Anteroom => measure::<LocalServer>(batch, begin),
        Subject::Interprocess => measure::<local_socket::Listener>(batch, begin),
    }
}

fn measure<A: Accept + 'static>(
    batch: &Batch,
    begin: impl FnOnce() -> Result<Order, Trouble>,
) -> Result<Measured, Trouble> {
    let runtime = runtime(batch.runtime)?;
    runtime.block_on(async {
        let listener = A::listen(&batch.path)?;
        let order = begin()?;
        if batch.runtime == Runtime::Tokio2 {
            // What is blocked on is no task: the workers would only wake this thread.
            runtime.spawn(serve(listener, order)).await?
        } else {
            serve(listener, order).await
        }
    })
}

fn runtime(runtime: Runtime) -> Result<Tokio, Trouble> {
    let mut builder = if runtime == Runtime::Tokio2 {
        Builder::new_multi_thread()
    } else {
        Builder::new_current_thread()
    };
    Ok(builder.worker_threads(2).enable_all().build()?)
}
