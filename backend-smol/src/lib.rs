//! Unix-domain socket servers and clients on async-io, for smol and any other executor.
//!
//! Applications use the crate `anteroom`, which re-exports this one as `anteroom::smol`.
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
//! let read = async {
//!     let mut client = LocalSocket::connect(&name).await?;
//!     let mut text = String::new();
//!     client.read_to_string(&mut text).await?;
//!     Ok::<_, std::io::Error>(text)
//! };
//!
//! let (greeted, text) = async_io::block_on(future::zip(greet, read));
//! greeted?;
//! assert_eq!(text?, "welcome");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No task is spawned. A server accepts clients while it is awaited or polled, as many as its limit
//! allows. The only thread is async-io's own.
//!
//! # Executors
//!
//! The executor can be smol's `block_on`, `async-executor`, `futures::executor` or another one. A server
//! can be created outside of any executor.
//!
//! # Platform-specific behavior
//!
//! On platforms other than Unix, the crate is empty.
//!
//! The first use of a server, a client or a pair starts async-io's reactor, which takes three
//! descriptors and a thread. If there are none left, the call returns an error of the kind
//! `ErrorKind::Resources`. async-io panics if it cannot start: this crate checks for descriptors first, and
//! catches the panic if the thread cannot be created. With `panic = "abort"` that panic ends the
//! process.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod prediction;
mod runtime;
mod server;
mod socket;

pub use runtime::AsyncIo;
pub use server::{Builder, ConnectOptions, Incoming, IntoIncoming, LocalServer};
pub use socket::{LocalSocket, OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
