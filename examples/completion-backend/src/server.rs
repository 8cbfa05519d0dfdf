use std::ffi::OsStr;
use std::fmt;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use anteroom_core::{Intake, ListenError as Misuse, ListenerId, QueueAll, Server};
use anteroom_std::{AdoptError, Error, ListenError, Pause, server_name, sys};
use compio::net::UnixStream;

use crate::accepts::Accepts;
use crate::listener::Listener;

/// A local-socket server on compio.
///
/// `listen`, `listen_fd` and the asynchronous members need a compio runtime. Progress happens only
/// while the server is awaited. A client that connects in between waits in the backlog of the
/// operating system, or in an accept that is under way.
pub struct LocalServer<I = QueueAll> {
    pub(crate) machine: Server<UnixStream>,
    pub(crate) intake: I,
    pub(crate) listener: Option<Listener>,
    pub(crate) accepts: Accepts,
    /// The descriptor to adopt, until it is adopted or given back.
    pub(crate) descriptor: Option<OwnedFd>,
    /// Whether the last report to the hook was that accepting is paused.
    pub(crate) told_pause: bool,
    pub(crate) late_connections: usize,
}

impl LocalServer {
    /// Creates a server that does not listen, and queues every connection.
    pub fn new() -> Self {
        Self::with_intake(QueueAll::new())
    }
}

impl Default for LocalServer {
    fn default() -> Self {
        Self::new()
    }
}

impl<I> LocalServer<I> {
    /// Creates a server that does not listen, with a hook.
    pub fn with_intake(intake: I) -> Self {
        Self {
            machine: Server::new(),
            intake,
            listener: None,
            accepts: Accepts::default(),
            descriptor: None,
            told_pause: false,
            late_connections: 0,
        }
    }

    /// Returns the machine, for every query that has no member here.
    pub const fn machine(&self) -> &Server<UnixStream> {
        &self.machine
    }

    /// Returns whether the server listens.
    pub const fn is_listening(&self) -> bool {
        self.machine.is_listening()
    }

    /// Returns whether a connection is pending.
    pub fn has_pending_connections(&self) -> bool {
        self.machine.has_pending()
    }

    /// Returns the connection that has been pending for longest, and accepts nothing.
    pub fn next_pending_connection(&mut self) -> Option<UnixStream> {
        self.machine.next_pending()
    }

    /// Returns the error that occurred last, unless it was cleared since.
    pub fn server_error(&self) -> Option<Error> {
        let (name, full_name) = self.machine.last_error_names();
        let failure = self.machine.last_error()?;
        Some(Error::new(failure, name.cloned(), full_name.cloned()))
    }

    /// Returns a text about the error that occurred last, or an empty one.
    pub fn error_string(&self) -> String {
        let error = self.server_error();
        error.map_or_else(String::new, |error| format!("{error:#}"))
    }

    /// Returns why, and for how long, accepting connections has been paused, if it is.
    pub fn pause(&self) -> Option<Pause> {
        let pause = self.machine.pause()?;
        let (name, full_name) = self.machine.pause_names();
        let error = Error::new(pause.failure, name.cloned(), full_name.cloned());
        Some(Pause::new(error, sys::now().since(pause.since)))
    }

    /// Returns how many connections were accepted on a listener that the server had closed.
    ///
    /// Each of them was discarded. The client was in the backlog when the server closed.
    pub const fn late_connections(&self) -> usize {
        self.late_connections
    }

    /// Returns the listening descriptor, while there is one.
    pub fn listener_fd(&self) -> Option<BorrowedFd<'_>> {
        self.listener.as_ref().map(|listener| listener.as_fd())
    }

    /// Makes this process the one that removes the socket file: after a fork.
    pub fn assume_ownership(&mut self) {
        if let Some(listener) = &mut self.listener {
            listener.assume_ownership();
        }
    }

    /// Returns the hook.
    pub const fn intake(&self) -> &I {
        &self.intake
    }

    /// Returns a mutable reference to the hook.
    pub const fn intake_mut(&mut self) -> &mut I {
        &mut self.intake
    }
}

impl<I: Intake<UnixStream>> LocalServer<I> {
    /// Listens on `name`.
    ///
    /// # Errors
    ///
    /// The server listens already, or it cannot listen on this name.
    pub fn listen(&mut self, name: impl AsRef<OsStr>) -> Result<(), ListenError> {
        let result = self.machine.listen(server_name(name));
        self.listen_result(result)
    }

    /// Listens on a descriptor that listens already.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen). The error returns the descriptor.
    pub fn listen_fd(&mut self, descriptor: OwnedFd) -> Result<(), AdoptError> {
        self.descriptor = Some(descriptor);
        let result = self.machine.listen_adopted();
        match (self.listen_result(result), self.descriptor.take()) {
            (Err(error), Some(descriptor)) => Err(AdoptError::new(descriptor, error)),
            _ => Ok(()),
        }
    }

    /// Stops listening. Pending connections can still be claimed.
    ///
    /// If an accept is under way, the server asks the runtime to cancel it. The operation keeps the
    /// socket open until it has completed: see [`released`](Self::released).
    pub fn close(&mut self) {
        self.machine.close();
        self.carry_out();
    }

    /// Refuses new clients, and goes on to accept those that have connected already.
    pub fn drain(&mut self) {
        self.machine.drain();
        self.carry_out();
    }

    /// Sets how many connections may be pending.
    pub fn set_max_pending_connections(&mut self, limit: usize) {
        self.command(|machine| machine.set_max_pending(limit));
    }

    /// Gives the machine a command that has no member here, and performs its effects.
    pub fn command<T>(&mut self, give: impl FnOnce(&mut Server<UnixStream>) -> T) -> T {
        let answer = give(&mut self.machine);
        self.carry_out();
        answer
    }

    fn listen_result(&mut self, result: Result<ListenerId, Misuse>) -> Result<(), ListenError> {
        self.carry_out();
        match (result, self.server_error()) {
            (Err(Misuse::AlreadyListening), _) => Err(ListenError::AlreadyListening),
            (_, Some(error)) if !self.is_listening() => Err(ListenError::Failed(error)),
            _ => Ok(()),
        }
    }
}

impl<I> fmt::Debug for LocalServer<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalServer")
            .field(&self.machine.phase())
            .finish()
    }
}
