use anteroom_core::Os;

use super::{Mode, Server};
use crate::{Backlog, Error, Owner, Pause, SocketOptions};

/// What can be asked at any time.
impl<M: Mode, I> Server<M, I> {
    /// Returns whether a connection is pending.
    //= HAS-1
    #[doc(alias = "QLocalServer::hasPendingConnections")]
    pub fn has_pending_connections(&self) -> bool {
        self.driver.server().has_pending()
    }

    /// Returns why, and for how long, accepting connections has been paused, if it is.
    ///
    /// When descriptors or memory run out, the server waits a while before it tries again,
    /// and clients wait in the backlog. Unlike [`server_error`](Self::server_error) this is
    /// cleared: when the backlog was found empty, when nothing has run out for a second in
    /// which connections were accepted, and when the server closes. Progress is noticed only
    /// while the server is waited for or driven.
    ///
    /// To be told of the begin and the end, implement `paused` and `resumed` of
    /// the hook (`Intake`). See [an example](Self#running-out-of-descriptors).
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

    /// Returns how many connections the filter has refused, or could not identify.
    ///
    /// See `filter` of the builder.
    pub fn refused(&self) -> u64 {
        self.driver.intake().refused()
    }

    /// Returns how many accepted connections may wait to be claimed: 30 by default.
    //= MAX-1
    #[doc(alias = "QLocalServer::maxPendingConnections")]
    pub fn max_pending_connections(&self) -> usize {
        self.driver.server().max_pending()
    }

    /// Returns the options that the next `listen` will use.
    //= OPT-15
    #[doc(alias = "QLocalServer::socketOptions")]
    pub fn socket_options(&self) -> SocketOptions {
        self.driver.server().socket_options()
    }

    /// Returns how many clients the operating system queues, from the next `listen` on.
    //= Q6-2
    #[doc(alias = "QLocalServer::listenBacklogSize")]
    pub fn listen_backlog(&self) -> Backlog {
        self.driver.server().backlog()
    }

    /// Returns the owner that the next `listen` will give to the socket file.
    pub fn owner(&self) -> Owner {
        self.driver.server().owner()
    }

    /// Returns the hook.
    pub fn intake(&self) -> &I {
        &self.driver.intake().hook
    }
}
