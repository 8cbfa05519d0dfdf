//! The anteroom local-socket server on tokio.
//!
//! Most users want the facade crate `anteroom`, which re-exports this one as `anteroom::tokio`.
//!
//! ```
//! use anteroom::tokio::{LocalServer, LocalSocket};
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
//! `listen` needs a runtime of either kind with its I/O enabled, `connect` any runtime. I/O is needed for
//! reading and writing when a socket first has to wait. Timers are needed only for a wait with a
//! deadline, for the back-off after descriptors ran out, and for a client that waits for a full queue.
//! If something is missing, there is an error and nothing is left behind; tokio's own message is
//! printed as well, since tokio panics, and has no way to ask before.
//! A server belongs to the runtime that it listens in, and may be awaited in any task, also one of
//! another executor, as long as that runtime lives. Time is tokio's, and can be paused in tests.
//!
//! With `panic = "abort"` tokio's panic ends the process: enable I/O and timers, as
//! `#[tokio::main]` does. See [`LocalServer`] and [`ConnectOptions`].
//!
//! # Platform-specific behavior
//!
//! Unix. On other platforms the crate is empty.

#![cfg(unix)]
#![forbid(unsafe_code)]

#[cfg(feature = "axum-08")]
pub mod axum_08;
mod missing;
#[cfg(any(feature = "axum-08", feature = "tonic-014"))]
mod peer;
mod runtime;
mod server;
mod socket;
#[cfg(feature = "tonic-014")]
pub mod tonic_014;

pub use missing::{NO_IO, NO_RUNTIME, NO_TIMERS};
pub use runtime::Tokio;
pub use server::{Builder, ConnectOptions, Incoming, IntoIncoming, LocalServer};
pub use socket::{LocalSocket, OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
