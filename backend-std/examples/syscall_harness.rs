//! Serves clients one after the other on the main thread, to have its system calls counted.
//!
//! Each connection: accept, echo 64 bytes, read the end of the data, close. With
//! `--subject bare` this is a loop over the standard library's listener, with
//! `--subject anteroom` one over `LocalServer`; the rest is the same. The clients live in a child
//! process, so that a tracer which does not follow children sees the server alone.
//!
//! ```console
//! $ strace -c cargo run --release -p anteroom-std --example syscall_harness -- \
//!       --subject anteroom --connections 1000
//! ```

#[path = "harness/clients.rs"]
mod clients;

use std::error::Error;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixListener;

use anteroom_std::LocalServer;
use clients::MESSAGE;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(order) = clients::order()? else {
        return Ok(());
    };
    let (path, connections) = (&order.path, order.connections);
    let mut clients = match &*order.subject {
        "bare" => {
            let listener = UnixListener::bind(path)?;
            let clients = clients::start(path, connections)?;
            for _ in 0..connections {
                echo(listener.accept()?.0)?;
            }
            clients
        }
        "anteroom" => {
            let mut server = LocalServer::bind(path)?;
            let clients = clients::start(path, connections)?;
            for _ in 0..connections {
                echo(server.accept()?)?;
            }
            clients
        }
        other => return Err(format!("no subject is called {other}").into()),
    };
    clients::finish(&mut clients)
}

fn echo(mut socket: impl Read + Write) -> io::Result<()> {
    let mut buffer = [0; MESSAGE];
    loop {
        let length = socket.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        socket.write_all(&buffer[..length])?;
    }
}
