//! Echo on any runtime: whatever a client sends comes back to it.
//!
//! `anteroom::generic` has the server of every runtime as one type. The programs `echo_tokio` and
//! `echo_smol` both consist of this file. One task serves all clients; nothing is spawned.
//!
//! `accept` can be raced against any future: if the other one wins, no client is lost. At Ctrl-C the
//! server drains: its name is free at once, and the clients that have connected by then are served.
//! A second Ctrl-C does not wait for them. If descriptors run out, clients wait, and a hook reports it.

use std::env;
use std::error::Error;
use std::future::pending;
use std::io::{self, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use anteroom::generic::AsyncSocket;
use anteroom::generic::{Async, Server, System, UnixReactor};
use anteroom::{AcceptError, SocketOptions};
use futures_lite::future::yield_now;
use futures_lite::{FutureExt as _, StreamExt as _};
use futures_util::stream::FuturesUnordered;

use crate::reporting::Reporting;
use crate::stop::Stop;

const STOPPED: &str = "stopped before all clients were served";

/// Serves clients on the runtime `R` until it is asked to stop and the last client has left.
pub(crate) async fn serve<R>() -> Result<(), Box<dyn Error>>
where
    R: UnixReactor<Socket: AsyncSocket + TryFrom<UnixStream, Error: Into<io::Error>>> + Default,
{
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let mut server = Server::<Async<System<R>>>::builder()
        .socket_options(SocketOptions::USER)
        .intake_with(Reporting)
        .listen(&name)?;
    let mut stop = Stop::<R::Socket>::new()?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    let mut clients = FuturesUnordered::new();
    loop {
        let stopping = async {
            stop.asked().await;
            None
        };
        let serving = async {
            while clients.next().await.is_some() {}
            pending().await
        };
        let accepting = async { Some(server.accept().await) };
        // In this order: clients have their turn while others come.
        match stopping.or(serving).or(accepting).await {
            Some(Ok(socket)) => clients.push(echo(socket)),
            Some(Err(AcceptError::NotListening)) => break, // that was the last one
            Some(Err(error)) => return Err(error.into()),
            None if !server.is_listening() => return Err(STOPPED.into()),
            None => {
                server.drain();
                // Nothing depends on whether it can be written.
                let _ = writeln!(io::stdout(), "stopping");
            }
        }
    }
    let finishing = async {
        while clients.next().await.is_some() {}
        Ok(())
    };
    let stopping = async {
        stop.asked().await;
        Err(STOPPED.into())
    };
    stopping.or(finishing).await
}

/// Sends back what comes, to the end.
async fn echo(mut socket: impl AsyncSocket) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        match socket.read(&mut buffer).await? {
            0 => return Ok(()),
            length => socket.write_all(&buffer[..length]).await?,
        }
        yield_now().await; // so that others have their turn, however much this client sends
    }
}
