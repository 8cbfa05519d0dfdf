//! The platform layer of the anteroom local-socket server, and its blocking backend.
//!
//! Most users want the facade crate `anteroom`, which re-exports [`LocalServer`] and
//! [`LocalSocket`] as `anteroom::blocking`. This crate is for authors of further backends: its
//! [`sys`] module holds every system call once, for all of them.
//!
#![cfg_attr(all(unix, feature = "blocking"), doc = "```no_run")]
#![cfg_attr(not(all(unix, feature = "blocking")), doc = "```ignore")]
//! use anteroom_std::LocalServer;
//! use std::io::{Read, Write};
//!
//! let mut server = LocalServer::bind("editor")?;
//! loop {
//!     let mut socket = server.accept()?;
//!     let mut greeting = [0; 5];
//!     socket.read_exact(&mut greeting)?;
//!     socket.write_all(b"welcome")?;
//! }
//! # #[allow(unreachable_code)]
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! * `blocking` (default): the blocking server and socket. Without it only the platform layer,
//!   the names and the errors are built, which is all that another backend needs.
//!
//! # Platform-specific behavior
//!
//! Unix. On other platforms only the names, the errors and an unsupported [`sys`] are there.

#[cfg(unix)]
mod addresses;
#[cfg(unix)]
mod attempts;
#[cfg(unix)]
mod cause;
#[cfg(unix)]
mod error;
#[cfg(unix)]
mod lookup;
#[cfg(unix)]
mod macros;
#[cfg(unix)]
mod names;
#[cfg(unix)]
mod pause;
#[cfg(all(unix, feature = "blocking"))]
mod server;
#[cfg(all(unix, feature = "blocking"))]
mod socket;
pub mod sys;

#[cfg(unix)]
#[doc(hidden)]
pub use addresses::{full_server_name_between, server_name_between};
#[cfg(unix)]
#[doc(hidden)]
pub use anteroom_core as machine;
#[cfg(unix)]
pub use anteroom_core::{
    Admit, Backlog, Detail, ErrorKind, Failure, Intake, Occupant, Operation, Owner, Progress,
    QueueAll, SocketOptions, Timeout, Wait,
};
#[cfg(unix)]
pub use attempts::connect_in_attempts;
#[cfg(unix)]
pub use cause::Cause;
#[cfg(unix)]
pub use error::{AcceptError, AdoptError, Error, ListenError, Result};
#[cfg(unix)]
pub use lookup::{look, look_by_connecting, remove_server};
#[cfg(unix)]
pub use names::{os_str, server_name};
#[cfg(unix)]
pub use pause::Pause;
#[cfg(all(unix, feature = "blocking"))]
pub use server::{Builder, Incoming, LocalServer, WakeHandle};
#[cfg(all(unix, feature = "blocking"))]
pub use socket::{ConnectOptions, LocalSocket};
#[cfg(unix)]
pub use sys::{Found, Look, PeerIdentity, ServerProcess};
