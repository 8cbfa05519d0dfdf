mod builder;
mod embedding;
mod incoming;
mod os;
mod waiting;

use std::ffi::OsStr;
use std::fmt;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use anteroom_core::{self as core_types, Driver, Intake, Refused};

pub use builder::Builder;
pub use embedding::Progress;
pub use incoming::Incoming;
pub use waiting::WakeHandle;

use self::os::StdOs;
use crate::names::{os_str, server_name};
use crate::sys::{self, Look, WakeReceiver, WakeSender};
use crate::{
    AdoptError, Backlog, Error, ListenError, LocalSocket, QueueAll, Result, SocketOptions,
};

/// A local-socket server that blocks, or is driven by an event loop of yours.
///
/// It listens on a name, takes in clients up to a limit, and hands them out one by one. Nothing
/// runs behind your back: progress happens only inside [`accept`](Self::accept),
/// [`incoming`](Self::incoming), [`wait_for_new_connection`](Self::wait_for_new_connection) and
/// [`process_events`](Self::process_events).
///
/// Every member of `QLocalServer` is here under its name in snake case. `I` is the hook that
/// decides about new connections; by default it queues them all.
///
/// # Specification
///
/// SRV-1 to SRV-9, VIRT-1, VIRT-2.
///
/// # Examples
///
/// ```
/// use anteroom_std::{LocalServer, LocalSocket};
/// use std::io::{Read, Write};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::bind(&name)?;
/// let mut client = LocalSocket::connect(&name)?;
///
/// let mut socket = server.accept()?;
/// socket.write_all(b"welcome")?;
/// drop(socket);
///
/// let mut text = String::new();
/// client.read_to_string(&mut text)?;
/// assert_eq!(text, "welcome");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "QLocalServer")]
pub struct LocalServer<I = QueueAll> {
    driver: Driver<StdOs, I>,
    waker: Option<(Arc<WakeSender>, WakeReceiver)>,
}

impl LocalServer {
    /// Creates a server that does not listen.
    ///
    /// # Specification
    ///
    /// NEW-1.
    #[doc(alias = "QLocalServer::QLocalServer")]
    pub const fn new() -> Self {
        Self::with_intake(QueueAll::new())
    }

    /// Creates a server and listens on `name`.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    pub fn bind(name: impl AsRef<OsStr>) -> std::result::Result<Self, ListenError> {
        let mut server = Self::new();
        server.listen(name)?;
        Ok(server)
    }

    /// Starts to configure a server.
    pub const fn builder() -> Builder {
        Builder::new()
    }

    /// Removes the socket at `name`, which a crashed server left behind.
    ///
    /// That nothing is there is a success. Be careful: a running server's socket is removed as
    /// well, and then nobody can connect to it any more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongObject`](crate::ErrorKind::WrongObject) when something is there that is
    /// no socket: it is left alone. Otherwise what the operating system reports.
    ///
    /// # Specification
    ///
    /// REM-1, REM-2, REM-3, REM-5, REM-6.
    #[doc(alias = "QLocalServer::removeServer")]
    pub fn remove_server(name: impl AsRef<OsStr>) -> Result<()> {
        remove_server(name)
    }
}

impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Creates a server whose hook is `intake`.
    pub(crate) const fn with_intake(intake: I) -> Self {
        Self {
            driver: Driver::new(StdOs, intake),
            waker: None,
        }
    }

    /// Listens on `name`: a single word, or a full path.
    ///
    /// A single word leads to a socket in the temporary directory (`$TMPDIR`, else `/tmp`). With
    /// [`SocketOptions::ABSTRACT`] the name is the abstract address itself. Whoever can connect
    /// finds the file with exactly the mode that the options ask for.
    ///
    /// # Errors
    ///
    /// [`ListenError::AlreadyListening`] when the server listens: nothing changes at all.
    /// Otherwise the server does not listen, nothing was left behind and nothing that stood at
    /// the name was touched: the name is taken (also by the file of a server that has crashed, see
    /// [`remove_server`](LocalServer::remove_server)), it is invalid or too long, access was
    /// denied, or descriptors ran out.
    ///
    /// # Specification
    ///
    /// LIS-1 to LIS-9, FULL-1 to FULL-5, OPT-4 to OPT-10, OPT-16.
    #[doc(alias = "QLocalServer::listen")]
    pub fn listen(&mut self, name: impl AsRef<OsStr>) -> std::result::Result<(), ListenError> {
        let result = self.driver.listen(server_name(name));
        result.map_err(|error| self.listen_error(error))
    }

    /// Listens on a socket that is bound and listening already, such as one from a service manager.
    ///
    /// It is set non-blocking and close-on-exec. It may be shared with others: its file is never
    /// removed and it is never shut down.
    ///
    /// # Errors
    ///
    /// Gives the descriptor back, with its flags as they were: the server listens already, or
    /// this is not a local stream socket that listens.
    ///
    /// # Specification
    ///
    /// FD-1 to FD-5.
    #[doc(alias = "QLocalServer::listen")]
    pub fn listen_fd(
        &mut self,
        descriptor: impl Into<OwnedFd>,
    ) -> std::result::Result<(), AdoptError> {
        match self.driver.adopt(descriptor.into()) {
            Ok(()) => Ok(()),
            Err(Refused { descriptor, error }) => {
                Err(AdoptError::new(descriptor, self.listen_error(error)))
            }
        }
    }

    /// Stops listening: new clients are refused, and the name is free again.
    ///
    /// Connections live on; those that are pending can still be claimed. Clients which the
    /// operating system has queued and the server has not taken in are cut off: see
    /// [`drain`](Self::drain) for a way that loses nobody. The socket file is removed if it is
    /// still the one that this server made.
    ///
    /// # Specification
    ///
    /// CLOSE-1 to CLOSE-8.
    #[doc(alias = "QLocalServer::close")]
    pub fn close(&mut self) {
        self.driver.close();
    }

    /// Refuses new clients, and goes on to hand out those that have connected already.
    ///
    /// The name is free at once and the server counts as not listening. When the last client was
    /// taken in, waits end with [`Wait::NotListening`](crate::Wait::NotListening). The limit
    /// holds as ever.
    ///
    /// # Platform-specific behavior
    ///
    /// Processes that share the socket by a fork are shut out, too. An adopted socket is not shut
    /// down: the server takes in what is queued, and ends.
    pub fn drain(&mut self) {
        self.driver.drain();
    }

    /// Returns the connection that has been pending for longest, and takes nothing in.
    ///
    /// The socket is yours: it outlives the server.
    ///
    /// # Specification
    ///
    /// SRV-4, NEXT-1 to NEXT-4.
    #[doc(alias = "QLocalServer::nextPendingConnection")]
    pub fn next_pending_connection(&mut self) -> Option<LocalSocket> {
        self.driver.next_pending()
    }

    /// Queues a connection that you made yourself: it counts and is announced.
    ///
    /// # Specification
    ///
    /// Q6-4.
    #[doc(alias = "QLocalServer::addPendingConnection")]
    pub fn add_pending_connection(&mut self, socket: LocalSocket) {
        self.driver.add_pending(socket);
    }

    /// Drops every pending connection.
    pub fn discard_pending_connections(&mut self) {
        self.driver.discard_pending();
    }

    /// Sets how many connections may be pending at the same time.
    ///
    /// Once so many are, no more are taken in until one is claimed; the operating system may
    /// queue further clients, who see themselves as connected. Raising it takes effect at once,
    /// lowering it drops nothing, and with zero nothing is taken in.
    ///
    /// # Specification
    ///
    /// MAX-1, SETMAX-1 to SETMAX-4.
    #[doc(alias = "QLocalServer::setMaxPendingConnections")]
    pub fn set_max_pending_connections(&mut self, limit: usize) {
        self.driver.set_max_pending(limit);
    }

    /// Sets the options for the next `listen`; a server that listens is not changed.
    ///
    /// # Specification
    ///
    /// OPT-10, OPT-15.
    #[doc(alias = "QLocalServer::setSocketOptions")]
    pub fn set_socket_options(&mut self, options: SocketOptions) {
        self.driver.set_socket_options(options);
    }

    /// Sets how many clients the operating system is to queue from the next `listen` on.
    ///
    /// # Specification
    ///
    /// Q6-2.
    #[doc(alias = "QLocalServer::setListenBacklogSize")]
    pub fn set_listen_backlog(&mut self, backlog: Backlog) {
        self.driver.set_backlog(backlog);
    }

    /// Returns how many connections became available since this was last asked.
    ///
    /// # Specification
    ///
    /// SRV-3, SIG-1.
    #[doc(alias = "QLocalServer::newConnection")]
    pub fn take_new_connections(&mut self) -> usize {
        self.driver.take_new_connections()
    }

    /// Makes this process the one that removes the socket file at the end.
    ///
    /// A forked child that drops its copy of the server leaves the file alone. A daemon that forks
    /// after `listen`, and lets its parent exit, calls this in the child.
    ///
    /// # Specification
    ///
    /// DTOR-3.
    pub fn assume_ownership(&mut self) {
        if let Some(listener) = self.driver.listener_mut() {
            listener.assume_ownership();
        }
    }

    /// Returns the hook, to be changed.
    pub fn intake_mut(&mut self) -> &mut I {
        self.driver.intake_mut()
    }

    fn listen_error(&self, error: core_types::ListenError) -> ListenError {
        match (error, self.server_error()) {
            (core_types::ListenError::Failed(_), Some(error)) => ListenError::Failed(error),
            _ => ListenError::AlreadyListening,
        }
    }
}

/// What can be asked at any time.
impl<I> LocalServer<I> {
    /// Returns whether the server listens for incoming connections.
    ///
    /// # Specification
    ///
    /// ISL-1.
    #[doc(alias = "QLocalServer::isListening")]
    pub fn is_listening(&self) -> bool {
        self.driver.server().is_listening()
    }

    /// Returns the name that was passed to `listen`, while listening.
    ///
    /// # Specification
    ///
    /// NAME-1, NAME-2.
    #[doc(alias = "QLocalServer::serverName")]
    pub fn server_name(&self) -> Option<&OsStr> {
        self.driver.server().server_name().map(os_str)
    }

    /// Returns the complete path, or abstract name, while listening.
    ///
    /// # Specification
    ///
    /// FULL-1.
    #[doc(alias = "QLocalServer::fullServerName")]
    pub fn full_server_name(&self) -> Option<&OsStr> {
        self.driver.server().full_server_name().map(os_str)
    }

    /// Returns whether a connection is pending.
    ///
    /// # Specification
    ///
    /// HAS-1.
    #[doc(alias = "QLocalServer::hasPendingConnections")]
    pub fn has_pending_connections(&self) -> bool {
        self.driver.server().has_pending()
    }

    /// Returns how many connections may be pending at the same time: 30 by default.
    ///
    /// # Specification
    ///
    /// MAX-1.
    #[doc(alias = "QLocalServer::maxPendingConnections")]
    pub fn max_pending_connections(&self) -> usize {
        self.driver.server().max_pending()
    }

    /// Returns the options that the next `listen` will use.
    ///
    /// # Specification
    ///
    /// OPT-15.
    #[doc(alias = "QLocalServer::socketOptions")]
    pub fn socket_options(&self) -> SocketOptions {
        self.driver.server().socket_options()
    }

    /// Returns the error that occurred last, unless it was cleared since.
    ///
    /// A successful `listen` clears it, and so does closing a server that listens.
    ///
    /// # Specification
    ///
    /// ERR-3, ERR-4, ERR-5.
    #[doc(alias = "QLocalServer::serverError")]
    pub fn server_error(&self) -> Option<Error> {
        let server = self.driver.server();
        let (name, full_name) = server.last_error_names();
        let failure = server.last_error()?;
        Some(Error::new(failure, name.cloned(), full_name.cloned()))
    }

    /// Returns a text for people about the error that occurred last, or an empty one.
    ///
    /// # Specification
    ///
    /// ERR-1, ERR-2, ERR-6.
    #[doc(alias = "QLocalServer::errorString")]
    pub fn error_string(&self) -> String {
        self.driver.server().error_string()
    }

    /// Returns the hook.
    pub fn intake(&self) -> &I {
        self.driver.intake()
    }
}

impl Default for LocalServer {
    fn default() -> Self {
        Self::new()
    }
}

impl<I> fmt::Debug for LocalServer<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalServer").field(&self.driver).finish()
    }
}

/// Removes the socket at `name`, as [`LocalServer::remove_server`].
///
/// # Errors
///
/// As there.
pub fn remove_server(name: impl AsRef<OsStr>) -> Result<()> {
    let name = server_name(name);
    sys::remove(&name).map_err(|error| Error::named(name, error))
}

/// Looks what is at `name`, without anybody noticing.
///
/// # Errors
///
/// The name is invalid, or what is there may not be looked at.
///
/// # Platform-specific behavior
///
/// The process that listens is found on Linux only, and only if it may be looked at.
pub fn look(name: impl AsRef<OsStr>, options: SocketOptions) -> Result<Look> {
    let name = server_name(name);
    sys::look(&name, options).map_err(|error| Error::named(name, error))
}
