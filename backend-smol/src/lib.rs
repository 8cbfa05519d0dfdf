//! The anteroom local-socket server on async-io: for smol, and for any other executor.
//!
//! Most users want the facade crate `anteroom`, which re-exports this one as `anteroom::smol`.
//!
//! ```
//! use anteroom::smol::{LocalServer, LocalSocket};
//! use futures_lite::{AsyncReadExt, AsyncWriteExt, future};
//!
//! # let directory = tempfile::tempdir()?;
//! # let name = directory.path().join("editor");
//! let mut server = LocalServer::bind(&name)?;
//! let greet = async {
//!     let mut socket = server.accept().await?;
//!     socket.write_all(b"welcome").await
//! };
//! let listen = async {
//!     let mut client = LocalSocket::connect(&name).await?;
//!     let mut text = String::new();
//!     client.read_to_string(&mut text).await?;
//!     Ok::<_, std::io::Error>(text)
//! };
//!
//! let (greeted, heard) = async_io::block_on(future::zip(greet, listen));
//! greeted?;
//! assert_eq!(heard?, "welcome");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing runs behind your back: no task is spawned. A server takes clients in while it is
//! awaited or polled, and then only as many as its limit allows. The one thread there may be is
//! async-io's own, which watches sockets for whoever does not do so while blocking.
//!
//! # Executors
//!
//! Any: smol's `block_on`, `async-executor`, `futures::executor` and others. async-io's reactor
//! needs neither a context nor to be started, so that a server can be made anywhere.
//!
//! # Platform-specific behavior
//!
//! Unix. On other platforms the crate is empty.
//!
//! The first use of a server, a client or a pair starts async-io's reactor, which takes three
//! descriptors and a thread. If there are none left, that is an error of the kind
//! `ErrorKind::Resources`. async-io panics if it cannot start: descriptors are checked
//! before, and a panic for want of a thread is caught; with `panic = "abort"` it ends the process.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod foresight;
mod runtime;
mod server;
mod socket;

pub use runtime::AsyncIo;
pub use server::{Builder, ConnectOptions, Incoming, IntoIncoming, LocalServer};
pub use socket::{LocalSocket, OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
