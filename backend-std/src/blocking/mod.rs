//! A server and socket that block, or are driven by an event loop of your own.

mod io;
mod socket;

use std::os::fd::OwnedFd;

use anteroom_core::{Failure, Operation, QueueAll};

pub use socket::LocalSocket;

use crate::sys::{Mode, System};
use crate::{Blocking, Permit, Server, UnixRuntime};

/// A local-socket server that blocks, or is driven by an event loop of your own.
///
/// It listens on a name, accepts clients up to a limit, and returns them one at a time. It has no
/// background threads: it makes progress only in [`accept`](LocalServer::accept),
/// [`incoming`](LocalServer::incoming),
/// [`wait_for_new_connection`](LocalServer::wait_for_new_connection) and
/// [`process_events`](LocalServer::process_events).
///
/// This is an alias of [`Server`], which has every member of `QLocalServer` in snake case. `I` is
/// the hook that decides about new connections; the default queues all of them.
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

/// An iterator over the connections of a borrowed server.
pub type Incoming<'a, I = QueueAll> = crate::Incoming<'a, Blocking<System<Std>>, I>;

/// An iterator over connections that owns its server.
pub type IntoIncoming<I = QueueAll> = crate::IntoIncoming<Blocking<System<Std>>, I>;

/// Options for connecting: the kind of the name, and the timeout for a full backlog.
pub type ConnectOptions = crate::ConnectOptions<Blocking<System<Std>>>;

/// The standard library as a runtime: threads that block.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Std;

impl Std {
    /// Creates the runtime.
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
