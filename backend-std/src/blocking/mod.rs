//! The blocking server and socket, which can also be driven by an event loop of yours.

mod io;
mod socket;

use std::os::fd::OwnedFd;

use anteroom_core::{Failure, Operation, QueueAll};

pub use socket::LocalSocket;

use crate::sys::{Mode, System};
use crate::{Blocking, Permit, Server, UnixRuntime};

/// A local-socket server that blocks, or is driven by an event loop of yours.
///
/// It listens on a name, takes in clients up to a limit, and hands them out one by one. Nothing
/// runs behind your back: progress happens only inside [`accept`](LocalServer::accept),
/// [`incoming`](LocalServer::incoming), [`wait_for_new_connection`](LocalServer::wait_for_new_connection) and
/// [`process_events`](LocalServer::process_events).
///
/// Every member of `QLocalServer` is there under its name in snake case: see [`Server`], which this is an alias of. `I` is the hook that
/// decides about new connections; by default it queues them all.
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
#[doc(alias = "QLocalServer")]
pub type LocalServer<I = QueueAll> = Server<Blocking<System<Std>>, I>;

/// Configures a server before it listens.
pub type Builder<I = QueueAll> = crate::Builder<Blocking<System<Std>>, I>;

/// The connections of a server that is borrowed: an iterator.
pub type Incoming<'a, I = QueueAll> = crate::Incoming<'a, Blocking<System<Std>>, I>;

/// The connections of a server, which it owns: an iterator.
pub type IntoIncoming<I = QueueAll> = crate::IntoIncoming<Blocking<System<Std>>, I>;

/// How to connect: to which kind of name, and how long to wait for a full queue.
pub type ConnectOptions = crate::ConnectOptions<Blocking<System<Std>>>;

/// The standard library as a runtime: threads that wait in the operating system.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Std;

impl Std {
    /// Creates the runtime, which holds nothing.
    pub const fn new() -> Self {
        Self
    }
}

impl UnixRuntime for Std {
    type Listener = OwnedFd;
    type Socket = LocalSocket;
    type Timer = ();
    const SOCKETS: Mode = Mode::Blocking;

    fn resolve(&self, _: Operation) -> Result<Self, Failure> {
        Ok(Self)
    }

    fn register(&self, _: Operation, socket: OwnedFd) -> Result<OwnedFd, Failure> {
        Ok(socket)
    }

    fn socket(&self, connection: OwnedFd, permit: Permit) -> LocalSocket {
        LocalSocket(connection.into(), permit)
    }
}
