//! A loop around mio's poller, with the server in it: one thread that sends back what comes.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin mio_loop -- /tmp/echo
//! $ cargo run -p anteroom-cli -- connect /tmp/echo               # in another terminal
//! ```
//!
//! The server is no event loop, and fits into any. Three questions embed it:
//! [`listener_fd`](LocalServer::listener_fd) is what to watch,
//! [`wants_readable`](LocalServer::wants_readable) whether that matters now, and
//! [`next_timeout`](LocalServer::next_timeout) how long to sleep at most.
//!
//! mio reports changes only, so the loop remembers that the listener is readable until
//! [`process_events`](LocalServer::process_events) has used that up. Here no more than eight
//! clients are served at a time. While there is no room, the server wants nothing, and the others
//! wait in the operating system's queue at no cost. (A client that never pauses holds the others up:
//! `anteroom serve` is the same loop with turns.)

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, process};

use anteroom::SocketOptions;
use anteroom::blocking::LocalServer;
use mio::net::UnixStream;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token};

use crate::signals::catch_signals;

mod signals;

// The clients have the numbers of their descriptors.
const SIGNALS: Token = Token(usize::MAX);
const LISTENER: Token = Token(usize::MAX - 1);
const MOST_CLIENTS: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let mut server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .max_pending_connections(1)
        .listen(&name)?;

    let mut poll = Poll::new()?;
    let registry = poll.registry().try_clone()?;
    let mut signals = UnixStream::from_std(catch_signals()?);
    registry.register(&mut signals, SIGNALS, Interest::READABLE)?;
    let listener = server.listener_fd().ok_or("it listens")?.as_raw_fd();
    let mut listener = SourceFd(&listener);
    registry.register(&mut listener, LISTENER, Interest::READABLE)?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    let mut events = Events::with_capacity(64);
    let mut clients = HashMap::new();
    let mut is_readable = false;
    while server.listener_fd().is_some() || !clients.is_empty() {
        match poll.poll(&mut events, server.next_timeout()) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        for event in &events {
            match event.token() {
                SIGNALS if server.is_listening() => {
                    server.drain();
                    // Nothing depends on whether it can be written.
                    let _ = writeln!(io::stdout(), "stopping");
                }
                SIGNALS => process::exit(1),
                LISTENER => is_readable = true,
                token => serve(&mut clients, token),
            }
        }
        loop {
            claim(&mut server, &registry, &mut clients)?;
            // At the end of a pause, and while the server drains, mio has nothing to report.
            let is_due = server.next_timeout() == Some(Duration::ZERO);
            if !(is_due || is_readable && server.wants_readable()) {
                break;
            }
            is_readable &= !server.process_events().would_block;
        }
    }
    Ok(())
}

/// Polls accepted clients, while there is a place for them.
fn claim(
    server: &mut LocalServer,
    registry: &Registry,
    clients: &mut HashMap<Token, Client>,
) -> io::Result<()> {
    while clients.len() < MOST_CLIENTS {
        let Some(socket) = server.next_pending_connection() else {
            break;
        };
        let token = Token(usize::try_from(socket.as_raw_fd()).map_err(io::Error::other)?);
        let mut client = Client::new(socket.into())?;
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut client.socket, token, both)?;
        clients.insert(token, client);
    }
    Ok(())
}

/// Serves a client until it has to be waited for, or has gone.
fn serve(clients: &mut HashMap<Token, Client>, token: Token) {
    let outcome = clients.get_mut(&token).map(Client::echo);
    match outcome {
        Some(Err(error)) if error.kind() == ErrorKind::WouldBlock => {}
        _ => drop(clients.remove(&token)),
    }
}

/// A client, and what could not be sent back to it yet.
struct Client {
    socket: UnixStream,
    unsent: Vec<u8>,
}

impl Client {
    fn new(socket: net::UnixStream) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket: UnixStream::from_std(socket),
            unsent: Vec::new(),
        })
    }

    /// Sends back what comes, to the end.
    fn echo(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        loop {
            while !self.unsent.is_empty() {
                let sent = self.socket.write(&self.unsent)?;
                self.unsent.drain(..sent);
            }
            match self.socket.read(&mut buffer)? {
                0 => return Ok(()),
                length => self.unsent.extend_from_slice(&buffer[..length]),
            }
        }
    }
}
