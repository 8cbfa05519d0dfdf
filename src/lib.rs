//! Local-socket servers that are right, on the runtime of your choice.
//!
//! A *local socket* is a Unix-domain socket with a name, or a named pipe on Windows: the way for
//! processes of one machine to talk to each other. anteroom is the server side of it (and a client
//! that fits): the documented behaviour of Qt's `QLocalServer`, clause by clause, as a state
//! machine without I/O, with thin backends around it.
//!
//! ```text
//!   clients        the operating system            anteroom                   you
//!
//!   connect ──►  ┌───────────────────┐  accept  ┌─────────────────┐  claim
//!   connect ──►  │ queue (backlog)   │ ───────► │ pending         │ ───────►  socket
//!   connect ──►  │ waits, sees itself│  up to   │ connections     │           socket
//!                │ as connected      │ the limit│ (30 by default) │           socket
//!                └───────────────────┘          └─────────────────┘
//!                                                  ▲ the hook decides who gets in
//! ```
//!
//! A client first waits in the queue of the operating system. As long as fewer connections are
//! *pending* than the limit says, the server takes it in; then it is yours to claim. So a limit of
//! N means that never more than N connections are taken in and unclaimed.
//!
//! # Which module
//!
//! | feature | module | for |
//! |---|---|---|
//! | `std` (default) | `blocking` | threads, or an event loop of your own |
//! | `tokio` | `tokio` | tokio |
//! | `smol` | `smol` | smol, and any other executor |
//! | any of these | `generic` | code that runs on every runtime |
//!
//! Each module holds its `LocalServer` and `LocalSocket`, with builders, options and streams. What all
//! of them share, such as `SocketOptions` and `Error`, is here. A feature only ever adds its
//! module; it never changes what a name means.
//!
//! Members that `QLocalServer` has are listed in
//! [Coming from Qt](https://docs.rs/anteroom/latest/anteroom/coming_from_qt/). Authors of runtimes and
//! event loops find the state machine itself in the crate `anteroom-core`.
//!
//! # A full example
//!
//! A server that greets every client, then finishes with those that are connected, and a client:
//!
#![cfg_attr(all(unix, feature = "std"), doc = "```")]
#![cfg_attr(not(all(unix, feature = "std")), doc = "```ignore")]
//! use std::io::{Read, Write};
//! use std::thread;
//! use std::time::Duration;
//!
//! use anteroom::blocking::{LocalServer, LocalSocket};
//! use anteroom::{SocketOptions, Wait};
//!
//! # let directory = tempfile::tempdir()?;
//! # let name = directory.path().join("greeter");
//! // Only this user may connect, from the first moment on, whatever the umask is.
//! let mut server = LocalServer::builder()
//!     .socket_options(SocketOptions::USER)
//!     .max_pending_connections(5)
//!     .listen(&name)?;
//!
//! let client = thread::spawn(move || -> std::io::Result<String> {
//!     let mut socket = LocalSocket::connect(&name)?;
//!     let mut greeting = String::new();
//!     socket.read_to_string(&mut greeting)?;
//!     Ok(greeting)
//! });
//!
//! // Wait for the first client, with a deadline.
//! assert_eq!(server.wait_for_new_connection(Duration::from_secs(10)), Wait::Ready);
//! // No more of them from now on: the name is free, but whoever is connected is served.
//! server.drain();
//! for socket in server.incoming() {
//!     socket?.write_all(b"welcome")?;
//! }
//! assert_eq!(client.join().unwrap()?, "welcome");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it is not
//!
//! No message framing, no serialisation, no event loop: the sockets that it hands out carry bytes.
//! It starts no thread, changes no umask, and removes no file that it did not make.
//!
//! # Platform-specific behavior
//!
//! On Linux all of it is executed, by the whole suite. For macOS and the BSDs it is written, but
//! nothing has been executed there. Windows is not there yet: the machine knows its rules, but the
//! servers and sockets are missing, and so are their modules.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(any(feature = "std", feature = "tokio", feature = "smol"))]
pub use anteroom_std::{
    AcceptError, Admit, AdoptError, Backlog, Cause, Detail, End, Error, ErrorKind, Failure, Found,
    Intake, ListenError, Look, NotConverted, Occupant, Operation, Owner, Pause, PeerIdentity,
    Progress, QueueAll, Result, ServerName, ServerProcess, SocketOptions, StopHandle, Timeout,
    Wait, look, look_by_connecting, remove_server,
};

/// The server and socket for threads, or for an event loop of your own.
///
/// ```sh
/// cargo add anteroom
/// ```
///
/// `accept` and `incoming` block the thread. To stop a server from another thread, use
/// `stop_handle`; to share it among threads, put it into a mutex. An event loop of your own watches
/// `listener_fd` and calls `process_events`: see the methods of
/// [`LocalServer`](blocking::LocalServer).
///
/// # Examples
///
/// A server that answers one client after the other, and a client:
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
/// use std::io::{Read, Write};
/// use std::thread;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::bind(&name)?;
/// let client = thread::spawn(move || -> std::io::Result<String> {
///     let mut socket = LocalSocket::connect(&name)?;
///     let mut text = String::new();
///     socket.read_to_string(&mut text)?;
///     Ok(text)
/// });
/// for socket in server.incoming() {
///     socket?.write_all(b"welcome")?;
/// #   break;
/// }
/// # assert_eq!(client.join().unwrap()?, "welcome");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(all(unix, feature = "std"))]
pub mod blocking {
    pub use anteroom_std::WakeHandle;
    pub use anteroom_std::blocking::*;
}

/// The server and socket on [tokio](https://docs.rs/tokio).
///
/// ```sh
/// cargo add anteroom --features tokio
/// ```
///
/// `use anteroom::tokio;` hides the crate `tokio` in your module. Name the items instead, as the
/// example does.
///
/// `listen` needs a runtime of either kind with its I/O enabled, and `connect` any runtime. Timers are
/// needed for waits with a deadline, for the back-off after descriptors ran out, and for clients that
/// wait for a full queue. A server belongs to the runtime that it listens in, and may be awaited in
/// any task, as long as that runtime lives and is driven. For a runtime that is not the current one
/// see [`Tokio`](tokio::Tokio).
///
/// # Examples
///
/// A server that serves each client in a task:
///
/// ```no_run
/// use anteroom::tokio::LocalServer;
/// use tokio::io::AsyncWriteExt;
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let mut server = LocalServer::bind("editor")?;
///     loop {
///         let mut socket = server.accept().await?;
///         tokio::spawn(async move { socket.write_all(b"welcome").await });
///     }
/// }
/// ```
#[cfg(all(unix, feature = "tokio"))]
pub mod tokio {
    pub use anteroom_tokio::*;
}

/// The server and socket on [async-io](https://docs.rs/async-io): for smol, and for any other executor.
///
/// ```sh
/// cargo add anteroom --features smol
/// ```
///
/// Any: smol's `block_on`, `async-executor`, `futures::executor` and others. async-io's reactor starts
/// at its first use and takes three descriptors and a thread.
///
/// # Examples
///
/// A server that answers one client after the other:
///
/// ```no_run
/// use anteroom::smol::LocalServer;
/// use futures_lite::AsyncWriteExt;
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     async_io::block_on(async {
///         let mut server = LocalServer::bind("editor")?;
///         loop {
///             let mut socket = server.accept().await?;
///             socket.write_all(b"welcome").await?;
///         }
///     })
/// }
/// ```
#[cfg(all(unix, feature = "smol"))]
pub mod smol {
    pub use anteroom_smol::*;
}

#[cfg(all(any(doc, doctest), unix, feature = "std"))]
#[doc = include_str!("../docs/coming-from-qt.md")]
pub mod coming_from_qt {}

/// The server of every runtime as one generic type, for code that runs on all of them.
///
/// `anteroom::tokio::LocalServer` is `Server<Async<System<Tokio>>>`, and the servers of the other
/// modules are written the same way. An application that uses one runtime needs none of this.
///
/// # Examples
///
/// Returns how many bytes the next client sends, on any runtime with tasks:
///
/// ```
/// use std::error::Error;
///
/// use anteroom::generic::{Async, AsyncSocket, Server, System, UnixReactor};
///
/// async fn count<R>(server: &mut Server<Async<System<R>>>) -> Result<usize, Box<dyn Error>>
/// where
///     R: UnixReactor<Socket: AsyncSocket>,
/// {
///     let mut socket = server.accept().await?;
///     let mut buffer = [0; 1024];
///     let mut bytes = 0;
///     loop {
///         match socket.read(&mut buffer).await? {
///             0 => return Ok(bytes),
///             length => bytes += length,
///         }
///     }
/// }
/// ```
///
/// Describes any server, also one that blocks:
///
/// ```
/// use anteroom::generic::{Mode, Server};
///
/// fn describe<M: Mode, I>(server: &Server<M, I>) -> String {
///     match (server.full_server_name(), server.pause()) {
///         (None, _) => "not listening".to_owned(),
///         (Some(name), None) => format!("listening on {name:?}"),
///         (Some(_), Some(pause)) => format!("paused: {}", pause.error()),
///     }
/// }
/// ```
#[cfg(all(unix, any(feature = "std", feature = "tokio", feature = "smol")))]
pub mod generic {
    pub use anteroom_std::sys::System;
    pub use anteroom_std::{
        Async, AsyncSocket, Blocking, Builder, ConnectOptions, CountConnections, Incoming,
        IntoIncoming, Mode, PeerSocket, Permit, ReadFuture, Server, SocketOf, UnixReactor,
        UnixRuntime, Waiter, WakeHandle, WriteAllFuture,
    };
}

#[cfg(all(doctest, unix, feature = "std"))]
#[doc = include_str!("../README.md")]
mod readme {}
