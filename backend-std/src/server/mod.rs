mod embedding;
mod incoming;
mod os;
mod waiting;

use std::sync::Arc;

use anteroom_core::{Driver, Intake};

pub use incoming::Incoming;
pub use waiting::WakeHandle;

use self::os::StdOs;
use crate::sys::{WakeReceiver, WakeSender};
use crate::{LocalSocket, QueueAll, local_server_builder, local_server_members};

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
///
/// ## Listening and closing
///
/// A name that is taken is not touched, and what is pending outlives the listening:
///
/// ```
/// use anteroom_std::{ErrorKind, LocalServer, LocalSocket};
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
/// Stopping without losing anybody:
///
/// ```
/// use anteroom_std::{LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::bind(&name)?;
/// let _clients = [LocalSocket::connect(&name)?, LocalSocket::connect(&name)?];
/// server.drain();
/// assert!(LocalSocket::connect(&name).is_err()); // nobody else gets in,
/// let successor = LocalServer::bind(&name)?; // and the name is free already
/// assert_eq!(server.incoming().filter_map(Result::ok).count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## The limit
///
/// ```
/// use anteroom_std::{LocalServer, LocalSocket};
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
/// Accepting pauses and goes on by itself. A hook can report it, and a health check can ask:
///
/// ```
/// use anteroom_std::{Admit, Failure, Intake, LocalServer, LocalSocket};
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
/// let server = LocalServer::builder().intake(Reporting).listen(&name)?;
/// assert_eq!(health(&server), "accepting");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## Inherited sockets
///
/// What a service manager hands over is served like any other, and its file stays:
///
/// ```
/// use anteroom_std::{LocalServer, LocalSocket};
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
/// use anteroom_std::{LocalServer, ListenError};
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
pub struct LocalServer<I = QueueAll> {
    driver: Driver<StdOs, I>,
    waker: Option<(Arc<WakeSender>, WakeReceiver)>,
}

local_server_members!(LocalServer, LocalSocket, Builder);
local_server_builder! {
    /// Configures a server before it listens.
    ///
    /// # Examples
    ///
    /// A hook that admits only clients of one's own user, whatever the mode of the file says:
    ///
    /// ```
    /// use anteroom_std::{Admit, LocalServer, LocalSocket};
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
    Builder, LocalServer, LocalSocket
}

impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Creates a server whose hook is `intake`.
    pub(crate) const fn with_intake(intake: I) -> Self {
        Self {
            driver: Driver::new(StdOs, intake),
            waker: None,
        }
    }
}
