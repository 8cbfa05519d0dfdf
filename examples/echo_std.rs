//! Echo with threads: whatever a client sends comes back to it.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin echo_std -- /tmp/echo
//! $ cargo run -p anteroom-cli -- connect /tmp/echo               # in another terminal
//! ```
//!
//! The end is the interesting part. At Ctrl-C the wait for clients is woken and the server drains:
//! its name is free at once, and connected clients are served. A second Ctrl-C does not
//! wait for them. When descriptors run out clients have to wait, and a hook reports it.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::{env, process, thread};

use anteroom::blocking::{LocalServer, LocalSocket, WakeHandle};
use anteroom::{AcceptError, SocketOptions};
use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::reporting::Reporting;

mod reporting;

fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let mut server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .intake_with(Reporting)
        .listen(&name)?;
    wake_at_signals(server.wake_handle()?)?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    // The scope ends when all of its threads have.
    thread::scope(|clients| {
        loop {
            match server.accept() {
                Ok(socket) => {
                    // Without a thread for it this client has to go, but nobody else.
                    let thread = thread::Builder::new();
                    if let Err(error) = thread.spawn_scoped(clients, move || echo(&socket)) {
                        let _ = writeln!(io::stderr(), "a client was turned away: {error}");
                    }
                }
                Err(AcceptError::Woken) => {
                    server.drain();
                    // Nothing depends on whether it can be written.
                    let _ = writeln!(io::stdout(), "stopping");
                }
                Err(AcceptError::NotListening) => return Ok(()), // that was the last one
                Err(error) => return Err(error.into()),
            }
        }
    })
}

fn echo(socket: &LocalSocket) -> io::Result<u64> {
    let (mut reader, mut writer) = (socket, socket);
    io::copy(&mut reader, &mut writer)
}

fn wake_at_signals(server: WakeHandle) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    unblock_signals()?;
    thread::spawn(move || {
        let mut signals = signals.forever();
        signals.next();
        server.wake();
        signals.next();
        process::exit(1);
    });
    Ok(())
}

/// A program inherits blocked signals, for example from one that uses sigwait(3).
fn unblock_signals() -> io::Result<()> {
    let signals = [Signal::SIGINT, Signal::SIGTERM];
    Ok(SigSet::from_iter(signals).thread_unblock()?)
}
