//! A sketch of servers on Windows named pipes. It is not a backend: do not use it in a program.
//!
//! A named pipe has no descriptor that becomes ready and no `accept`, so that `UnixRuntime` of
//! `anteroom-std` does not fit. This crate shows that `Os` and what is above it do fit: the server,
//! its builder, its hook, its iterators and streams are those of Unix. It has two parts:
//!
//! - `Pipes` implements `Os` and `Reactor` on `NamedPipeServer` of tokio, for `PipeServer`. One instance
//!   of the pipe waits for a client. It becomes the connection, and a new instance takes its place.
//! - `BlockingPipes` implements `Os` and `Waiter` on the same type, for `BlockingPipeServer`. The
//!   standard library cannot wait for a pipe without `unsafe` code. So a small runtime of tokio waits,
//!   on the thread of the caller.
//!
//! CI only compiles this crate and its tests, which pass under Wine 8. On other systems than Windows
//! the crate is empty.
//!
//! # What is missing
//!
//! - **Access options**: `listen` returns `Unsupported`, since tokio takes a security descriptor only in
//!   `unsafe` code.
//! - **The backlog**: one client waits. The others see `ERROR_PIPE_BUSY` until the server accepts it.
//! - **Exclusive names**: `listen` on a name that is in use returns `Access`, not `AddressInUse`.
//! - **An exact `try_accept` in `Pipes`**: it reports clients that the runtime has seen. `drain` cuts
//!   off a client that connected after the runtime last looked.
//! - **An exact `refuse`**: a client that connects during the call may be cut off.
//! - **Runtimes without drivers**: if tokio's runtime has no I/O, `listen` panics; if it has no timers, a
//!   wait with a deadline panics.
//! - **Blocking calls in a task**: a `BlockingPipeServer` panics in a task of tokio.
//! - **Wake and stop handles of `BlockingPipeServer`**: the platform layer has no waker here.
//! - **Clients**: `ConnectOptions` has no `connect` here.
//! - `remove_server` and `inspect` return `Unsupported`, and `peer_identity` does not exist.

#![cfg(windows)]
#![forbid(unsafe_code)]

mod listener;
mod socket;
mod tasks;
mod threads;

use anteroom_core::QueueAll;
use anteroom_std::{Async, Blocking, Server};

pub use listener::Listener;
pub use socket::{BlockingPipeSocket, PipeSocket};
pub use tasks::Pipes;
pub use threads::{BlockingListener, BlockingPipes};

/// A server on named pipes whose calls wait in a task of tokio.
pub type PipeServer<I = QueueAll> = Server<Async<Pipes>, I>;

/// A server on named pipes whose calls wait on the thread.
pub type BlockingPipeServer<I = QueueAll> = Server<Blocking<BlockingPipes>, I>;
