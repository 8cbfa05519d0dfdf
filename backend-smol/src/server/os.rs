use std::future::Future as _;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use anteroom_core::{
    Backlog, BindError, Bound, ErrorKind, Failure, Operation, Os, ServerName, SocketOptions, Time,
};
use anteroom_std::sys::{self, SocketFile};
use async_io::{Async, Timer};

use super::foresight::Foresight;
use super::timer::ListenerTimer;
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
    pub(super) timer: ListenerTimer,
    pub(super) foresight: Foresight,
    file: Option<SocketFile>,
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
            timer: ListenerTimer::new(epoch),
            foresight: Foresight::default(),
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
        start_reactor(Operation::Listen).map_err(|failure| BindError::new(failure, None))?;
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
        if let Err(failure) = start_reactor(Operation::Adopt) {
            return Err((descriptor, failure));
        }
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

/// Makes sure that async-io's reactor is there, before anything is made.
///
/// It is made at its first use, and panics if descriptors have run out by then. Any timer uses it.
fn start_reactor(operation: Operation) -> Result<(), Failure> {
    let mut timer = Timer::after(Duration::from_secs(1));
    let mut nobody = Context::from_waker(Waker::noop());
    catch_unwind(AssertUnwindSafe(|| Pin::new(&mut timer).poll(&mut nobody)))
        .map(|_: Poll<Instant>| ())
        .map_err(|_| Failure::new(operation, ErrorKind::Resources))
}

/// Lets async-io watch a listener; when it cannot, the listener is given back, still open.
fn register(
    socket: OwnedFd,
    operation: Operation,
) -> Result<Async<UnixListener>, (OwnedFd, Failure)> {
    let spare = match socket.try_clone() {
        Ok(spare) => spare,
        Err(error) => return Err((socket, sys::io_failure(operation, &error))),
    };
    Async::new_nonblocking(UnixListener::from(socket))
        .map_err(|error| (spare, sys::io_failure(operation, &error)))
}
