use std::ffi::OsStr;
use std::fmt;

use anteroom_core::{Admit, DEFAULT_MAX_PENDING, Driver, Intake, ListenOptions, Owner, QueueAll};

use super::filter::Filtered;
use super::{Mode, Server, SocketOf};
use crate::permit::Counted;
use crate::stop::Stop;
use crate::{
    Backlog, CountConnections, ListenError, PeerIdentity, PeerSocket, Permits, SocketOptions,
};

/// Configures a server before it listens.
///
/// # Examples
///
/// A server that admits only clients of one's own user, whatever the mode of the file says:
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # use std::os::unix::fs::MetadataExt as _;
/// # let own_user = directory.path().metadata()?.uid();
/// let mut server = LocalServer::builder()
///     .max_pending_connections(5)
///     .filter(move |peer| peer.uid == own_user)
///     .listen(&name)?;
/// let _client = LocalSocket::connect(&name)?;
/// assert!(server.accept().is_ok());
/// assert_eq!(server.refused(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A hook that queues every second connection:
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut count = 0;
/// let mut server = LocalServer::builder()
///     .intake(move |socket, admit| {
///         count += 1;
///         if count % 2 == 0 {
///             admit.enqueue(socket);
///         }
///     })
///     .listen(&name)?;
/// let _clients = [LocalSocket::connect(&name)?, LocalSocket::connect(&name)?];
/// server.process_events();
/// assert_eq!(server.take_new_connections(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it is `listen` or `build` that makes the server"]
pub struct Builder<M: Mode, I = QueueAll> {
    os: M::Os,
    options: ListenOptions,
    max_pending: usize,
    max_connections: Option<(usize, Count<M::Os>)>,
    hook: Filtered<SocketOf<M>, I>,
}

/// How to have a platform count its connections.
type Count<O> = fn(&mut O, Permits);

impl<M: Mode> Builder<M> {
    pub(super) const fn new(os: M::Os) -> Self {
        Self {
            os,
            options: ListenOptions::new(),
            max_pending: DEFAULT_MAX_PENDING,
            max_connections: None,
            hook: Filtered::new(QueueAll::new()),
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

    /// Sets how many accepted connections may wait to be claimed: 30 unless set.
    ///
    /// It does not limit how many are open: for that see
    /// [`max_connections`](Self::max_connections).
    pub fn max_pending_connections(mut self, limit: usize) -> Self {
        self.max_pending = limit;
        self
    }

    /// Sets how many connections may be open at the same time: any number unless set.
    ///
    /// Once so many are, no more are accepted, and further clients wait in the queue of the operating
    /// system. A connection counts from the moment at which it is accepted, pending or not, until its
    /// socket is dropped, with all clones and halves. One that you take out of its socket by
    /// `into_inner`, or convert, does not count any more; neither do those that you make yourself.
    ///
    /// With a limit of zero no client is accepted. The limit holds while the server drains, too: a drain
    /// ends only when enough connections are closed. Close them, or call `close`, if the clients may stay
    /// for long.
    ///
    /// A task or thread that waits for the server goes on when a connection is closed. An event loop of
    /// your own, which calls [`process_events`](Server::process_events), has to ask again after each
    /// socket that it drops, and to be woken by other means if one is dropped in another thread.
    ///
    /// # Platform-specific behavior
    ///
    /// A blocking server that is waited for while it is full keeps two descriptors from then on, and
    /// each of its waits takes one more system call.
    ///
    /// After a fork, parent and child each count the connections that they hold, but a wait of both is
    /// ended by the same pair of descriptors: a closed connection of one may end the wait of the other,
    /// which then waits again. Let only one of them go on with a server that has a limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    /// use anteroom::{Timeout, Wait};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::builder().max_connections(1).listen(&name)?;
    /// let _clients = [LocalSocket::connect(&name)?, LocalSocket::connect(&name)?];
    /// let first = server.accept()?;
    /// assert_eq!(server.wait_for_new_connection(Timeout::default()), Wait::TimedOut);
    ///
    /// drop(first);
    /// let _second = server.accept()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn max_connections(mut self, limit: usize) -> Self
    where
        M::Os: CountConnections,
    {
        self.max_connections = Some((limit, M::Os::count_connections));
        self
    }

    /// Sets how many clients the operating system is to queue: as many as it allows
    /// unless set.
    pub fn listen_backlog(mut self, backlog: impl Into<Backlog>) -> Self {
        self.options = self.options.with_backlog(backlog.into());
        self
    }

    /// Admits only clients of which `admits` returns true; all others are closed.
    ///
    /// A client is refused as well if the operating system does not tell who it is. It takes no place
    /// in the queue, the hook does not get it, and it is counted: see [`refused`](Server::refused). With
    /// several filters a client has to be admitted by each. See the [examples](Self#examples).
    ///
    /// # Panics
    ///
    /// A panic of `admits` closes that client, and is passed on to the caller of the method that
    /// accepted it, as is a panic of the hook.
    pub fn filter(mut self, admits: impl Fn(&PeerIdentity) -> bool + Send + Sync + 'static) -> Self
    where
        SocketOf<M>: PeerSocket + 'static,
    {
        self.hook.add_filter(admits);
        self
    }

    /// Sets a closure that decides about every new connection.
    ///
    /// What it does not queue is closed. It takes the place of an earlier hook. See the
    /// [examples](Self#examples), and [`intake_with`](Self::intake_with) for other hooks.
    //= INC-1, INC-2, INC-3, INC-4
    #[doc(alias = "QLocalServer::incomingConnection")]
    pub fn intake<F>(self, hook: F) -> Builder<M, F>
    where
        F: FnMut(SocketOf<M>, &mut Admit<'_, SocketOf<M>>),
    {
        self.intake_with(hook)
    }

    /// Sets the hook that decides about every new connection.
    ///
    /// `Box<dyn Intake<LocalSocket> + Send>` is a hook as well: with it a server fits into a struct.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    /// use anteroom::{Intake, QueueAll};
    ///
    /// struct Service {
    ///     server: LocalServer<Box<dyn Intake<LocalSocket> + Send>>,
    /// }
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let hook: Box<dyn Intake<LocalSocket> + Send> = Box::new(QueueAll::new());
    /// let service = Service { server: LocalServer::builder().intake_with(hook).listen(&name)? };
    /// assert!(service.server.is_listening());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn intake_with<J: Intake<SocketOf<M>>>(self, hook: J) -> Builder<M, J> {
        Builder {
            os: self.os,
            options: self.options,
            max_pending: self.max_pending,
            max_connections: self.max_connections,
            hook: self.hook.with_hook(hook),
        }
    }
}

impl<M: Mode, I: Intake<SocketOf<M>>> Builder<M, I> {
    /// Makes the server, which does not listen yet.
    pub fn build(mut self) -> Server<M, I> {
        let counted = self.max_connections.map(|(_, count)| {
            let (counted, permits) = Counted::new();
            count(&mut self.os, permits);
            counted
        });
        let mut driver = Driver::new(self.os, self.hook);
        driver.command(|server| {
            server.set_listen_options(self.options);
            server.set_max_pending(self.max_pending);
            if let Some((limit, _)) = self.max_connections {
                server.limit_connections(limit);
            }
        });
        Server {
            driver,
            state: M::State::default(),
            counted,
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
            max_connections: self.max_connections,
            hook: self.hook.clone(),
        }
    }
}

impl<M: Mode, I> fmt::Debug for Builder<M, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("options", &self.options)
            .field("max_pending", &self.max_pending)
            .field(
                "max_connections",
                &self.max_connections.map(|(limit, _)| limit),
            )
            .finish_non_exhaustive()
    }
}
