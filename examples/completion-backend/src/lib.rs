//! anteroom on a completion-based runtime: [compio], with `io_uring` or its polling driver.
//!
//! This is the text for authors of backends whose operations are submitted first and complete
//! later. If your runtime reports readiness, read the example `own-backend` instead: it is shorter.
//!
//! `anteroom-core` decides what a server does, and [`anteroom_std::sys`] makes the system calls.
//! This backend uses the machine, [`Server`], without the [`Driver`] of the core. The driver gets
//! each connection by a poll of the current listener. Here an accept can also complete after its
//! listener was closed.
//!
//! # The loop
//!
//! Every member gives the machine a command or a fact. Then it performs the effects that
//! [`poll_effect`] returns, and hands the answers to [`handle`] (`effects.rs`).
//!
//! # Accepts
//!
//! The server submits an accept when [`wants_accept`] returns a listener, and only one at a time for
//! each listener (`accepts.rs`, `facts.rs`). The kernel takes the client out of the backlog at any
//! time after that. This has consequences:
//!
//! - **A wait can be dropped.** The operation goes on, and dropping it would lose its connection.
//!   So the server keeps it, and the next wait polls it.
//! - **The listener can be closed.** The server asks the runtime to cancel the accept, and keeps it
//!   until it has completed. If it completes with a connection, the machine gets [`Accepted`] with
//!   the old [`ListenerId`], and returns [`Discard`]. So the client is disconnected like the rest of
//!   the backlog, also if the server listens again.
//! - **The operation keeps the socket open.** After `close` the kernel has the listener until the
//!   accept has completed. [`released`](LocalServer::released) waits for that.
//! - **The limit can be lowered.** The server does not poll an accept that the machine does not
//!   want. Its connection counts as part of the backlog.
//! - **A call that does not wait** submits an accept and cancels it at once. The accept completes
//!   with a connection if a client had connected, and as cancelled otherwise.
//! - **No completion reports an empty backlog**, but [`Empty`] ends a drain, and it ends a pause. In
//!   both the server cancels the accept, waits until it has completed, and then accepts by a system
//!   call that does not block. It ignores the failure of the cancelled accept: [`Refuse`] has shut
//!   its socket down.
//! - **A forked child has a copy of the operations**, but they belong to the ring of its parent. The
//!   child leaks them: to drop one is to cancel it.
//!
//! # What does not hold
//!
//! - If another process shuts a shared listener down during a wait, the accept completes with an
//!   error on `io_uring`. compio's polling driver retries it in a busy loop. Then the server closes
//!   only at the end of the wait.
//! - Old kernels complete an accept on a non-blocking listener at once, without a client (liburing
//!   issue 364). On those, use the polling driver.
//! - compio panics if it cannot wait for events.
//!
//! # Tests
//!
//! `tests/conformance` runs the whole suite on both drivers. `tests/late.rs` tests accepts that
//! complete late, `tests/fork.rs` a child that has a copy of the server.
//!
//! # Examples
//!
//! ```
//! use anteroom_completion_backend::LocalServer;
//! use compio::BufResult;
//! use compio::io::{AsyncRead, AsyncWriteExt};
//! use compio::net::UnixStream;
//! use std::time::Duration;
//!
//! # let directory = tempfile::tempdir()?;
//! # let name = directory.path().join("editor");
//! # compio::runtime::Runtime::new()?.block_on(async {
//! let mut server = LocalServer::new();
//! server.listen(&name)?;
//!
//! // A wait that is dropped loses no connection.
//! let soon = Duration::from_millis(5);
//! assert!(compio::time::timeout(soon, server.accept()).await.is_err());
//!
//! let mut client = UnixStream::connect(&name).await?;
//! let mut connection = server.accept().await?;
//! connection.write_all("welcome").await.0?;
//! let BufResult(result, text) = client.read(Vec::with_capacity(7)).await;
//! assert_eq!((result?, &text[..]), (7, &b"welcome"[..]));
//!
//! server.close();
//! server.released().await;
//! assert!(server.accept().await.is_err() && !name.exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Accepted`]: anteroom_core::OsEvent::Accepted
//! [`Discard`]: anteroom_core::Effect::Discard
//! [`Driver`]: anteroom_core::Driver
//! [`Empty`]: anteroom_core::OsEvent::Empty
//! [`Refuse`]: anteroom_core::Effect::Refuse
//! [`Server`]: anteroom_core::Server
//! [`ListenerId`]: anteroom_core::ListenerId
//! [`handle`]: anteroom_core::Server::handle
//! [`poll_effect`]: anteroom_core::Server::poll_effect
//! [`wants_accept`]: anteroom_core::Server::wants_accept

#![cfg(unix)]
#![forbid(unsafe_code)]

mod accepts;
mod effects;
mod facts;
mod listener;
mod server;
mod waiting;

pub use server::LocalServer;
