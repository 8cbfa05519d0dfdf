use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener as StdListener;

use anteroom_core::{
    Backlog, BindError, Bound, Failure, Operation, Os, ServerName, SocketOptions, Time,
};
use anteroom_std::sys::{self, Owner, SocketFile};
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
    owner: Owner,
}

impl TokioOs {
    pub(super) const fn new() -> Self {
        Self { epoch: None }
    }

    /// Finds out whether there is all that it takes to listen, before anything is touched.
    fn prepare(&mut self, operation: Operation) -> Result<(Handle, Timer), Failure> {
        let runtime = runtime::current(operation)?;
        let epoch = Instant::now();
        let timer = Timer::new(operation, epoch)?;
        runtime::check_sockets(operation)?;
        self.epoch = Some(epoch);
        Ok((runtime, timer))
    }
}

impl Listener {
    pub(crate) fn assume_ownership(&mut self) {
        self.owner.assume(self.socket.as_fd());
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
        options: SocketOptions,
        backlog: Backlog,
    ) -> Result<Bound<Listener>, BindError> {
        let (runtime, timer) = self
            .prepare(Operation::Listen)
            .map_err(|failure| BindError::new(failure, None))?;
        let Bound {
            listener: raw,
            facts,
            ..
        } = sys::bind(name, options, backlog)?;
        match register(raw.socket, Operation::Listen) {
            Ok(socket) => {
                let file = raw.file;
                let listener = Listener {
                    socket,
                    timer,
                    runtime,
                    file,
                    owner: raw.owner,
                };
                Ok(Bound::new(listener, facts))
            }
            Err((still_open, failure)) => {
                // What matters more is why it did not listen.
                let _ = raw
                    .file
                    .map(|file| file.unlink(&raw.owner, still_open.as_fd()));
                Err(BindError::new(failure, facts.full_name))
            }
        }
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<Listener>, (OwnedFd, Failure)> {
        let (runtime, timer) = match self.prepare(Operation::Adopt) {
            Ok(prepared) => prepared,
            Err(failure) => return Err((descriptor, failure)),
        };
        let bound = sys::adopt(descriptor)?;
        let owner = bound.listener.owner;
        let socket = register(bound.listener.socket, Operation::Adopt)?;
        let listener = Listener {
            socket,
            timer,
            runtime,
            file: None,
            owner,
        };
        Ok(Bound::new(listener, bound.facts))
    }

    fn refuse(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        sys::refuse(listener.as_fd())
    }

    fn unlink(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        match &listener.file {
            Some(file) => file.unlink(&listener.owner, listener.as_fd()),
            None => Ok(()),
        }
    }

    fn now(&self) -> Time {
        let since_epoch = self.epoch.map(|epoch| epoch.elapsed());
        Time::from_epoch(since_epoch.unwrap_or_default())
    }
}

/// Lets tokio watch a listener; when it cannot, the listener is given back, still open.
fn register(socket: OwnedFd, operation: Operation) -> Result<UnixListener, (OwnedFd, Failure)> {
    let spare = match socket.try_clone() {
        Ok(spare) => spare,
        Err(error) => return Err((socket, runtime::failure(operation, &error))),
    };
    UnixListener::from_std(StdListener::from(socket))
        .map_err(|error| (spare, runtime::failure(operation, &error)))
}
