use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anteroom_core::{Intake, Os, Refused};

use super::{Mode, Server, SocketOf};
use crate::AdoptError;

/// For listeners that are descriptors.
impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Listens on a socket that is bound and listening already, such as one from a service manager.
    ///
    /// It is set non-blocking and close-on-exec. It may be shared with others: its file is never
    /// removed and it is never shut down. See [an example](Self#inherited-sockets).
    ///
    /// # Errors
    ///
    /// Returns the descriptor, with its number and its flags as they were: the server listens
    /// already, descriptors ran out, this is not a local stream socket that listens, or access
    /// options or an owner are set, which an adopted socket cannot be given. A
    /// connection, as a service manager passes it that accepts by itself (`Accept=yes` of
    /// systemd), has `Detail::Connected`: make it a `LocalSocket` instead.
    ///
    /// # Specification
    ///
    /// FD-1 to FD-5.
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
    /// Returns the descriptor to watch, while there is a listener.
    ///
    /// Do not accept from it, nor change its flags.
    ///
    /// # Specification
    ///
    /// Q6-3.
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
