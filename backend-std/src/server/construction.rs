use std::ffi::OsStr;

use super::{Builder, Mode, Server};
use crate::ListenError;

impl<M: Mode> Server<M> {
    /// Creates a server and listens on `name`.
    ///
    /// # Errors
    ///
    /// See [`listen`](Self::listen).
    pub fn bind(name: impl AsRef<OsStr>) -> Result<Self, ListenError>
    where
        M::Os: Default,
    {
        Self::builder().listen(name)
    }

    /// Creates a builder for a server.
    pub fn builder() -> Builder<M>
    where
        M::Os: Default,
    {
        Self::builder_in(M::Os::default())
    }

    /// Creates a server that does not listen.
    //= NEW-1
    #[doc(alias = "QLocalServer::QLocalServer")]
    pub fn new() -> Self
    where
        M::Os: Default,
    {
        Self::new_in(M::Os::default())
    }

    /// Creates a server on the given runtime, and listens on `name`.
    ///
    /// # Errors
    ///
    /// See [`listen`](Self::listen).
    pub fn bind_in(
        runtime: impl Into<M::Os>,
        name: impl AsRef<OsStr>,
    ) -> Result<Self, ListenError> {
        Self::builder_in(runtime).listen(name)
    }

    /// Creates a builder for a server on the given runtime.
    pub fn builder_in(runtime: impl Into<M::Os>) -> Builder<M> {
        Builder::new(runtime.into())
    }

    /// Creates a server on the given runtime that does not listen.
    //= NEW-1
    pub fn new_in(runtime: impl Into<M::Os>) -> Self {
        Self::builder_in(runtime).build()
    }

    /// Removes the socket file that a crashed server has left at `name`.
    ///
    /// Succeeds if nothing exists at `name`. Be careful: it also removes the socket file of a live
    /// server, to which no client can connect then. See [an example](Self#after-a-crash).
    ///
    /// # Errors
    ///
    /// Returns `ErrorKind::WrongObject` if the file is not a socket, which stays, and
    /// `ErrorKind::Name` if the name is invalid, as for [`listen`](Self::listen). Otherwise returns
    /// the error of the operating system.
    //= REM-1, REM-2, REM-3, REM-5, REM-6
    #[doc(alias = "QLocalServer::removeServer")]
    pub fn remove_server(name: impl AsRef<OsStr>) -> crate::Result<()> {
        crate::remove_server(name)
    }
}
