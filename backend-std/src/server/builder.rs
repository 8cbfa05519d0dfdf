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
/// Admit only clients of this user, whatever the mode of the file:
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
/// Queue every second connection:
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

/// Enables counting on the platform.
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
    /// Sets the access options and the kind of the name.
    ///
    /// `listen` fails if the options cannot be enforced: see `SocketOptions`.
    pub fn socket_options(mut self, options: SocketOptions) -> Self {
        self.options = self.options.with_socket(options);
        self
    }

    /// Sets the user id and group id of the socket file.
    ///
    /// `None` keeps the id that a new file gets. Combine this with access options, which grant
    /// access to user, group and others; at no moment can anyone else connect.
    ///
    /// A group of which the process is a member needs no privilege. Any other group needs
    /// `CAP_CHOWN`. Another user needs `CAP_CHOWN` and, unless `SocketOptions::USER` is set,
    /// `CAP_FOWNER`. Without the privilege, `listen` fails and leaves nothing.
    ///
    /// A server that drops its privileges after `listen` may be unable to remove a file of another
    /// user, as in a sticky directory such as `/tmp`. Use a private directory then.
    ///
    /// # Platform-specific behavior
    ///
    /// Unix only. Abstract names have no owner.
    pub fn owner(mut self, user: impl Into<Option<u32>>, group: impl Into<Option<u32>>) -> Self {
        let owner = Owner::new(user.into(), group.into());
        self.options = self.options.with_owner(owner);
        self
    }

    /// Sets the limit of pending connections. Default: 30.
    ///
    /// This does not limit open connections: see [`max_connections`](Self::max_connections).
    pub fn max_pending_connections(mut self, limit: usize) -> Self {
        self.max_pending = limit;
        self
    }

    /// Sets the limit of open connections. Default: no limit.
    ///
    /// At the limit the server accepts no more clients; they wait in the backlog. A connection
    /// counts from its acceptance until its socket is dropped, with all clones and halves.
    /// `into_inner` and conversions end the count. Connections that you create yourself do not
    /// count.
    ///
    /// If the limit is zero, no client is accepted. The limit also applies while the server drains:
    /// the drain ends only when enough connections are closed. Call `close` if clients may stay for
    /// long.
    ///
    /// A closed connection wakes a task or thread that waits for the server. An event loop that
    /// calls [`process_events`](Server::process_events) has to check again after it drops a socket,
    /// and needs a wake-up of its own if another thread drops one.
    ///
    /// # Platform-specific behavior
    ///
    /// After its first wait at the limit, a blocking server keeps two descriptors, and each wait
    /// makes one more system call.
    ///
    /// After a fork, parent and child count separately, but share these descriptors: a closed
    /// connection of one process may wake the other one instead. Let only one of them go on
    /// serving.
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

    /// Sets the backlog. Default: the maximum of the operating system.
    pub fn listen_backlog(mut self, backlog: impl Into<Backlog>) -> Self {
        self.options = self.options.with_backlog(backlog.into());
        self
    }

    /// Admits only clients for which `admits` returns true, and closes all others.
    ///
    /// A client is also refused if its credentials cannot be read. A refused client is never
    /// pending and does not reach the hook; [`refused`](Server::refused) counts it. If there are
    /// several filters, each has to admit the client. See the [examples](Self#examples).
    ///
    /// # Panics
    ///
    /// If `admits` panics, the client is closed, and the method that accepted it panics, as it does
    /// if the hook panics.
    pub fn filter(mut self, admits: impl Fn(&PeerIdentity) -> bool + Send + Sync + 'static) -> Self
    where
        SocketOf<M>: PeerSocket + 'static,
    {
        self.hook.add_filter(admits);
        self
    }

    /// Sets a closure that decides about each new connection.
    ///
    /// A connection that it does not queue is closed when it is dropped. It replaces an earlier
    /// hook. See the [examples](Self#examples), and [`intake_with`](Self::intake_with) for other
    /// hooks.
    //= INC-1, INC-2, INC-3, INC-4
    #[doc(alias = "QLocalServer::incomingConnection")]
    pub fn intake<F>(self, hook: F) -> Builder<M, F>
    where
        F: FnMut(SocketOf<M>, &mut Admit<'_, SocketOf<M>>),
    {
        self.intake_with(hook)
    }

    /// Sets the hook that decides about each new connection.
    ///
    /// To store a server in a struct, use `Box<dyn Intake<LocalSocket> + Send>` as the hook.
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
    /// Creates the server, which does not listen yet.
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

    /// Creates the server and listens on `name`.
    ///
    /// # Errors
    ///
    /// See `listen` of the server.
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
