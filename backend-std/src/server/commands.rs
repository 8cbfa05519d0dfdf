use anteroom_core::Server as Machine;

use super::{Mode, Server, SocketOf};
use crate::{AcceptError, Backlog, ListenError, Owner, SocketOptions};

/// Pending connections, and settings.
impl<M: Mode, I> Server<M, I> {
    /// Returns the connection that has been pending for longest, and takes nothing in.
    ///
    /// The socket is yours: it outlives the server. See [an example](Self#the-limit).
    //= SRV-4, NEXT-1, NEXT-2, NEXT-3, NEXT-4
    #[doc(alias = "QLocalServer::nextPendingConnection")]
    pub fn next_pending_connection(&mut self) -> Option<SocketOf<M>> {
        self.driver.next_pending()
    }

    /// Queues a connection that you made yourself: it counts and is announced.
    //= Q6-4
    #[doc(alias = "QLocalServer::addPendingConnection")]
    pub fn add_pending_connection(&mut self, socket: SocketOf<M>) {
        self.driver.command(|server| server.add_pending(socket));
    }

    /// Drops every pending connection.
    pub fn discard_pending_connections(&mut self) {
        self.driver.command(Machine::discard_pending);
    }

    /// Sets how many accepted connections may wait to be claimed.
    ///
    /// It does not limit how many are open: see `max_connections` of the builder.
    ///
    /// Once so many are, no more are taken in until one is claimed; the operating system may
    /// queue further clients, who see themselves as connected. Raising it takes effect at once,
    /// lowering it drops nothing, and with zero nothing is taken in. See [an
    /// example](Self#the-limit).
    //= MAX-1, SETMAX-1, SETMAX-2, SETMAX-3, SETMAX-4
    #[doc(alias = "QLocalServer::setMaxPendingConnections")]
    pub fn set_max_pending_connections(&mut self, limit: usize) {
        self.driver.command(|server| server.set_max_pending(limit));
    }

    /// Sets the options for the next `listen`; a server that listens is not changed.
    //= OPT-10, OPT-15
    #[doc(alias = "QLocalServer::setSocketOptions")]
    pub fn set_socket_options(&mut self, options: SocketOptions) {
        self.driver
            .command(|server| server.set_socket_options(options));
    }

    /// Sets the user id and the group id of the socket file for the next `listen`.
    ///
    /// See `owner` of the builder, which sets the same.
    pub fn set_owner(&mut self, user: impl Into<Option<u32>>, group: impl Into<Option<u32>>) {
        let owner = Owner::new(user.into(), group.into());
        self.driver.command(|server| server.set_owner(owner));
    }

    /// Sets how many clients the operating system is to queue from the next `listen` on.
    //= Q6-2
    #[doc(alias = "QLocalServer::setListenBacklogSize")]
    pub fn set_listen_backlog(&mut self, backlog: impl Into<Backlog>) {
        let backlog = backlog.into();
        self.driver.command(|server| server.set_backlog(backlog));
    }

    /// Makes this process the one that removes the socket file at the end.
    ///
    /// A forked child that drops its copy of the server leaves the file alone. A daemon that forks
    /// after `listen`, and lets its parent exit, calls this in the child.
    ///
    /// An adopted listener has no file to remove; then this does nothing.
    ///
    /// # Platform-specific behavior
    ///
    /// On Linux this calls `listen(2)` again, with the same backlog. The kernel then records
    /// this process as the one that listens: clients which connect from then on see it as
    /// their peer. Nothing else changes. If the call fails, the owner stays as it was.
    //= DTOR-3
    pub fn assume_ownership(&mut self) {
        self.driver.assume_ownership();
    }

    /// Returns the hook, to be changed.
    pub fn intake_mut(&mut self) -> &mut I {
        &mut self.driver.intake_mut().hook
    }

    /// Claims what a wait that is over has found.
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
