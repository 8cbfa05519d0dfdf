use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::time::Instant;

use anteroom_core::{
    Backlog, BindError, Bound, Failure, Operation, Os, ServerName, SocketOptions, Time,
};
use anteroom_std::sys::{self, SocketFile};
use async_io::{Async, Timer};

use crate::LocalSocket;

/// The operating system below the server, seen through async-io.
#[derive(Debug)]
pub(crate) struct SmolOs {
    /// Set by every listen: until then no time is asked for that would matter.
    epoch: Option<Instant>,
}

/// A listening socket that async-io watches.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(super) socket: Async<UnixListener>,
    pub(super) pause: Pause,
    /// Whether the last look found a client, so that the next one may be there already.
    pub(super) is_busy: bool,
    file: Option<SocketFile>,
}

/// The timer of a listener, for its pauses and for the deadline of who waits.
#[derive(Debug)]
pub(super) struct Pause {
    pub(super) timer: Timer,
    pub(super) epoch: Instant,
    pub(super) set_to: Option<Time>,
}

impl SmolOs {
    pub(super) const fn new() -> Self {
        Self { epoch: None }
    }

    fn listener(&mut self, socket: Async<UnixListener>, file: Option<SocketFile>) -> Listener {
        let epoch = Instant::now();
        self.epoch = Some(epoch);
        Listener {
            socket,
            pause: Pause {
                timer: Timer::never(),
                epoch,
                set_to: None,
            },
            is_busy: false,
            file,
        }
    }
}

impl Listener {
    pub(crate) fn assume_ownership(&mut self) {
        if let Some(file) = &mut self.file {
            file.assume_ownership();
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Os for SmolOs {
    type Listener = Listener;
    type Conn = LocalSocket;
    type Descriptor = OwnedFd;

    fn bind(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        backlog: Backlog,
    ) -> Result<Bound<Listener>, BindError> {
        let bound = sys::bind(name, options, backlog)?;
        let file = bound.listener.file;
        match register(bound.listener.socket, Operation::Listen) {
            Ok(socket) => Ok(Bound::new(self.listener(socket, file), bound.facts)),
            Err((_still_open, failure)) => {
                // What matters more is why it did not listen.
                let _ = file.map(|file| file.unlink());
                Err(BindError::new(failure, bound.facts.full_name))
            }
        }
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<Listener>, (OwnedFd, Failure)> {
        let bound = sys::adopt(descriptor)?;
        let socket = register(bound.listener.socket, Operation::Adopt)?;
        Ok(Bound::new(self.listener(socket, None), bound.facts))
    }

    fn refuse(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        sys::refuse(listener.as_fd())
    }

    fn unlink(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        listener.file.as_ref().map_or(Ok(()), SocketFile::unlink)
    }

    fn now(&self) -> Time {
        let since_epoch = self.epoch.map(|epoch| epoch.elapsed());
        Time::from_epoch(since_epoch.unwrap_or_default())
    }
}

/// Lets async-io watch a listener; when it cannot, the listener is given back, still open.
fn register(
    socket: OwnedFd,
    operation: Operation,
) -> Result<Async<UnixListener>, (OwnedFd, Failure)> {
    let spare = match socket.try_clone() {
        Ok(spare) => spare,
        Err(error) => return Err((socket, failure(operation, &error))),
    };
    Async::new_nonblocking(UnixListener::from(socket))
        .map_err(|error| (spare, failure(operation, &error)))
}

pub(crate) fn failure(operation: Operation, error: &io::Error) -> Failure {
    sys::CODES.failure(operation, error.raw_os_error().unwrap_or(0))
}
