use std::ffi::OsStr;

use super::{Mode, Server};
use crate::Error;

/// Members of `QLocalServer` that Rust code rarely needs, since it has results and `accept`.
impl<M: Mode, I> Server<M, I> {
    /// Returns the name that was passed to `listen`, while listening.
    //= NAME-1, NAME-2
    #[doc(alias = "QLocalServer::serverName")]
    pub fn server_name(&self) -> Option<&OsStr> {
        self.driver.server().server_name().map(crate::os_str)
    }

    /// Returns the full path or the abstract name, while listening.
    //= FULL-1
    #[doc(alias = "QLocalServer::fullServerName")]
    pub fn full_server_name(&self) -> Option<&OsStr> {
        self.driver.server().full_server_name().map(crate::os_str)
    }

    /// Returns the last error, unless it has been cleared.
    ///
    /// A successful `listen` clears it, and so does closing a listening server.
    //= ERR-3, ERR-4, ERR-5
    #[doc(alias = "QLocalServer::serverError")]
    pub fn server_error(&self) -> Option<Error> {
        let server = self.driver.server();
        let (name, full_name) = server.last_error_names();
        let failure = server.last_error()?;
        Some(Error::new(failure, name.cloned(), full_name.cloned()))
    }

    /// Returns a description of the last error, or an empty string.
    ///
    /// It is the alternate form of that error, `{error:#}`: the operation and the cause.
    //= ERR-1, ERR-2, ERR-6
    #[doc(alias = "QLocalServer::errorString")]
    pub fn error_string(&self) -> String {
        self.server_error()
            .map_or_else(String::new, |error| format!("{error:#}"))
    }

    /// Returns the number of new connections since the last call.
    ///
    /// See [an example](Self#the-limit).
    //= SRV-3, SIG-1
    #[doc(alias = "QLocalServer::newConnection")]
    pub fn take_new_connections(&mut self) -> usize {
        self.driver.command(|server| server.take_new_connections())
    }
}
