use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anteroom_core::{BindError, Bound, Failure, ListenOptions, Operation, Os, ServerName, Time};
use anteroom_std::sys::{self, Creator, SocketFile};
use tokio::net::UnixListener;
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::timer::Timer;
use crate::{LocalSocket, runtime};

/// The operating system below the server, seen through tokio.
#[derive(Debug)]
pub(crate) struct TokioOs {
    /// Set by every listen: until then no time is asked for that would matter.
    epoch: Option<Instant>,
}

/// A listening socket that tokio watches.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(super) socket: UnixListener,
    pub(super) timer: Timer,
    /// The runtime, for polls that are made outside of it.
    pub(super) runtime: Handle,
    file: Option<SocketFile>,
    creator: Creator,
}

impl TokioOs {
    pub(super) const fn new() -> Self {
        Self { epoch: None }
    }

    fn listener(
        &mut self,
        runtime: Handle,
        socket: UnixListener,
        file: Option<SocketFile>,
        creator: Creator,
    ) -> Listener {
        let epoch = Instant::now();
        self.epoch = Some(epoch);
        Listener {
            socket,
            timer: Timer::new(epoch),
            runtime,
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

impl Os for TokioOs {
    type Listener = Listener;
    type Conn = LocalSocket;
    type Descriptor = OwnedFd;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Listener>, BindError> {
        let runtime = runtime::current(Operation::Listen)
            // A panic of tokio's that ends the process must not leave a file behind.
            .and_then(|runtime| runtime::check_sockets(Operation::Listen).map(|()| runtime))
            .map_err(|failure| BindError::new(failure, None))?;
        let bound = sys::bind(name, options)?;
        let bound = sys::register(bound, |socket| runtime::listener(Operation::Listen, socket))?;
        let (socket, file, creator) = bound.listener;
        Ok(Bound::new(
            self.listener(runtime, socket, file, creator),
            bound.facts,
        ))
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<Listener>, (OwnedFd, Failure)> {
        let runtime = match runtime::current(Operation::Adopt) {
            Ok(runtime) => runtime,
            Err(failure) => return Err((descriptor, failure)),
        };
        let register = |socket| runtime::listener(Operation::Adopt, socket);
        let bound = sys::adopt_with(descriptor, register)?;
        let (socket, creator) = bound.listener;
        Ok(Bound::new(
            self.listener(runtime, socket, None, creator),
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
