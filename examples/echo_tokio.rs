//! Echo on tokio: whatever a client sends comes back to it.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin echo_tokio -- /tmp/echo
//! $ cargo run -p anteroom-cli -- connect /tmp/echo               # in another terminal
//! ```
//!
//! All of `accept` can be used in `select!`: nothing is lost when another branch wins. At Ctrl-C
//! the server drains: its name is free at once, and whoever has connected by then is served. A
//! second Ctrl-C does not wait for them. When descriptors run out clients wait, and a hook reports it.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anteroom::tokio::{AcceptError, LocalServer, LocalSocket, SocketOptions};
use tokio::task::{JoinSet, yield_now};

use crate::reporting::Reporting;
use crate::stop::Stop;

mod reporting;
mod stop;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let mut server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .intake(Reporting)
        .listen(&name)?;
    let mut stop = Stop::new()?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = server.accept() => match accepted {
                Ok(socket) => {
                    clients.spawn(echo(socket));
                    yield_now().await; // so that clients have their turn while others come
                }
                Err(AcceptError::NotListening) => break, // that was the last one
                Err(error) => return Err(error.into()),
            },
            Some(_) = clients.join_next() => {} // so that those that have ended are forgotten
            () = stop.asked() => {
                if !server.is_listening() {
                    return Err("stopped before all clients were served".into());
                }
                server.drain();
                // Nothing depends on whether it can be written.
                let _ = writeln!(io::stdout(), "stopping");
            }
        }
    }
    tokio::select! {
        _ = clients.join_all() => Ok(()),
        () = stop.asked() => Err("stopped before all clients were served".into()),
    }
}

async fn echo(mut socket: LocalSocket) -> io::Result<u64> {
    let (mut reader, mut writer) = socket.split();
    tokio::io::copy(&mut reader, &mut writer).await
}
