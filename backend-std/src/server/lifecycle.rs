use std::ffi::OsStr;

use anteroom_core::{End, Intake, Server as Machine};

use super::{Mode, Server, SocketOf};
use crate::ListenError;

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
    //= LIS-1, LIS-2, LIS-3, LIS-4, LIS-5, LIS-6, LIS-7, LIS-9, FULL-1, FULL-2, FULL-3
    //= FULL-4, FULL-5, OPT-4, OPT-5, OPT-6, OPT-7, OPT-8, OPT-9, OPT-10, OPT-16
    #[doc(alias = "QLocalServer::listen")]
    pub fn listen(&mut self, name: impl AsRef<OsStr>) -> Result<(), ListenError> {
        let result = self.reporting().0.driver.listen(crate::server_name(name));
        result.map_err(|error| self.listen_error(error))
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

    /// Stops listening: new clients are refused, and the name is free again.
    ///
    /// Connections live on; those that are pending can still be claimed. Clients which the
    /// operating system has queued and the server has not taken in are cut off: see
    /// [`drain`](Self::drain) for a way that loses nobody. The socket file is removed if it is
    /// still the one that this server made. See [an example](Self#listening-and-closing).
    //= CLOSE-1, CLOSE-2, CLOSE-3, CLOSE-4, CLOSE-5, CLOSE-6, CLOSE-7, CLOSE-8
    #[doc(alias = "QLocalServer::close")]
    pub fn close(&mut self) {
        self.reporting().0.driver.close();
    }
}

impl<M: Mode, I> Server<M, I> {
    /// Returns the name to give to clients, while listening: the complete path, or the abstract name.
    ///
    /// It is what [`full_server_name`](Self::full_server_name) returns.
    pub fn local_name(&self) -> Option<&OsStr> {
        self.full_server_name()
    }

    /// Returns whether the server listens for incoming connections.
    //= ISL-1
    #[doc(alias = "QLocalServer::isListening")]
    pub fn is_listening(&self) -> bool {
        self.driver.server().is_listening()
    }

    /// Returns how the server ceased to listen. There is no end while it listens or drains, nor
    /// before it has ever listened.
    pub const fn end(&self) -> Option<End> {
        self.driver.server().end()
    }
}
