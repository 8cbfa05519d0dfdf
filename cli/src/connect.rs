use std::io::{self, ErrorKind as IoErrorKind, Read as _, Write as _};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use anteroom::Timeout;
use anteroom::blocking::{ConnectOptions, LocalSocket};

use crate::args::Connect;
use crate::error::{CommandError, Result, server_name};
use crate::exit_code::Code;
use crate::standard;

const BUFFER: usize = 64 * 1024;

/// Connects standard input and output to a server.
pub(crate) fn run(args: &Connect) -> Result<Code> {
    let socket = ConnectOptions::new()
        .socket_options(args.namespace.options())
        .timeout(Timeout::from(args.timeout))
        .connect(&args.name)?;
    let socket = Arc::new(socket);
    let (trouble, troubles) = mpsc::channel();
    let sending = Arc::clone(&socket);
    let end = if args.no_shutdown {
        End::Wait(args.timeout)
    } else {
        End::Shutdown
    };
    // A read of the input cannot be interrupted, so the thread may end with the program.
    thread::Builder::new()
        .spawn(move || send_input(&sending, end, &trouble))
        .map_err(|error| CommandError::io("start a thread", &error))?;
    receive(&socket).map_err(|interruption| interruption.explain(args, &socket))?;
    troubles.try_recv().map_or(Ok(Code::Success), Err)
}

/// What happens to the connection at the end of the input.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The sending direction is shut down.
    Shutdown,
    /// Both directions stay open until the server closes the connection, or until the timeout.
    Wait(Option<Duration>),
}

impl End {
    fn apply(self, socket: &LocalSocket) {
        let side = match self {
            Self::Shutdown => Shutdown::Write,
            Self::Wait(None) => return,
            Self::Wait(Some(timeout)) => {
                thread::sleep(timeout);
                // The receiving thread reads the received data, then the end.
                Shutdown::Read
            }
        };
        // The connection may be gone already.
        let _ = socket.shutdown(side);
    }
}

/// Sends standard input until its end.
fn send_input(mut socket: &LocalSocket, mut end: End, troubles: &Sender<CommandError>) {
    let mut input = standard::input();
    let mut buffer = vec![0; BUFFER];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                if socket.write_all(&buffer[..length]).is_err() {
                    // The server reads no more. The receiving thread reports the outcome.
                    break;
                }
            }
            Err(error) if error.kind() == IoErrorKind::Interrupted => {}
            Err(error) => {
                // The receiver is dropped only when the program ends.
                let _ = troubles.send(CommandError::io("read standard input", &error));
                // The server may wait for the rest, so it has to read the end.
                end = End::Shutdown;
                break;
            }
        }
    }
    end.apply(socket);
}

/// An error that ends receiving.
enum Interruption {
    Connection(io::Error),
    Output(io::Error),
}

impl Interruption {
    fn explain(self, args: &Connect, socket: &LocalSocket) -> CommandError {
        match self {
            Self::Output(error) => CommandError::io("write to standard output", &error),
            Self::Connection(error) => {
                let full_name = socket.full_server_name().ok().flatten();
                let full_name = full_name.as_ref().unwrap_or(&args.name);
                CommandError::with_name(
                    Code::Other,
                    "receive from",
                    &args.name,
                    &server_name(full_name),
                    format_args!("{error}; the server has cut the connection off, or was stopped"),
                )
            }
        }
    }
}

/// Copies data of the server to standard output, until its end or until the output is closed.
fn receive(mut socket: &LocalSocket) -> std::result::Result<(), Interruption> {
    let mut output = standard::output();
    let mut buffer = vec![0; BUFFER];
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => {
                let written = output.write_all(&buffer[..length]);
                match written.and_then(|()| output.flush()) {
                    Ok(()) => {}
                    Err(error) if error.kind() == IoErrorKind::BrokenPipe => return Ok(()),
                    Err(error) => return Err(Interruption::Output(error)),
                }
            }
            Err(error) if error.kind() == IoErrorKind::Interrupted => {}
            Err(error) => return Err(Interruption::Connection(error)),
        }
    }
}
