use std::io::{self, ErrorKind as IoErrorKind, Read as _, StdoutLock, Write as _};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;

use anteroom::blocking::{
    self, ConnectOptions, Error, ErrorKind, Found, LocalSocket, Occupant, Operation, Timeout,
};

use crate::args::Connect;
use crate::code::Code;
use crate::trouble::{Result, Trouble};

const BUFFER: usize = 64 * 1024;

/// Connects standard input and output with a server.
pub(crate) fn run(args: &Connect) -> Result<Code> {
    let socket = ConnectOptions::new()
        .socket_options(args.namespace.options())
        .timeout(Timeout::from(args.timeout))
        .connect(&args.name)
        .map_err(|error| explain(args, error))?;
    let socket = Arc::new(socket);
    let (trouble, troubles) = mpsc::channel();
    let sending = Arc::clone(&socket);
    // Reading the input cannot be interrupted: the thread ends with the program if need be.
    thread::Builder::new()
        .spawn(move || send_input(&sending, &trouble))
        .map_err(|error| Trouble::io("start a thread", &error))?;
    receive(&socket)?;
    troubles.try_recv().map_or(Ok(Code::Success), Err)
}

/// Sends standard input until its end, then closes this half of the connection.
fn send_input(mut socket: &LocalSocket, troubles: &Sender<Trouble>) {
    let mut input = io::stdin().lock();
    let mut buffer = vec![0; BUFFER];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                if socket.write_all(&buffer[..length]).is_err() {
                    // The server reads no more. What that means shows in what it sends.
                    break;
                }
            }
            Err(error) if error.kind() == IoErrorKind::Interrupted => {}
            Err(error) => {
                // Nobody listens only if the program ends anyway.
                let _ = troubles.send(Trouble::io("read standard input", &error));
                break;
            }
        }
    }
    // The connection may be gone already.
    let _ = socket.shutdown(Shutdown::Write);
}

/// Writes to standard output what the server sends, until it is done or nobody reads it.
fn receive(mut socket: &LocalSocket) -> Result<()> {
    let mut output = io::stdout().lock();
    let mut buffer = vec![0; BUFFER];
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => {
                if !write(&mut output, &buffer[..length])? {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == IoErrorKind::Interrupted => {}
            Err(error) => return Err(cut_off(&error)),
        }
    }
}

/// Writes to standard output; false if nobody reads it any more.
fn write(output: &mut StdoutLock<'_>, bytes: &[u8]) -> Result<bool> {
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == IoErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Trouble::io("write to standard output", &error)),
    }
}

fn cut_off(error: &io::Error) -> Trouble {
    Trouble::new(
        Code::Trouble,
        format!("the server cut the connection off: {error}; it may have been stopped"),
    )
}

/// Finds out more about a server that refuses: it may not be a server at all.
fn explain(args: &Connect, error: Error) -> Trouble {
    if error.kind() != ErrorKind::Refused {
        return error.into();
    }
    let Ok(look) = blocking::look(&args.name, args.namespace.options()) else {
        return error.into();
    };
    match look.found {
        Found::Stale => Trouble::new(Code::Stale, error.to_string()),
        Found::Occupied(
            occupant @ (Occupant::File | Occupant::Directory | Occupant::Link | Occupant::Other),
        ) => Trouble::occupied(
            Operation::Connect,
            ErrorKind::Refused,
            occupant,
            &args.name,
            &look.full_name,
        ),
        // For an abstract name nobody is nobody.
        Found::Absent => Trouble::new(Code::Absent, error.to_string()),
        _ => error.into(),
    }
}
