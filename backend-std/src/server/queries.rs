use anteroom_core::Os;

use super::{Mode, Server};
use crate::{Backlog, Error, Owner, Pause, SocketOptions};

/// Queries.
impl<M: Mode, I> Server<M, I> {
    /// Returns whether a connection is pending.
    //= HAS-1
    #[doc(alias = "QLocalServer::hasPendingConnections")]
    pub fn has_pending_connections(&self) -> bool {
        self.driver.server().has_pending()
    }

    /// Returns the pause in accepting connections, if there is one.
    ///
    /// When descriptors or memory run out, the server waits for a back-off before it tries again,
    /// and clients wait in the backlog. The pause ends when the backlog is empty, after a second in
    /// which connections were accepted and nothing ran out, or when the server closes. It is
    /// updated only while the server is awaited or driven.
    ///
    /// A hook is notified of the begin and the end: see `Intake::paused` and `Intake::resumed`. See
    /// [an example](Self#running-out-of-descriptors).
    //= ISL-1
    pub fn pause(&self) -> Option<Pause> {
        let server = self.driver.server();
        let pause = server.pause()?;
        let (name, full_name) = server.pause_names();
        Some(Pause::new(
            Error::new(pause.failure, name.cloned(), full_name.cloned()),
            Os::now(self.driver.os()).since(pause.since),
        ))
    }

    /// Returns the number of connections that the filter has refused.
    ///
    /// This includes connections whose credentials could not be read. See `filter` of the builder.
    pub fn refused(&self) -> u64 {
        self.driver.intake().refused()
    }

    /// Returns the limit of pending connections.
    //= MAX-1
    #[doc(alias = "QLocalServer::maxPendingConnections")]
    pub fn max_pending_connections(&self) -> usize {
        self.driver.server().max_pending()
    }

    /// Returns the options for the next `listen`.
    //= OPT-15
    #[doc(alias = "QLocalServer::socketOptions")]
    pub fn socket_options(&self) -> SocketOptions {
        self.driver.server().socket_options()
    }

    /// Returns the backlog for the next `listen`.
    //= Q6-2
    #[doc(alias = "QLocalServer::listenBacklogSize")]
    pub fn listen_backlog(&self) -> Backlog {
        self.driver.server().backlog()
    }

    /// Returns the owner of the socket file for the next `listen`.
    pub fn owner(&self) -> Owner {
        self.driver.server().owner()
    }

    /// Returns the hook.
    pub fn intake(&self) -> &I {
        &self.driver.intake().hook
    }
}
