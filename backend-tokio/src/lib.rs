//! The anteroom local-socket server on tokio.
//!
//! Most users want the facade crate `anteroom`, which re-exports this one as `anteroom::tokio`.
//!
//! ```
//! use anteroom_tokio::{LocalServer, LocalSocket};
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let name = directory.path().join("editor");
//! let mut server = LocalServer::bind(&name)?;
//! let client = tokio::spawn(async move {
//!     let mut client = LocalSocket::connect(&name).await?;
//!     let mut text = String::new();
//!     client.read_to_string(&mut text).await?;
//!     Ok::<_, std::io::Error>(text)
//! });
//!
//! let mut socket = server.accept().await?;
//! socket.write_all(b"welcome").await?;
//! drop(socket);
//! assert_eq!(client.await??, "welcome");
//! # Ok(())
//! # }
//! ```
//!
//! Nothing runs behind your back: no task is spawned and no thread is started. A server takes
//! clients in while it is awaited or polled, and then only as many as its limit allows.
//!
//! # Runtimes
//!
//! `listen` and `connect` need a runtime of either kind with its I/O and its timers enabled. If
//! something is missing they say so by an error, and nothing is left behind; tokio's own message
//! is printed besides, as it only knows how to panic. A server belongs to the runtime that it
//! listens in, and may be awaited in any task, also one of another executor, as long as that
//! runtime lives. Time is tokio's, and can be paused in tests.
//!
//! # Platform-specific behavior
//!
//! Unix. On other platforms the crate is empty.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod runtime;
mod server;
mod socket;

pub use anteroom_std::{
    AcceptError, Admit, AdoptError, Backlog, Cause, Detail, Error, ErrorKind, Failure, Found,
    Intake, ListenError, Look, Occupant, Operation, PeerIdentity, Progress, QueueAll, Result,
    ServerProcess, SocketOptions, Timeout, Wait, look, remove_server,
};
pub use server::{Builder, Incoming, IntoIncoming, LocalServer};
pub use socket::{
    ConnectOptions, LocalSocket, OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf,
};
