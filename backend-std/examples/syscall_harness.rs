//! Serves clients on the main thread, to have its system calls and its instructions counted.
//!
//! Each connection: accept, echo 64 bytes, read the end of the data, close; or, with the patterns
//! `one-client` and `two-clients`, accept, answer a request of 64 bytes, close. With
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
use harness::{Clients, MESSAGE, Order};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(order) = harness::order()? else {
        return Ok(());
    };
    match &*order.subject {
        "bare" => {
            let listener = UnixListener::bind(order.path())?;
            serve(&order, || Ok(listener.accept()?.0))
        }
        "anteroom" => {
            let mut server = LocalServer::bind(order.path())?;
            serve(&order, || Ok(server.accept()?))
        }
        other => Err(format!("no subject is called {other}").into()),
    }
}

fn serve<S: Read + Write>(
    order: &Order,
    mut accept: impl FnMut() -> io::Result<S>,
) -> Result<(), Box<dyn Error>> {
    let mut clients = order.start()?;
    for number in 0..order.connections {
        if let Some(at_a_time) = order.at_a_time() {
            if number % at_a_time == 0 {
                clients.permit();
            }
            answer(accept()?)?;
        } else {
            clients.permit();
            echo(accept()?, &mut clients)?;
        }
    }
    clients.finish()
}

fn answer(mut socket: impl Read + Write) -> io::Result<()> {
    let mut buffer = [0; MESSAGE];
    socket.read_exact(&mut buffer)?;
    socket.write_all(&buffer)
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
