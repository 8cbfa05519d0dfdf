//! Unix-domain socket servers (blocking, tokio, smol) with a bounded accept queue, exact file
//! permissions, graceful drain and Qt `QLocalServer` compatibility.
//!
//! ```text
//!   clients        operating system              anteroom                application
//!
//!   connect ──►  ┌───────────────────┐  accept  ┌─────────────────┐  take
//!   connect ──►  │ backlog           │ ───────► │ pending         │ ───────►  socket
//!   connect ──►  │                   │  up to   │ connections     │           socket
//!                │                   │ the limit│ (30 by default) │           socket
//!                └───────────────────┘          └─────────────────┘
//!                                                  ▲ the hook or filter decides
//! ```
//!
//! A client that connects first waits in the backlog of the operating system. While fewer connections
//! are *pending* than the limit allows, the server accepts it. The application then takes it out of
//! the pending queue. A limit of N means that never more than N connections are pending.
//!
//! # Modules
//!
//! | feature | module | for |
//! |---|---|---|
//! | `std` (default) | `blocking` | threads, and event loops of your own |
//! | `tokio` | `tokio` | tokio |
//! | `smol` | `smol` | smol, and any other executor |
//! | any of these | `generic` | code that runs on every runtime |
//!
//! Each module has a `LocalServer` and a `LocalSocket`, with their builders, options and streams. Types
//! that all of them share, such as [`SocketOptions`] and [`Error`], are here. A feature adds its
//! module and changes nothing else.
//!
//! If you know `QLocalServer`, read
//! [Coming from Qt](https://docs.rs/anteroom/latest/anteroom/coming_from_qt/). The state machine itself
//! is the crate `anteroom-core`.
//!
//! # Examples
//!
//! A server that greets a client, then drains:
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
//! // Only this user can connect, from the first moment on, whatever the umask.
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
//! // Wait for the first client, with a timeout.
//! assert_eq!(server.wait_for_new_connection(Duration::from_secs(10)), Wait::Ready);
//! // Free the name, and serve the clients that have connected.
//! server.drain();
//! for socket in server.incoming() {
//!     socket?.write_all(b"welcome")?;
//! }
//! assert_eq!(client.join().unwrap()?, "welcome");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Out of scope
//!
//! Message framing, serialisation and event loops: sockets carry bytes. The crate starts no threads and
//! no tasks, leaves the umask alone, and removes no file that it did not create.
//!
//! # Platform-specific behavior
//!
//! The whole test suite runs on Linux. macOS and the BSDs compile, but nothing was executed there. On
//! Windows the modules are missing.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(any(feature = "std", feature = "tokio", feature = "smol"))]
pub use anteroom_std::{
    AcceptError, Admit, AdoptError, Backlog, Cause, ConvertError, Detail, End, Error, ErrorKind,
    Failure, Inspection, Intake, ListenError, NameState, Occupant, Operation, Owner, Pause,
    PeerIdentity, Progress, QueueAll, Result, ServerName, ServerProcess, SocketOptions, StopHandle,
    Timeout, Wait, inspect, inspect_by_connecting, remove_server,
};

/// A server and socket that block, or are driven by an event loop of your own.
///
/// ```sh
/// cargo add anteroom
/// ```
///
/// `accept` and `incoming` block the thread. Use `stop_handle` to stop a server from another thread, and
/// a mutex to share one among threads. An event loop watches `listener_fd` and calls
/// `process_events`: see the methods of [`LocalServer`](blocking::LocalServer).
///
/// # Examples
///
/// A server that answers clients one at a time, and a client:
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

/// A server and socket on [tokio](https://docs.rs/tokio).
///
/// ```sh
/// cargo add anteroom --features tokio
/// ```
///
/// `use anteroom::tokio;` shadows the crate `tokio`. Import the items instead, as in the example.
///
/// `listen` needs a tokio runtime with I/O enabled, and `connect` any tokio runtime. Timers are needed
/// for waits with a timeout, for the back-off after descriptors ran out, and for clients of a server
/// whose backlog is full. A server belongs to the runtime in which it listens. Any task may await it,
/// while that runtime lives and is driven. To choose another runtime than the current one, use
/// [`Tokio`](tokio::Tokio).
///
/// # Examples
///
/// A server that spawns a task for each client:
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

/// A server and socket on [async-io](https://docs.rs/async-io), for smol and any other executor.
///
/// ```sh
/// cargo add anteroom --features smol
/// ```
///
/// The executor can be smol's `block_on`, `async-executor`, `futures::executor` or another one.
/// async-io's reactor starts at its first use, and takes three descriptors and a thread.
///
/// # Examples
///
/// A server that answers clients one at a time:
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

/// The generic server type, for code that runs on every runtime.
///
/// `anteroom::tokio::LocalServer` is an alias of `Server<Async<System<Tokio>>>`; those of the other modules
/// are similar. An application that uses one runtime does not need this module.
///
/// # Examples
///
/// Count the bytes of the next client, on any asynchronous runtime:
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
/// Describe any server, blocking or asynchronous:
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

#[cfg(all(doctest, unix, feature = "std", feature = "tokio"))]
#[doc = include_str!("../README.md")]
mod readme {}
