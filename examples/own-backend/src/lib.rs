//! anteroom on a runtime of your own: here a small one, which waits in a poller of [`mio`].
//!
//! This is the guide for authors of runtimes. `anteroom-core` decides what a server does, and when.
//! [`anteroom_std::sys`] makes every system call. [`Server`] has the methods that applications call.
//! A runtime has to provide four things:
//!
//! 1. **A handle** ([`Mio`]) that implements [`UnixRuntime`]. Here it is a value, which you pass to
//!    [`bind_in`](Server::bind_in) and [`connect_in`](anteroom_std::ConnectOptions::connect_in). If
//!    there is a current runtime, as with tokio, let a handle stand for it, look it up in
//!    [`resolve`](UnixRuntime::resolve), and implement `Default`. Then `bind` and `connect` work too.
//! 2. **A listener**, which [`register`](UnixRuntime::register) makes. In
//!    [`poll_attempt`](UnixReactor::poll_attempt) wait until the listener is ready, then call
//!    `attempt`, which accepts a client. If it finds no client, forget the readiness that you saw
//!    before the call, and no other: a client may have come since. A listener that was shut down
//!    stays ready. When the listener is dropped, unregister it before it is closed: another process
//!    may share the socket.
//! 3. **A timer**, which is set in [`poll_sleep`](UnixReactor::poll_sleep). Servers need it for
//!    deadlines, and for the pause after descriptors ran out; clients while a backlog is full.
//! 4. **A socket** ([`LocalSocket`]), which [`socket`](UnixRuntime::socket) makes of a connection.
//!    This cannot fail, so register the socket when it first has to wait. Implement [`AsyncSocket`]
//!    for it, and the traits for reading and writing that your runtime has.
//!
//! `runtime.rs` and `socket.rs` contain all of that, in about a hundred lines. `poller.rs` and
//! `executor.rs` are the runtime itself: you have these already. [`System`] turns the runtime into
//! the platform of a server, and an alias gives the server its name: [`LocalServer`].
//!
//! Three further methods have defaults. Replace [`now`](UnixRuntime::now) if the runtime has a clock
//! of its own, [`cooperate`](UnixReactor::cooperate) if tasks have a budget, and
//! [`attempted`](UnixRuntime::attempted) if `poll_attempt` guesses when clients come.
//!
//! # Tests
//!
//! `tests/conformance` runs the whole suite on this server, and `tests/differential.rs` compares it
//! with a model. `tests/conformance/backend.rs` contains all that they need.
//!
//! # Examples
//!
//! ```
//! use anteroom_own_backend::{ConnectOptions, LocalServer, Mio};
//! use anteroom_std::{AcceptError, AsyncSocket, Wait};
//! use std::time::Duration;
//!
//! # let directory = tempfile::tempdir()?;
//! # let name = directory.path().join("own");
//! let mio = Mio::new()?;
//! mio.block_on(async {
//!     let mut server = LocalServer::bind_in(mio.clone(), &name)?;
//!     let wait = server.wait_for_new_connection(Duration::from_millis(5)).await;
//!     assert_eq!(wait, Wait::TimedOut);
//!
//!     let mut client = ConnectOptions::new().connect_in(mio.clone(), &name).await?;
//!     let mut socket = server.accept().await?;
//!     client.write_all(b"hello").await?;
//!     let mut buffer = [0; 5];
//!     assert_eq!(socket.read(&mut buffer).await?, 5);
//!     assert_eq!(&buffer, b"hello");
//!
//!     server.close();
//!     assert!(matches!(server.accept().await, Err(AcceptError::NotListening)));
//!     assert!(!name.exists());
//!     Ok(())
//! })
//! # .map_err(|error: Box<dyn std::error::Error>| error)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg(unix)]
#![forbid(unsafe_code)]

mod executor;
mod poller;
mod runtime;
mod socket;

use anteroom_core::QueueAll;
use anteroom_std::sys::System;
use anteroom_std::{Async, Server};
#[cfg(doc)]
use anteroom_std::{AsyncSocket, UnixReactor, UnixRuntime};

pub use poller::Mio;
pub use socket::LocalSocket;

/// A local-socket server on [`Mio`]. See its [methods](Server).
pub type LocalServer<I = QueueAll> = Server<Async<System<Mio>>, I>;

/// How to connect: to which kind of name, and how long to wait for a full queue.
pub type ConnectOptions = anteroom_std::ConnectOptions<Async<System<Mio>>>;
