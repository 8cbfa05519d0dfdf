use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;

use anteroom_core::{Intake, Os, Refused};

use super::{Builder, Mode, Server, SocketOf};
use crate::AdoptError;

/// Existing listeners.
impl<M: Mode<Os: Os<Descriptor = OwnedFd>>> Server<M> {
    /// Creates a server from a listening socket, such as one from a service manager.
    ///
    /// # Errors
    ///
    /// See [`listen_fd`](Self::listen_fd).
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    /// use std::os::unix::net::UnixListener;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let inherited = UnixListener::bind(&name)?;
    /// let mut server = LocalServer::from_fd(inherited)?;
    /// let _client = LocalSocket::connect(&name)?;
    /// assert!(server.accept().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_fd(descriptor: impl Into<OwnedFd>) -> Result<Self, AdoptError>
    where
        M::Os: Default,
    {
        Self::builder().listen_fd(descriptor)
    }

    /// Creates a server on the given runtime from a listening socket.
    ///
    /// # Errors
    ///
    /// See [`listen_fd`](Self::listen_fd).
    pub fn from_fd_in(
        runtime: impl Into<M::Os>,
        descriptor: impl Into<OwnedFd>,
    ) -> Result<Self, AdoptError> {
        Self::builder_in(runtime).listen_fd(descriptor)
    }
}

/// See [`from_fd`](Server::from_fd).
impl<M: Mode<Os: Os<Descriptor = OwnedFd> + Default>> TryFrom<UnixListener> for Server<M> {
    type Error = AdoptError;

    fn try_from(listener: UnixListener) -> Result<Self, AdoptError> {
        Self::from_fd(listener)
    }
}

impl<M: Mode<Os: Os<Descriptor = OwnedFd>>, I: Intake<SocketOf<M>>> Builder<M, I> {
    /// Creates the server from a listening socket.
    ///
    /// # Errors
    ///
    /// See [`listen_fd`](Server::listen_fd) of the server.
    pub fn listen_fd(self, descriptor: impl Into<OwnedFd>) -> Result<Server<M, I>, AdoptError> {
        let mut server = self.build();
        server.listen_fd(descriptor)?;
        Ok(server)
    }
}

/// Listeners as descriptors.
impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Adopts a listening socket, such as one from a service manager.
    ///
    /// The socket is set non-blocking and close-on-exec. Other processes may share it: the server
    /// never shuts it down and never removes its file. See [an example](Self#inherited-sockets).
    ///
    /// # Errors
    ///
    /// Returns the descriptor, with its number and flags unchanged, if the server already listens,
    /// descriptors have run out, it is not a listening local stream socket, or access options or an
    /// owner are set, which do not apply to an adopted socket. For a connection, which a service
    /// manager passes with `Accept=yes`, the detail is `Detail::Connected`: convert it into a
    /// `LocalSocket` instead.
    //= FD-1, FD-2, FD-3, FD-4, FD-5
    #[doc(alias = "QLocalServer::listen")]
    pub fn listen_fd(&mut self, descriptor: impl Into<OwnedFd>) -> Result<(), AdoptError>
    where
        M::Os: Os<Descriptor = OwnedFd>,
    {
        let result = self.reporting().0.driver.adopt(descriptor.into());
        match result {
            Ok(()) => Ok(()),
            Err(Refused { descriptor, error }) => {
                Err(AdoptError::new(descriptor, self.listen_error(error)))
            }
        }
    }
}

impl<M: Mode, I> Server<M, I> {
    /// Returns the descriptor of the listener, to watch it in an event loop.
    ///
    /// Do not accept from it, and do not change its flags.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::LocalServer;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::new();
    /// assert!(server.listener_fd().is_none());
    /// server.listen(&name)?;
    /// assert!(server.listener_fd().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    //= Q6-3
    #[doc(alias = "QLocalServer::socketDescriptor")]
    pub fn listener_fd(&self) -> Option<BorrowedFd<'_>>
    where
        M::Os: Os<Listener: AsFd>,
    {
        self.driver.listener().map(AsFd::as_fd)
    }
}
