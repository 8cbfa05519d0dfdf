use anteroom_core::Server as Machine;

use super::{Mode, Server, SocketOf};
use crate::{AcceptError, Backlog, ListenError, Owner, SocketOptions};

/// Pending connections, and settings.
impl<M: Mode, I> Server<M, I> {
    /// Takes the oldest pending connection, without accepting new ones.
    ///
    /// The socket outlives the server. See [an example](Self#the-limit).
    //= SRV-4, NEXT-1, NEXT-2, NEXT-3, NEXT-4
    #[doc(alias = "QLocalServer::nextPendingConnection")]
    pub fn next_pending_connection(&mut self) -> Option<SocketOf<M>> {
        self.driver.next_pending()
    }

    /// Adds a connection of your own to the pending connections.
    //= Q6-4
    #[doc(alias = "QLocalServer::addPendingConnection")]
    pub fn add_pending_connection(&mut self, socket: SocketOf<M>) {
        self.driver.command(|server| server.add_pending(socket));
    }

    /// Drops all pending connections.
    pub fn discard_pending_connections(&mut self) {
        self.driver.command(Machine::discard_pending);
    }

    /// Sets the limit of pending connections.
    ///
    /// This does not limit open connections: see `max_connections` of the builder.
    ///
    /// At the limit, the server accepts no more clients until a pending connection is taken. They
    /// wait in the backlog, where they are connected from their point of view. Raising the limit
    /// takes effect at once. Lowering it drops no connection. If it is zero, no client is accepted.
    /// See [an example](Self#the-limit).
    //= MAX-1, SETMAX-1, SETMAX-2, SETMAX-3, SETMAX-4
    #[doc(alias = "QLocalServer::setMaxPendingConnections")]
    pub fn set_max_pending_connections(&mut self, limit: usize) {
        self.driver.command(|server| server.set_max_pending(limit));
    }

    /// Sets the options for the next `listen`. A listening server does not change.
    //= OPT-10, OPT-15
    #[doc(alias = "QLocalServer::setSocketOptions")]
    pub fn set_socket_options(&mut self, options: SocketOptions) {
        self.driver
            .command(|server| server.set_socket_options(options));
    }

    /// Sets the user id and group id of the socket file for the next `listen`.
    ///
    /// See `owner` of the builder.
    pub fn set_owner(&mut self, user: impl Into<Option<u32>>, group: impl Into<Option<u32>>) {
        let owner = Owner::new(user.into(), group.into());
        self.driver.command(|server| server.set_owner(owner));
    }

    /// Sets the backlog for the next `listen`.
    //= Q6-2
    #[doc(alias = "QLocalServer::setListenBacklogSize")]
    pub fn set_listen_backlog(&mut self, backlog: impl Into<Backlog>) {
        let backlog = backlog.into();
        self.driver.command(|server| server.set_backlog(backlog));
    }

    /// Makes this process responsible for removing the socket file.
    ///
    /// A forked child does not remove the file when it drops its copy of the server. A daemon that
    /// forks after `listen` and whose parent exits calls this in the child.
    ///
    /// Does nothing for an adopted listener, whose file is never removed.
    ///
    /// # Platform-specific behavior
    ///
    /// On Linux this calls `listen(2)` again, with the same backlog, so that the kernel records
    /// this process as the listener: clients that connect later see it as their peer. If the call
    /// fails, nothing changes.
    //= DTOR-3
    pub fn assume_ownership(&mut self) {
        self.driver.assume_ownership();
    }

    /// Returns a mutable reference to the hook.
    pub fn intake_mut(&mut self) -> &mut I {
        &mut self.driver.intake_mut().hook
    }

    /// Takes the connection that a wait has found.
    pub(super) fn claim(&mut self) -> Result<SocketOf<M>, AcceptError> {
        if let Some(socket) = self.driver.next_pending() {
            return Ok(socket);
        }
        match (self.driver.command(Machine::take_loss), self.server_error()) {
            (Some(_), Some(error)) => Err(AcceptError::Lost(error)),
            _ => Err(AcceptError::NotListening),
        }
    }

    pub(super) fn listen_error(&self, error: anteroom_core::ListenError) -> ListenError {
        match (error, self.server_error()) {
            (anteroom_core::ListenError::Failed(_), Some(error)) => ListenError::Failed(error),
            _ => ListenError::AlreadyListening,
        }
    }
}
