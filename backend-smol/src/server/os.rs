use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::time::Instant;

use anteroom_core::{BindError, Bound, Failure, ListenOptions, Operation, Os, ServerName, Time};
use anteroom_std::sys::{self, Creator, SocketFile};
use async_io::Async;

use super::foresight::Foresight;
use super::timer::ListenerTimer;
use crate::{LocalSocket, runtime};

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
    pub(super) timer: ListenerTimer,
    pub(super) foresight: Foresight,
    file: Option<SocketFile>,
    creator: Creator,
}

impl SmolOs {
    pub(super) const fn new() -> Self {
        Self { epoch: None }
    }

    fn listener(
        &mut self,
        socket: Async<UnixListener>,
        file: Option<SocketFile>,
        creator: Creator,
    ) -> Listener {
        let epoch = Instant::now();
        self.epoch = Some(epoch);
        Listener {
            socket,
            timer: ListenerTimer::new(epoch),
            foresight: Foresight::default(),
            file,
            creator,
        }
    }
}

impl Listener {
    pub(crate) fn assume_ownership(&mut self) {
        self.creator.assume(self.socket.as_fd());
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
        options: ListenOptions,
    ) -> Result<Bound<Listener>, BindError> {
        runtime::start(Operation::Listen).map_err(|failure| BindError::new(failure, None))?;
        let bound = sys::bind(name, options)?;
        let bound = sys::register(bound, |socket| watch(socket, Operation::Listen))?;
        let (socket, file, creator) = bound.listener;
        Ok(Bound::new(
            self.listener(socket, file, creator),
            bound.facts,
        ))
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<Listener>, (OwnedFd, Failure)> {
        if let Err(failure) = runtime::start(Operation::Adopt) {
            return Err((descriptor, failure));
        }
        let bound = sys::adopt_with(descriptor, |socket| watch(socket, Operation::Adopt))?;
        let (socket, creator) = bound.listener;
        Ok(Bound::new(
            self.listener(socket, None, creator),
            bound.facts,
        ))
    }

    fn refuse(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        sys::refuse(listener.as_fd())
    }

    fn unlink(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        match &listener.file {
            Some(file) => file.unlink(&listener.creator, listener.as_fd()),
            None => Ok(()),
        }
    }

    fn now(&self) -> Time {
        let since_epoch = self.epoch.map(|epoch| epoch.elapsed());
        Time::from_epoch(since_epoch.unwrap_or_default())
    }
}

/// Registers a listening socket with async-io.
fn watch(socket: OwnedFd, operation: Operation) -> Result<Async<UnixListener>, Failure> {
    Async::new_nonblocking(UnixListener::from(socket))
        .map_err(|error| sys::io_failure(operation, &error))
}
