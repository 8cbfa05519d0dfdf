use std::ffi::OsStr;

use anteroom_core::{End, Intake, Server as Machine};

use super::{Mode, Server, SocketOf};
use crate::ListenError;

impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Listens on `name`, a single word or a full path.
    ///
    /// A single word names a socket in the temporary directory: `$TMPDIR`, or `/tmp` if it is
    /// unset. With `SocketOptions::ABSTRACT` the name is the abstract address. With access options,
    /// the file never has looser permissions than requested, whatever the umask and the default ACL
    /// of its directory; without them, umask and ACL decide. See [an
    /// example](Self#listening-and-closing).
    ///
    /// # Errors
    ///
    /// Returns `ListenError::AlreadyListening` if the server listens; nothing changes. Returns
    /// another error if the name is in use, also by the file of a crashed server (see
    /// `remove_server`), if its directory does not exist, if it is invalid or too long, if access
    /// is denied, or if descriptors have run out. The server then does not listen, leaves no file,
    /// and has not changed an existing one.
    ///
    /// Names that look like something else are invalid, and the error says what to write: relative
    /// paths (`./x`, `run/x`, `..`), `~/x` and `$TMPDIR/x`, URLs (`unix:/x`), paths that end in a
    /// slash, and on Unix `@x` and `\\.\pipe\x`.
    //= LIS-1, LIS-2, LIS-3, LIS-4, LIS-5, LIS-6, LIS-7, LIS-9, FULL-1, FULL-2, FULL-3
    //= FULL-4, FULL-5, OPT-4, OPT-5, OPT-6, OPT-7, OPT-8, OPT-9, OPT-10, OPT-16
    #[doc(alias = "QLocalServer::listen")]
    pub fn listen(&mut self, name: impl AsRef<OsStr>) -> Result<(), ListenError> {
        let result = self.reporting().0.driver.listen(crate::server_name(name));
        result.map_err(|error| self.listen_error(error))
    }

    /// Stops admitting new clients, and keeps accepting those that have connected.
    ///
    /// The name is free at once, and `is_listening` is false. After the last client was accepted,
    /// waits end with `Wait::NotListening`. The limit still applies; if it is zero, draining never
    /// completes. See [an example](Self#draining).
    ///
    /// # Platform-specific behavior
    ///
    /// Processes that share the socket by a fork get no more clients either. An adopted socket is
    /// not shut down: the server accepts what is queued, and ends.
    pub fn drain(&mut self) {
        self.driver.command(Machine::drain);
    }

    /// Stops listening. New clients are refused, and the name is free.
    ///
    /// Existing connections stay open, and pending ones can still be taken. Clients in the backlog
    /// are disconnected; use [`drain`](Self::drain) to serve them. The socket file is removed if it
    /// is still the one that this server created. See [an example](Self#listening-and-closing).
    //= CLOSE-1, CLOSE-2, CLOSE-3, CLOSE-4, CLOSE-5, CLOSE-6, CLOSE-7, CLOSE-8
    #[doc(alias = "QLocalServer::close")]
    pub fn close(&mut self) {
        self.reporting().0.driver.close();
    }
}

impl<M: Mode, I> Server<M, I> {
    /// Returns the name for clients while listening: the full path or the abstract name.
    ///
    /// The same as [`full_server_name`](Self::full_server_name).
    pub fn local_name(&self) -> Option<&OsStr> {
        self.full_server_name()
    }

    /// Returns whether the server listens for incoming connections.
    //= ISL-1
    #[doc(alias = "QLocalServer::isListening")]
    pub fn is_listening(&self) -> bool {
        self.driver.server().is_listening()
    }

    /// Returns how the server stopped listening, or `None` while it listens or drains and before
    /// its first `listen`.
    pub const fn end(&self) -> Option<End> {
        self.driver.server().end()
    }
}
