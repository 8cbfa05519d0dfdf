//! Unix-domain socket servers and clients on tokio.
//!
//! Applications use the crate `anteroom`, which re-exports this one as `anteroom::tokio`.
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
//! No task is spawned and no thread is started. A server accepts clients while it is awaited or
//! polled, as many as its limit allows.
//!
//! # Runtimes
//!
//! `listen` needs a runtime with I/O enabled, `connect` any runtime. A socket needs I/O when a read or
//! write first has to wait. Timers are needed for waits with a timeout, for the back-off after descriptors
//! ran out, and for clients of a server whose backlog is full. If something is missing, the call
//! returns an error and leaves nothing behind. tokio also prints its panic message, since it
//! offers no other way to detect this.
//!
//! A server belongs to the runtime in which it listens. Any task may await it, also one of another
//! executor, while that runtime lives. Time is tokio's, and can be paused in tests.
//!
//! With `panic = "abort"` such a panic ends the process: enable I/O and timers, as `#[tokio::main]`
//! does.
//!
//! # Platform-specific behavior
//!
//! On platforms other than Unix, the crate is empty.

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
