//! Echo on smol, or any other executor: whatever a client sends comes back to it.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin echo_smol -- /tmp/echo
//! $ cargo run -p anteroom-cli -- connect /tmp/echo               # in another terminal
//! ```
//!
//! `accept` can be raced against anything: nothing is lost when it does not win. At Ctrl-C the
//! server drains: its name is free at once, and whoever has connected by then is served. A second
//! Ctrl-C does not wait for them. When descriptors run out clients wait, and a hook reports it.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anteroom::smol::{AcceptError, LocalServer, LocalSocket, SocketOptions};
use async_executor::LocalExecutor;
use async_signal::{Signal, Signals};
use futures_lite::future::yield_now;
use futures_lite::{FutureExt as _, StreamExt as _};
use nix::sys::signal;

use crate::reporting::Reporting;

mod reporting;

fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let clients = LocalExecutor::new();
    async_io::block_on(clients.run(serve(name, &clients)))
}

async fn serve(name: PathBuf, clients: &LocalExecutor<'_>) -> Result<(), Box<dyn Error>> {
    let mut server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .intake(Reporting)
        .listen(&name)?;
    let mut signals = Signals::new([Signal::Int, Signal::Term])?;
    unblock_signals()?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    loop {
        let accept = async { Some(server.accept().await) };
        let stop = async { signals.next().await.and(None) };
        match accept.or(stop).await {
            Some(Ok(socket)) => {
                clients.spawn(echo(socket)).detach();
                yield_now().await; // so that clients have their turn while others come
            }
            Some(Err(AcceptError::NotListening)) => break, // that was the last one
            Some(Err(error)) => return Err(error.into()),
            None if !server.is_listening() => {
                return Err("stopped before all clients were served".into());
            }
            None => {
                server.drain();
                // Nothing depends on whether it can be written.
                let _ = writeln!(io::stdout(), "stopping");
            }
        }
    }
    let finish = async {
        while !clients.is_empty() {
            clients.tick().await;
        }
        Ok(())
    };
    let stop = async {
        signals.next().await;
        Err("stopped before all clients were served".into())
    };
    finish.or(stop).await
}

async fn echo(socket: LocalSocket) -> io::Result<u64> {
    futures_lite::io::copy(&socket, &socket).await
}

/// A program inherits blocked signals, for example from one that uses sigwait(3).
fn unblock_signals() -> io::Result<()> {
    let signals = [signal::SIGINT, signal::SIGTERM];
    Ok(signal::SigSet::from_iter(signals).thread_unblock()?)
}
