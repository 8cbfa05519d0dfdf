use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anteroom_core::{
    AcceptFailure, Backlog, BindError, Bound, Failure, Operation, Os, ServerName, SocketOptions,
    Time,
};

use crate::LocalSocket;
use crate::sys::{self, Mode, RawListener, SocketFile};

/// The operating system below the blocking server.
#[derive(Debug)]
pub(crate) struct StdOs;

/// A listening socket, and what the blocking server knows about it.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: OwnedFd,
    file: Option<SocketFile>,
    mode: Mode,
    adopted: bool,
}

impl Listener {
    fn new(raw: RawListener, adopted: bool) -> Self {
        let RawListener { socket, file, .. } = raw;
        Self {
            socket,
            file,
            mode: Mode::NonBlocking,
            adopted,
        }
    }

    /// Accepts in this mode; in blocking mode there is always an answer.
    //= FD-4, SRV-1
    pub(crate) fn accept(&mut self, mode: Mode) -> Result<Option<LocalSocket>, AcceptFailure> {
        if self.mode != mode {
            sys::set_mode(self.socket.as_fd(), mode).map_err(fatal)?;
            self.mode = mode;
        }
        let socket = sys::try_accept(self.socket.as_fd(), Mode::Blocking)?;
        Ok(socket.map(LocalSocket::from))
    }

    /// Returns whether a call of accept may block in the kernel: on a listener that nobody shares.
    pub(crate) const fn may_block(&self) -> bool {
        !self.adopted
    }

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

impl Os for StdOs {
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
        Ok(Bound::new(
            Listener::new(bound.listener, false),
            bound.facts,
        ))
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<Listener>, (OwnedFd, Failure)> {
        let bound = sys::adopt(descriptor)?;
        Ok(Bound::new(Listener::new(bound.listener, true), bound.facts))
    }

    fn refuse(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        sys::refuse(listener.as_fd())
    }

    fn unlink(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        listener.file.as_ref().map_or(Ok(()), SocketFile::unlink)
    }

    fn now(&self) -> Time {
        sys::now()
    }
}

/// A listener that does not even take a flag is none.
fn fatal(error: io::Error) -> AcceptFailure {
    AcceptFailure::Fatal(sys::CODES.failure(Operation::Accept, error.raw_os_error().unwrap_or(0)))
}
