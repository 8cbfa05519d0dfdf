use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener as StdListener;

use anteroom_core::{BindError, Bound, Failure, ListenOptions, Operation, Os, ServerName, Time};
use anteroom_std::sys::{self, SocketFile};
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

impl Os for TokioOs {
    type Listener = Listener;
    type Conn = LocalSocket;
    type Descriptor = OwnedFd;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Listener>, BindError> {
        let (runtime, timer) = self
            .prepare(Operation::Listen)
            .map_err(|failure| BindError::new(failure, None))?;
        let Bound {
            listener: raw,
            facts,
            ..
        } = sys::bind(name, options)?;
        match register(raw.socket, Operation::Listen) {
            Ok(socket) => {
                let file = raw.file;
                let listener = Listener {
                    socket,
                    timer,
                    runtime,
                    file,
                };
                Ok(Bound::new(listener, facts))
            }
            Err((_still_open, failure)) => {
                let failure = sys::undo_bind(raw.file.as_ref(), failure);
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
        let socket = register(bound.listener.socket, Operation::Adopt)?;
        let listener = Listener {
            socket,
            timer,
            runtime,
            file: None,
        };
        Ok(Bound::new(listener, bound.facts))
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

/// Lets tokio watch a listener; when it cannot, the listener is given back, still open.
fn register(socket: OwnedFd, operation: Operation) -> Result<UnixListener, (OwnedFd, Failure)> {
    let spare = match socket.try_clone() {
        Ok(spare) => spare,
        Err(error) => return Err((socket, runtime::failure(operation, &error))),
    };
    UnixListener::from_std(StdListener::from(socket))
        .map_err(|error| (spare, runtime::failure(operation, &error)))
}
