use std::ffi::OsStr;

use super::{Builder, Mode, Server};
use crate::ListenError;

impl<M: Mode> Server<M> {
    /// Creates a server and listens on `name`.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    pub fn bind(name: impl AsRef<OsStr>) -> Result<Self, ListenError>
    where
        M::Os: Default,
    {
        Self::builder().listen(name)
    }

    /// Starts to configure a server.
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

    /// Creates a server on a runtime of your choice, and listens on `name`.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    pub fn bind_in(
        runtime: impl Into<M::Os>,
        name: impl AsRef<OsStr>,
    ) -> Result<Self, ListenError> {
        Self::builder_in(runtime).listen(name)
    }

    /// Starts to configure a server on a runtime of your choice.
    pub fn builder_in(runtime: impl Into<M::Os>) -> Builder<M> {
        Builder::new(runtime.into())
    }

    /// Creates a server that does not listen, on a runtime of your choice.
    //= NEW-1
    pub fn new_in(runtime: impl Into<M::Os>) -> Self {
        Self::builder_in(runtime).build()
    }

    /// Removes the socket at `name`, which a crashed server left behind.
    ///
    /// That nothing is there is a success. Be careful: a running server's socket is
    /// removed as well, and then nobody can connect to it any more. See [an
    /// example](Self#after-a-crash).
    ///
    /// # Errors
    ///
    /// `ErrorKind::WrongObject` if something else than a socket is there: it is left alone.
    /// `ErrorKind::Name` if the name is invalid, by the same rules as for
    /// [`listen`](Self::listen). Otherwise what the operating system reports.
    //= REM-1, REM-2, REM-3, REM-5, REM-6
    #[doc(alias = "QLocalServer::removeServer")]
    pub fn remove_server(name: impl AsRef<OsStr>) -> crate::Result<()> {
        crate::remove_server(name)
    }
}
