//! A loop of calloop, with the server in it: one thread that sends back what comes.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin calloop -- /tmp/echo
//! $ cargo run -p anteroom-cli -- connect /tmp/echo               # in another terminal
//! ```
//!
//! calloop owns what it watches, so it gets a duplicate of the listener's descriptor. Three things
//! have to be seen to, and `State::go_on` does that after each turn of the loop:
//!
//! - A duplicate keeps the socket open. When the server has no listener any more, the loop has to
//!   forget it, or clients would wait for a server that has gone.
//! - The descriptor of a full server stays readable, so the loop has to stop watching it, or it spins.
//! - With a timeout of zero the server has something to do, and no event comes for that.

use std::env;
use std::error::Error;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process;
use std::time::Duration;

use anteroom::SocketOptions;
use anteroom::blocking::LocalServer;
use calloop::generic::Generic;
use calloop::{EventLoop, Interest, LoopHandle, Mode, PostAction, RegistrationToken};

use crate::signals::catch_signals;

mod signals;

const MOST_CLIENTS: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .max_pending_connections(1)
        .listen(&name)?;

    let mut event_loop = EventLoop::try_new()?;
    let mut state = State::new(server, event_loop.handle())?;
    writeln!(io::stdout(), "listening on {}", name.display())?;
    while state.listener.is_some() || state.clients > 0 {
        event_loop.dispatch(state.server.next_timeout(), &mut state)?;
        state.go_on()?;
    }
    Ok(())
}

struct State {
    server: LocalServer,
    handle: LoopHandle<'static, Self>,
    /// The duplicate of the listener, as long as there is one.
    listener: Option<RegistrationToken>,
    is_watched: bool,
    clients: usize,
}

impl State {
    fn new(server: LocalServer, handle: LoopHandle<'static, Self>) -> Result<Self, Box<dyn Error>> {
        let signals = Generic::new(catch_signals()?, Interest::READ, Mode::Level);
        handle.insert_source(signals, |_, signals, state: &mut Self| {
            let mut signals: &UnixStream = signals;
            signals.read_exact(&mut [0])?;
            state.stop();
            Ok(PostAction::Continue)
        })?;
        let listener = server.listener_fd().ok_or("it listens")?;
        let listener = Generic::new(listener.try_clone_to_owned()?, Interest::READ, Mode::Level);
        let listener = handle.insert_source(listener, |_, _, state: &mut Self| {
            state.server.process_events();
            Ok(PostAction::Continue)
        })?;
        Ok(Self {
            server,
            handle,
            listener: Some(listener),
            is_watched: true,
            clients: 0,
        })
    }

    fn stop(&mut self) {
        if !self.server.is_listening() {
            process::exit(1);
        }
        self.server.drain();
        // Nothing depends on whether it can be written.
        let _ = writeln!(io::stdout(), "stopping");
    }

    /// Does what is due, and has the loop watch the listener only while the server wants that.
    fn go_on(&mut self) -> Result<(), Box<dyn Error>> {
        self.claim()?;
        while self.server.next_timeout() == Some(Duration::ZERO) {
            self.server.process_events();
            self.claim()?;
        }
        let Some(listener) = self.listener else {
            return Ok(());
        };
        let is_wanted = self.server.wants_readable();
        if self.server.listener_fd().is_none() {
            self.handle.remove(listener);
            self.listener = None;
        } else if is_wanted != self.is_watched {
            if is_wanted {
                self.handle.enable(&listener)?;
            } else {
                self.handle.disable(&listener)?;
            }
            self.is_watched = is_wanted;
        }
        Ok(())
    }

    /// Watches accepted clients, while there is a place for them.
    fn claim(&mut self) -> Result<(), Box<dyn Error>> {
        while self.clients < MOST_CLIENTS {
            let Some(socket) = self.server.next_pending_connection() else {
                break;
            };
            let socket = UnixStream::from(socket);
            socket.set_nonblocking(true)?;
            let client = Generic::new(socket, Interest::BOTH, Mode::Edge);
            let mut unsent = Vec::new();
            self.handle.insert_source(client, move |_, socket, state| {
                match echo(socket, &mut unsent) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(PostAction::Continue),
                    _ => {
                        state.clients -= 1;
                        Ok(PostAction::Remove)
                    }
                }
            })?;
            self.clients += 1;
        }
        Ok(())
    }
}

/// Sends back what comes, to the end.
fn echo(mut socket: &UnixStream, unsent: &mut Vec<u8>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        while !unsent.is_empty() {
            let sent = socket.write(unsent)?;
            unsent.drain(..sent);
        }
        match socket.read(&mut buffer)? {
            0 => return Ok(()),
            length => unsent.extend_from_slice(&buffer[..length]),
        }
    }
}
