use std::ffi::OsStr;

use anteroom_core::{Intake, Server as Machine};

use super::{Mode, Server, SocketOf};
use crate::{AcceptError, Backlog, ListenError, Owner, SocketOptions};

impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Listens on `name`: a single word, or a full path.
    ///
    /// A single word names a socket in the temporary directory (`$TMPDIR`, else `/tmp`). With
    /// `SocketOptions::ABSTRACT` the name is the abstract address itself, whatever it holds. With access options
    /// the file never has looser permissions than requested, whatever the umask and the
    /// default ACL of its directory; without them it has what umask and ACL leave. See [an
    /// example](Self#listening-and-closing).
    ///
    /// # Errors
    ///
    /// `ListenError::AlreadyListening` when the server listens: nothing changes at all.
    /// Otherwise the server does not listen, nothing was left behind and nothing that stood at
    /// the name was touched: the name is taken (also by the file of a server that has crashed, see
    /// `remove_server`), its directory does not exist, it is invalid or too long, access was
    /// denied, or descriptors ran out.
    ///
    /// Names that look like something else are invalid; the error says what to write instead:
    /// relative paths (`./x`, `run/x`, `..`), `~/x` and `$TMPDIR/x`, URLs (`unix:/x`), paths that
    /// end in a slash, and on Unix `@x` and `\\.\pipe\x`.
    ///
    /// # Specification
    ///
    /// LIS-1 to LIS-9, FULL-1 to FULL-5, OPT-4 to OPT-10, OPT-16.
    #[doc(alias = "QLocalServer::listen")]
    pub fn listen(&mut self, name: impl AsRef<OsStr>) -> Result<(), ListenError> {
        let result = self.reporting().0.driver.listen(crate::server_name(name));
        result.map_err(|error| self.listen_error(error))
    }

    /// Stops listening: new clients are refused, and the name is free again.
    ///
    /// Connections live on; those that are pending can still be claimed. Clients which the
    /// operating system has queued and the server has not taken in are cut off: see
    /// [`drain`](Self::drain) for a way that loses nobody. The socket file is removed if it is
    /// still the one that this server made. See [an example](Self#listening-and-closing).
    ///
    /// # Specification
    ///
    /// CLOSE-1 to CLOSE-8.
    #[doc(alias = "QLocalServer::close")]
    pub fn close(&mut self) {
        self.reporting().0.driver.close();
    }

    /// Refuses new clients, and goes on to hand out those that have connected already.
    ///
    /// The name is free at once and the server counts as not listening. When the last client was
    /// taken in, waits end with `Wait::NotListening`. The limit
    /// holds as ever. See [an example](Self#draining).
    ///
    /// # Platform-specific behavior
    ///
    /// Processes that share the socket by a fork are shut out, too. An adopted socket is not shut
    /// down: the server takes in what is queued, and ends.
    pub fn drain(&mut self) {
        self.driver.command(Machine::drain);
    }

    /// Returns the connection that has been pending for longest, and takes nothing in.
    ///
    /// The socket is yours: it outlives the server. See [an example](Self#the-limit).
    ///
    /// # Specification
    ///
    /// SRV-4, NEXT-1 to NEXT-4.
    #[doc(alias = "QLocalServer::nextPendingConnection")]
    pub fn next_pending_connection(&mut self) -> Option<SocketOf<M>> {
        self.driver.next_pending()
    }

    /// Queues a connection that you made yourself: it counts and is announced.
    ///
    /// # Specification
    ///
    /// Q6-4.
    #[doc(alias = "QLocalServer::addPendingConnection")]
    pub fn add_pending_connection(&mut self, socket: SocketOf<M>) {
        self.driver.command(|server| server.add_pending(socket));
    }

    /// Drops every pending connection.
    pub fn discard_pending_connections(&mut self) {
        self.driver.command(Machine::discard_pending);
    }

    /// Sets how many connections may be pending at the same time.
    ///
    /// Once so many are, no more are taken in until one is claimed; the operating system may
    /// queue further clients, who see themselves as connected. Raising it takes effect at once,
    /// lowering it drops nothing, and with zero nothing is taken in. See [an
    /// example](Self#the-limit).
    ///
    /// # Specification
    ///
    /// MAX-1, SETMAX-1 to SETMAX-4.
    #[doc(alias = "QLocalServer::setMaxPendingConnections")]
    pub fn set_max_pending_connections(&mut self, limit: usize) {
        self.driver.command(|server| server.set_max_pending(limit));
    }

    /// Sets the options for the next `listen`; a server that listens is not changed.
    ///
    /// # Specification
    ///
    /// OPT-10, OPT-15.
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
    ///
    /// # Specification
    ///
    /// Q6-2.
    #[doc(alias = "QLocalServer::setListenBacklogSize")]
    pub fn set_listen_backlog(&mut self, backlog: impl Into<Backlog>) {
        let backlog = backlog.into();
        self.driver.command(|server| server.set_backlog(backlog));
    }

    /// Returns how many connections became available since this was last asked.
    ///
    /// See [an example](Self#the-limit).
    ///
    /// # Specification
    ///
    /// SRV-3, SIG-1.
    #[doc(alias = "QLocalServer::newConnection")]
    pub fn take_new_connections(&mut self) -> usize {
        self.driver.command(|server| server.take_new_connections())
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
    ///
    /// # Specification
    ///
    /// DTOR-3.
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
