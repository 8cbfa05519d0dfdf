use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net;

use anteroom_core::{
    AcceptFailure, BindError, BoundFacts, Detail, ErrorKind, Failure, ListenOptions, ListenerId,
    Operation, ServerName,
};
use anteroom_std::sys::{self, Creator, Mode, SocketFile};
use compio::net::{UnixListener, UnixStream};
use compio::runtime::Runtime;

/// A listener: the socket for the runtime, and what the platform layer knows about it.
pub(crate) struct Listener {
    pub(crate) id: ListenerId,
    socket: UnixListener,
    file: Option<SocketFile>,
    creator: Creator,
    /// Whether others use the socket, too: they can change its mode.
    is_shared: bool,
}

impl Listener {
    pub(crate) fn bind(
        id: ListenerId,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<(Self, BoundFacts), BindError> {
        let register = |descriptor| register(Operation::Listen, descriptor);
        let bound = sys::register(sys::bind(name, options)?, register)?;
        let (socket, file, creator) = bound.listener;
        let listener = Self {
            id,
            socket,
            file,
            creator,
            is_shared: false,
        };
        Ok((listener, bound.facts))
    }

    pub(crate) fn adopt(
        id: ListenerId,
        descriptor: OwnedFd,
    ) -> Result<(Self, BoundFacts), (OwnedFd, Failure)> {
        let register = |descriptor| register(Operation::Adopt, descriptor);
        let bound = sys::adopt(descriptor, register)?;
        let (socket, creator) = bound.listener;
        let listener = Self {
            id,
            socket,
            file: None,
            creator,
            is_shared: true,
        };
        Ok((listener, bound.facts))
    }

    pub(crate) fn refuse(&self) -> Result<(), Failure> {
        sys::refuse(self.as_fd())
    }

    pub(crate) fn unlink(&self) -> Result<(), Failure> {
        match &self.file {
            Some(file) => file.unlink(&self.creator, self.as_fd()),
            None => Ok(()),
        }
    }

    pub(crate) fn assume_ownership(&mut self) {
        self.creator.assume(self.socket.as_fd());
    }

    /// Prepares an accept operation. The future submits it when it is first polled.
    ///
    /// The operation keeps the socket open until it has completed.
    pub(crate) fn accept(
        &self,
    ) -> Result<impl Future<Output = io::Result<UnixStream>> + use<>, AcceptFailure> {
        self.restore_mode()?;
        // This driver never completes an accept on a socket that was shut down.
        if Runtime::with_current(|runtime| runtime.driver_type().is_polling()) {
            sys::examine(self.as_fd())?;
        }
        let socket = self.socket.clone();
        Ok(async move { socket.accept().await.map(|(connection, _)| connection) })
    }

    /// Accepts a client without the runtime. Returns `None` if the backlog is empty.
    pub(crate) fn try_accept(&self) -> Result<Option<UnixStream>, AcceptFailure> {
        self.restore_mode()?;
        let connection = sys::try_accept(self.as_fd(), Mode::NonBlocking)?;
        connection
            .map(|connection| UnixStream::from_std(net::UnixStream::from(connection)))
            .transpose()
            .map_err(|error| failure(&error))
    }

    /// Makes the socket non-blocking again. Processes that share it can have changed that.
    fn restore_mode(&self) -> Result<(), AcceptFailure> {
        if self.is_shared {
            sys::set_mode(self.as_fd(), Mode::NonBlocking).map_err(|error| failure(&error))?;
        }
        Ok(())
    }

    /// Returns what the failure of an accept means for the server.
    ///
    /// Returns `None` if the accept can be repeated at once. If processes share the socket, the
    /// kernel gives up an accept after others have got the client many times.
    pub(crate) fn explain(&self, error: &io::Error) -> Option<AcceptFailure> {
        // On a socket that was shut down, an accept fails with a code that stands for other causes.
        if let Err(shut_down) = sys::examine(self.as_fd()) {
            return Some(shut_down);
        }
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => None,
            _ => Some(failure(error)),
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// compio returns one of the codes for a lack of memory without its number.
fn failure(error: &io::Error) -> AcceptFailure {
    match error.raw_os_error() {
        Some(code) => sys::CODES.accept_failure(code),
        None => AcceptFailure::Exhausted(sys::io_failure(Operation::Accept, error)),
    }
}

fn register(operation: Operation, descriptor: OwnedFd) -> Result<UnixListener, Failure> {
    if Runtime::try_with_current(|_| ()).is_err() {
        let failure = Failure::new(operation, ErrorKind::Unsupported);
        return Err(failure.with_detail(Detail::Runtime(
            "there is no runtime of compio here; do it inside one",
        )));
    }
    UnixListener::from_std(net::UnixListener::from(descriptor))
        .map_err(|error| sys::io_failure(operation, &error))
}
