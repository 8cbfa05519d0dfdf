//! Serves clients on the main thread, to have its system calls and its instructions counted.
//!
//! Each connection: accept, echo 64 bytes, read the end of the data, close. With
//! `--subject bare` this is a loop over the standard library's listener, with
//! `--subject anteroom` one over `LocalServer`; the rest is the same. The clients live in a child
//! process, so that a tracer which does not follow children sees the server alone.
//!
//! ```console
//! $ strace -c cargo run --release -p anteroom-std --example syscall_harness -- \
//!       --subject anteroom --pattern burst --connections 1000
//! ```

#[path = "harness/mod.rs"]
mod harness;

use std::error::Error;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixListener;

use anteroom_std::LocalServer;
use harness::{Clients, MESSAGE};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(order) = harness::order()? else {
        return Ok(());
    };
    let clients = match &*order.subject {
        "bare" => {
            let listener = UnixListener::bind(order.path())?;
            let mut clients = order.start()?;
            for _ in 0..order.connections {
                clients.permit();
                echo(listener.accept()?.0, &mut clients)?;
            }
            clients
        }
        "anteroom" => {
            let mut server = LocalServer::bind(order.path())?;
            let mut clients = order.start()?;
            for _ in 0..order.connections {
                clients.permit();
                echo(server.accept()?, &mut clients)?;
            }
            clients
        }
        other => return Err(format!("no subject is called {other}").into()),
    };
    clients.finish()
}

fn echo(mut socket: impl Read + Write, clients: &mut Clients) -> io::Result<()> {
    let mut buffer = [0; MESSAGE];
    loop {
        clients.permit();
        let length = socket.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        socket.write_all(&buffer[..length])?;
    }
}
