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
//! | `axum-08` | `tokio::axum_08` | axum 0.8 |
//! | `tonic-014` | `tokio::tonic_014` | tonic 0.14 |
//! | any of these | `generic` | code that runs on every runtime |
//! | — | [`machine`] | authors of backends: the state machine itself, less stable than the rest |
//!
//! A feature only ever adds its module; it never changes what a name means. Features for other crates
//! carry the version of those, and need the Rust version that those need, which may be newer than 1.85.
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
//! use anteroom::blocking::{LocalServer, LocalSocket, SocketOptions, Wait};
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

/// The state machine: for authors of backends, and less stable than the rest.
///
/// Applications need nothing of it. A release may change it although the servers and sockets stay as
/// they are.
#[doc(inline)]
pub use anteroom_core as machine;

/// The blocking server and socket, which can also be driven by an event loop of yours.
#[cfg(all(unix, feature = "std"))]
pub mod blocking {
    pub use anteroom_std::WakeHandle;
    pub use anteroom_std::blocking::*;

    pub use crate::everywhere::*;
}

/// The server and socket on tokio.
#[cfg(all(unix, feature = "tokio"))]
pub mod tokio {
    pub use anteroom_tokio::*;
}

/// The server and socket on async-io: for smol, and for any other executor.
#[cfg(all(unix, feature = "smol"))]
pub mod smol {
    pub use anteroom_smol::*;
}

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
        Async, AsyncSocket, Blocking, Builder, ConnectOptions, Incoming, IntoIncoming, Mode,
        PeerSocket, Permit, ReadFuture, Server, SocketOf, UnixReactor, UnixRuntime, Waiter,
        WakeHandle, WriteAllFuture,
    };

    pub use crate::everywhere::*;
}

/// What the modules of all runtimes have in common.
#[cfg(all(unix, any(feature = "std", feature = "tokio", feature = "smol")))]
mod everywhere {
    pub use anteroom_std::{
        AcceptError, Admit, AdoptError, Backlog, Cause, Detail, End, Error, ErrorKind, Failure,
        Found, Intake, ListenError, Look, NotConverted, Occupant, Operation, Owner, Pause,
        PeerIdentity, Progress, QueueAll, Result, ServerProcess, SocketOptions, StopHandle,
        Timeout, Wait, look, look_by_connecting, remove_server,
    };
}

#[cfg(all(doctest, unix, feature = "std"))]
#[doc = include_str!("../README.md")]
mod readme {}
