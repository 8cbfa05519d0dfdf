//! Serves clients on one thread, to have its system calls and its instructions counted.
//!
//! Each connection: accept, echo 64 bytes, read the end of the data, close; or, with the patterns
//! `one-client` and `two-clients`, accept, and answer a request of 64 bytes and close in a task.
//! With `--subject bare` this is a loop over async-io's listener, with `--subject anteroom` one over
//! `LocalServer`; the rest is the same. The clients live in a child process, so that a tracer
//! which does not follow children sees the server alone.
//!
//! ```console
//! $ strace -c cargo run --release -p anteroom-smol --example syscall_harness_smol -- \
//!       --subject anteroom --pattern burst --connections 1000
//! ```

#[cfg(unix)]
#[path = "../../backend-std/examples/harness/mod.rs"]
mod harness;

#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    async_io::block_on(server::run())
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod server {
    use std::error::Error;
    use std::io;
    use std::os::unix::net::UnixListener;
    use std::sync::Arc;

    use anteroom_smol::LocalServer;
    use async_executor::LocalExecutor;
    use async_io::Async;
    use futures_lite::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

    use super::harness::visits::Visits;
    use super::harness::{self, Clients, MESSAGE, Order};

    pub(super) async fn run() -> Result<(), Box<dyn Error>> {
        let Some(order) = harness::order()? else {
            return Ok(());
        };
        if let Some(at_a_time) = order.at_a_time() {
            return run_with_tasks(&order, at_a_time).await;
        }
        let mut clients = match &*order.subject {
            "bare" => {
                let listener = Async::<UnixListener>::bind(order.path())?;
                let mut clients = order.start()?;
                for _ in 0..order.connections {
                    let (socket, _) = clients.keep_step(listener.accept()).await?;
                    echo(socket, &mut clients).await?;
                }
                clients
            }
            "anteroom" => {
                let mut server = LocalServer::bind(order.path())?;
                let mut clients = order.start()?;
                for _ in 0..order.connections {
                    let socket = clients.keep_step(server.accept()).await?;
                    echo(socket, &mut clients).await?;
                }
                clients
            }
            other => return Err(format!("no subject is called {other}").into()),
        };
        clients.finish()
    }

    async fn run_with_tasks(order: &Order, at_a_time: usize) -> Result<(), Box<dyn Error>> {
        match &*order.subject {
            "bare" => {
                let listener = Async::<UnixListener>::bind(order.path())?;
                serve(order, at_a_time, async || Ok(listener.accept().await?.0)).await
            }
            "anteroom" => {
                let mut server = LocalServer::bind(order.path())?;
                serve(order, at_a_time, async || Ok(server.accept().await?)).await
            }
            other => Err(format!("no subject is called {other}").into()),
        }
    }

    async fn serve<S>(
        order: &Order,
        at_a_time: usize,
        mut accept: impl AsyncFnMut() -> io::Result<S>,
    ) -> Result<(), Box<dyn Error>>
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let visits = Arc::new(Visits::new(order.start()?, at_a_time));
        let executor = LocalExecutor::new();
        let serve = async {
            for _ in 0..order.connections {
                let socket = visits.accept(accept()).await?;
                let visits = Arc::clone(&visits);
                executor
                    .spawn(async move {
                        // A client that is not answered tells.
                        let _ = answer(socket).await;
                        visits.answered();
                    })
                    .detach();
            }
            visits.finish().await
        };
        executor.run(serve).await
    }

    async fn answer(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        let mut buffer = [0; MESSAGE];
        socket.read_exact(&mut buffer).await?;
        socket.write_all(&buffer).await
    }

    async fn echo(
        mut socket: impl AsyncRead + AsyncWrite + Unpin,
        clients: &mut Clients,
    ) -> io::Result<()> {
        let mut buffer = [0; MESSAGE];
        loop {
            let length = clients.keep_step(socket.read(&mut buffer)).await?;
            if length == 0 {
                return Ok(());
            }
            socket.write_all(&buffer[..length]).await?;
        }
    }
}
