//! The server type, one file for each group of its methods. System calls belong to `sys`, rules to the core.

// rustdoc lists the methods of a server in the order of these modules.
mod construction;

mod asynchronous;
mod blocking;

mod incoming;

mod lifecycle;

mod stopping;

mod builder;
mod commands;
mod filter;
mod limit;
mod mode;
mod queries;

#[cfg(unix)]
mod descriptors;
mod embedding;

mod qt;

use std::fmt;

use anteroom_core::{Driver, QueueAll};

pub use blocking::{Waiter, WakeHandle};
pub use builder::Builder;
pub use incoming::{Incoming, IntoIncoming};
pub use mode::{Async, Blocking, Mode, SocketOf};

use crate::permit::Counted;
use filter::Filtered;

use crate::stop::Stop;

/// A local-socket server on any runtime.
///
/// It listens on a name, accepts clients up to a limit, and returns them one at a time. It has no
/// background threads or tasks: it makes progress only while it is awaited, polled or called.
///
/// Each backend has an alias of this type, `LocalServer`. `M` is [`Blocking`] or [`Async`] and
/// names the runtime; both have a method `accept`. `I` is the hook that decides about new
/// connections; the default queues all of them. Every member of `QLocalServer` exists in snake
/// case.
///
/// # Examples
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
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
///
/// ## Listening and closing
///
/// `listen` rejects a name in use, and `close` keeps pending connections:
///
/// ```
/// use anteroom::ErrorKind;
/// use anteroom::blocking::{LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::new();
/// server.listen(&name)?;
/// let error = LocalServer::bind(&name).unwrap_err();
/// assert_eq!(error.kind(), Some(ErrorKind::AddressInUse));
///
/// let _client = LocalSocket::connect(&name)?;
/// server.process_events();
/// server.close();
/// assert!(!server.is_listening() && !name.exists());
/// assert!(server.next_pending_connection().is_some());
/// server.listen(&name)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## Draining
///
/// Stop without losing a client:
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::bind(&name)?;
/// let _clients = [LocalSocket::connect(&name)?, LocalSocket::connect(&name)?];
/// server.drain();
/// assert!(LocalSocket::connect(&name).is_err()); // new clients are refused,
/// let successor = LocalServer::bind(&name)?; // and the name is free already
/// assert_eq!(server.incoming().filter_map(Result::ok).count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## The limit
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::bind(&name)?;
/// server.set_max_pending_connections(2);
/// let _clients = [(); 3].map(|()| LocalSocket::connect(&name)); // all of them are connected,
/// server.process_events();
/// assert_eq!(server.take_new_connections(), 2); // but the third is still outside
/// assert_eq!(server.take_new_connections(), 0); // no news since
///
/// assert!(server.next_pending_connection().is_some()); // now there is room
/// server.process_events();
/// assert_eq!(server.take_new_connections(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## Running out of descriptors
///
/// Accepting pauses and resumes on its own. A hook can report it, and a health check can query it:
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
/// use anteroom::{Admit, Failure, Intake};
///
/// struct Reporting;
///
/// impl Intake<LocalSocket> for Reporting {
///     fn incoming(&mut self, socket: LocalSocket, admit: &mut Admit<'_, LocalSocket>) {
///         admit.enqueue(socket);
///     }
///
///     fn paused(&mut self, failure: Failure) {
///         eprintln!("accepting is paused: {:?}", failure.kind());
///     }
///
///     fn resumed(&mut self) {
///         eprintln!("accepting is not paused any more");
///     }
/// }
///
/// fn health<I>(server: &LocalServer<I>) -> String {
///     match server.pause() {
///         None => "accepting".to_owned(),
///         Some(pause) => format!("paused for {:?}: {}", pause.elapsed(), pause.error()),
///     }
/// }
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let server = LocalServer::builder().intake_with(Reporting).listen(&name)?;
/// assert_eq!(health(&server), "accepting");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## Inherited sockets
///
/// A socket of a service manager is adopted, and its file stays:
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let inherited = UnixListener::bind(&name)?;
/// let mut server = LocalServer::new();
/// server.listen_fd(inherited)?;
/// let _client = LocalSocket::connect(&name)?;
/// assert!(server.accept().is_ok());
/// server.close();
/// assert!(name.exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## After a crash
///
/// ```
/// use anteroom::ListenError;
/// use anteroom::blocking::LocalServer;
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// drop(UnixListener::bind(&name)?); // it leaves its file behind, as a crash does
/// let mut server = LocalServer::new();
/// assert!(matches!(server.listen(&name), Err(ListenError::Failed(_))));
/// LocalServer::remove_server(&name)?;
/// server.listen(&name)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "QLocalServer")]
pub struct Server<M: Mode, I = QueueAll> {
    driver: Driver<M::Os, Filtered<SocketOf<M>, I>>,
    state: M::State,
    /// Counts closed connections, if there is a limit.
    counted: Option<Counted>,
    /// After the driver, so that handles learn of the end when it is complete.
    stop: Stop,
}

impl<M: Mode<Os: Default>> Default for Server<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Mode, I> fmt::Debug for Server<M, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.driver).finish()
    }
}
