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
/// A hook that admits only clients of one's own user, whatever the mode of the file says:
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
#[doc(alias = "QLocalServer")]
pub struct LocalServer<I = QueueAll> {
    driver: Driver<StdOs, I>,
    waker: Option<(Arc<WakeSender>, WakeReceiver)>,
}

local_server_members!(LocalServer, LocalSocket, Builder);
local_server_builder!(Builder, LocalServer, LocalSocket);

impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Creates a server whose hook is `intake`.
    pub(crate) const fn with_intake(intake: I) -> Self {
        Self {
            driver: Driver::new(StdOs, intake),
            waker: None,
        }
    }
}
