use std::ffi::OsStr;

use anteroom_core::{Backlog, DEFAULT_MAX_PENDING, Intake, QueueAll, SocketOptions};

use crate::{ListenError, LocalServer, LocalSocket};

/// Configures a [`LocalServer`] before it listens.
///
/// # Examples
///
/// ```
/// use anteroom_std::{LocalServer, SocketOptions};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let server = LocalServer::builder()
///     .socket_options(SocketOptions::USER)
///     .max_pending_connections(5)
///     .listen(&name)?;
/// assert!(server.is_listening());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is `listen` or `build` that makes the server"]
pub struct Builder<I = QueueAll> {
    options: SocketOptions,
    max_pending: usize,
    backlog: Backlog,
    intake: I,
}

impl Builder {
    pub(super) const fn new() -> Self {
        Self {
            options: SocketOptions::empty(),
            max_pending: DEFAULT_MAX_PENDING,
            backlog: Backlog::Maximum,
            intake: QueueAll::new(),
        }
    }
}

impl<I> Builder<I> {
    /// Sets who may connect, and the kind of the name.
    pub const fn socket_options(mut self, options: SocketOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets how many connections may be pending at the same time: 30 unless set.
    pub const fn max_pending_connections(mut self, limit: usize) -> Self {
        self.max_pending = limit;
        self
    }

    /// Sets how many clients the operating system is to queue: as many as it allows unless set.
    pub const fn listen_backlog(mut self, backlog: Backlog) -> Self {
        self.backlog = backlog;
        self
    }

    /// Sets the hook that decides about every new connection.
    ///
    /// # Specification
    ///
    /// INC-1 to INC-4.
    ///
    /// # Examples
    ///
    /// Only clients of one's own user are admitted, whatever the mode of the file says:
    ///
    /// ```
    /// use anteroom_std::{Admit, LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// # use std::os::unix::fs::MetadataExt as _;
    /// # let own_user = directory.path().metadata()?.uid();
    /// let server = LocalServer::builder()
    ///     .intake(move |socket: LocalSocket, admit: &mut Admit<'_, LocalSocket>| {
    ///         if socket.peer_identity().is_ok_and(|peer| peer.uid == own_user) {
    ///             admit.enqueue(socket);
    ///         }
    ///     })
    ///     .listen(&name)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "QLocalServer::incomingConnection")]
    pub fn intake<J: Intake<LocalSocket>>(self, intake: J) -> Builder<J> {
        let Self {
            options,
            max_pending,
            backlog,
            intake: _,
        } = self;
        Builder {
            options,
            max_pending,
            backlog,
            intake,
        }
    }
}

impl<I: Intake<LocalSocket>> Builder<I> {
    /// Makes the server, which does not listen yet.
    pub fn build(self) -> LocalServer<I> {
        let mut server = LocalServer::with_intake(self.intake);
        server.set_socket_options(self.options);
        server.set_max_pending_connections(self.max_pending);
        server.set_listen_backlog(self.backlog);
        server
    }

    /// Makes the server and listens on `name`.
    ///
    /// # Errors
    ///
    /// As [`LocalServer::listen`].
    pub fn listen(self, name: impl AsRef<OsStr>) -> Result<LocalServer<I>, ListenError> {
        let mut server = self.build();
        server.listen(name)?;
        Ok(server)
    }
}
