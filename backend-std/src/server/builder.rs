use std::ffi::OsStr;
use std::fmt;

use anteroom_core::{DEFAULT_MAX_PENDING, Driver, Intake, ListenOptions, Owner, QueueAll};

use super::{Mode, Server, SocketOf};
use crate::stop::Stop;
use crate::{Backlog, ListenError, SocketOptions};

/// Configures a server before it listens.
///
/// # Examples
///
/// A hook that admits only clients of one's own user, whatever the mode of the file says:
///
/// ```
/// use anteroom::blocking::{Admit, LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # use std::os::unix::fs::MetadataExt as _;
/// # let own_user = directory.path().metadata()?.uid();
/// let mut server = LocalServer::builder()
///     .max_pending_connections(5)
///     .intake(move |socket: LocalSocket, admit: &mut Admit<'_, LocalSocket>| {
///         if socket.peer_identity().is_ok_and(|peer| peer.uid == own_user) {
///             admit.enqueue(socket);
///         }
///     })
///     .listen(&name)?;
/// let _client = LocalSocket::connect(&name)?;
/// assert!(server.accept().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it is `listen` or `build` that makes the server"]
pub struct Builder<M: Mode, I = QueueAll> {
    os: M::Os,
    options: ListenOptions,
    max_pending: usize,
    intake: I,
}

impl<M: Mode> Builder<M> {
    pub(super) const fn new(os: M::Os) -> Self {
        Self {
            os,
            options: ListenOptions::new(),
            max_pending: DEFAULT_MAX_PENDING,
            intake: QueueAll::new(),
        }
    }
}

impl<M: Mode, I> Builder<M, I> {
    /// Sets who may connect, and the kind of the name.
    ///
    /// Options that cannot be enforced make `listen` fail: see `SocketOptions`.
    pub fn socket_options(mut self, options: SocketOptions) -> Self {
        self.options = self.options.with_socket(options);
        self
    }

    /// Sets the user id and the group id that own the socket file.
    ///
    /// `None` keeps the one that a new file gets. Use it together with access options: they
    /// say who of user, group and others may connect, and nobody else can at any moment.
    ///
    /// Giving the file to a group of which the process is a member takes no privilege. Any
    /// other group takes `CAP_CHOWN`, and another user `CAP_CHOWN` and, unless
    /// `SocketOptions::USER` is set, `CAP_FOWNER`. If it is not possible, `listen` fails and
    /// leaves nothing behind.
    ///
    /// A server that drops its privileges after `listen` may be unable to remove a file that
    /// belongs to another user, as in a sticky directory such as `/tmp`. Use a directory
    /// of the server's own.
    ///
    /// # Platform-specific behavior
    ///
    /// Unix only. Abstract names have no file, and so no owner.
    pub fn owner(mut self, user: impl Into<Option<u32>>, group: impl Into<Option<u32>>) -> Self {
        let owner = Owner::new(user.into(), group.into());
        self.options = self.options.with_owner(owner);
        self
    }

    /// Sets how many connections may be pending at the same time: 30 unless set.
    pub fn max_pending_connections(mut self, limit: usize) -> Self {
        self.max_pending = limit;
        self
    }

    /// Sets how many clients the operating system is to queue: as many as it allows
    /// unless set.
    pub fn listen_backlog(mut self, backlog: Backlog) -> Self {
        self.options = self.options.with_backlog(backlog);
        self
    }

    /// Sets the hook that decides about every new connection.
    ///
    /// It is a closure or any other `Intake`: see the [examples](Self#examples).
    ///
    /// # Specification
    ///
    /// INC-1 to INC-4.
    #[doc(alias = "QLocalServer::incomingConnection")]
    pub fn intake<J: Intake<SocketOf<M>>>(self, intake: J) -> Builder<M, J> {
        let Self {
            os,
            options,
            max_pending,
            intake: _,
        } = self;
        Builder {
            os,
            options,
            max_pending,
            intake,
        }
    }
}

impl<M: Mode, I: Intake<SocketOf<M>>> Builder<M, I> {
    /// Makes the server, which does not listen yet.
    pub fn build(self) -> Server<M, I> {
        let mut driver = Driver::new(self.os, self.intake);
        driver.command(|server| {
            server.set_listen_options(self.options);
            server.set_max_pending(self.max_pending);
        });
        Server {
            driver,
            state: M::State::default(),
            stop: Stop::default(),
        }
    }

    /// Makes the server and listens on `name`.
    ///
    /// # Errors
    ///
    /// As `listen` of the server.
    pub fn listen(self, name: impl AsRef<OsStr>) -> Result<Server<M, I>, ListenError> {
        let mut server = self.build();
        server.listen(name)?;
        Ok(server)
    }
}

impl<M: Mode<Os: Clone>, I: Clone> Clone for Builder<M, I> {
    fn clone(&self) -> Self {
        Self {
            os: self.os.clone(),
            options: self.options,
            max_pending: self.max_pending,
            intake: self.intake.clone(),
        }
    }
}

impl<M: Mode, I> fmt::Debug for Builder<M, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("options", &self.options)
            .field("max_pending", &self.max_pending)
            .finish_non_exhaustive()
    }
}
