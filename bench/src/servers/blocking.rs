//! Servers on the main thread, which blocks.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use anteroom::blocking::{LocalServer, LocalSocket};
use interprocess::local_socket::{self, GenericFilePath, ListenerOptions, prelude::*};

use super::{Order, Service};
use crate::meter::Meter;
use crate::plan::{CHUNK, MESSAGE, Subject};
use crate::sample::{Measured, Served, Trouble};

/// What differs between the subjects.
trait Accept: Sized {
    type Socket: Read + Write;

    fn listen(path: &Path) -> Result<Self, Trouble>;

    fn accept_one(&mut self) -> Result<Self::Socket, Trouble>;
}

impl Accept for UnixListener {
    type Socket = UnixStream;

    fn listen(path: &Path) -> Result<Self, Trouble> {
        Ok(Self::bind(path)?)
    }

    fn accept_one(&mut self) -> Result<UnixStream, Trouble> {
        Ok(self.accept()?.0)
    }
}

impl Accept for LocalServer {
    type Socket = LocalSocket;

    fn listen(path: &Path) -> Result<Self, Trouble> {
        Ok(Self::bind(path)?)
    }

    fn accept_one(&mut self) -> Result<LocalSocket, Trouble> {
        Ok(self.accept()?)
    }
}

impl Accept for local_socket::Listener {
    type Socket = local_socket::Stream;

    fn listen(path: &Path) -> Result<Self, Trouble> {
        let name = path.to_fs_name::<GenericFilePath>()?;
        Ok(ListenerOptions::new().name(name).create_sync()?)
    }

    fn accept_one(&mut self) -> Result<local_socket::Stream, Trouble> {
        Ok(self.accept()?)
    }
}

/// Listens, has the clients begin, and serves them.
pub(super) fn run(
    subject: Subject,
    path: &Path,
    begin: impl FnOnce() -> Result<Order, Trouble>,
) -> Result<Measured, Trouble> {
    match subject {
        Subject::Bare | Subject::BareAgain => measure::<UnixListener>(path, begin),
        Subject::Anteroom => measure::<LocalServer>(path, begin),
        Subject::Interprocess => measure::<local_socket::Listener>(path, begin),
    }
}

fn measure<A: Accept>(
    path: &Path,
    begin: impl FnOnce() -> Result<Order, Trouble>,
) -> Result<Measured, Trouble> {
    let mut listener = A::listen(path)?;
    let order = begin()?;
    let meter = Meter::start();
    let mut served = Served::default();
    for _ in 0..order.connections {
        let socket = listener.accept_one()?;
        served.connections += 1;
        served.bytes += match order.service {
            Service::Echo => echo(socket)?,
            Service::Count => count(socket)?,
            Service::Answer => answer(socket)?,
        };
    }
    let cost = meter.stop();
    Ok(Measured { served, cost })
}

fn echo(mut socket: impl Read + Write) -> Result<u64, Trouble> {
    let mut buffer = [0; MESSAGE];
    let mut bytes = 0;
    loop {
        let length = socket.read(&mut buffer)?;
        if length == 0 {
            return Ok(bytes);
        }
        socket.write_all(&buffer[..length])?;
        bytes += length as u64;
    }
}

fn answer(mut socket: impl Read + Write) -> Result<u64, Trouble> {
    let mut buffer = [0; MESSAGE];
    socket.read_exact(&mut buffer)?;
    socket.write_all(&buffer)?;
    Ok(MESSAGE as u64)
}

fn count(mut socket: impl Read + Write) -> Result<u64, Trouble> {
    let mut buffer = vec![0; CHUNK];
    let mut bytes = 0_u64;
    loop {
        let length = socket.read(&mut buffer)?;
        if length == 0 {
            socket.write_all(&bytes.to_le_bytes())?;
            return Ok(bytes);
        }
        bytes += length as u64;
    }
}
