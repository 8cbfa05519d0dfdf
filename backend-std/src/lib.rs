//! The server type of anteroom, its system calls, and the blocking backend.
//!
//! Applications use the crate `anteroom`, which re-exports `LocalServer` and `LocalSocket` as
//! `anteroom::blocking`. This crate is for authors of backends: the module [`sys`] contains every
//! system call.
//!
#![cfg_attr(all(unix, feature = "blocking"), doc = "```no_run")]
#![cfg_attr(not(all(unix, feature = "blocking")), doc = "```ignore")]
//! use anteroom::blocking::LocalServer;
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
//! * `blocking` (default): the blocking `LocalServer` and `LocalSocket` of Unix. Other backends do not
//!   need them.
//!
//! # Platform-specific behavior
//!
//! On Unix, a runtime implements `UnixRuntime` and `UnixReactor`; [`sys`] does the rest.
//!
//! On other systems [`Server`] is the same, but [`sys`] makes no system calls: its functions return
//! [`ErrorKind::Unsupported`]. There a runtime implements [`Os`](anteroom_core::Os), and
//! [`Reactor`](anteroom_core::Reactor) or [`Waiter`].

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(unix)]
mod addresses;
#[cfg(all(unix, feature = "blocking"))]
pub mod blocking;
mod cause;
mod connect;
mod convert_error;
mod error;
#[cfg(unix)]
mod lazy_socket;
mod lookup;
mod names;
mod pause;
mod permit;
#[cfg(unix)]
mod runtime;
mod server;
mod socket;
mod stop;
pub mod sys;
mod wait;

#[cfg(unix)]
#[doc(hidden)]
pub use addresses::{full_server_name_of, server_name_of};
pub use anteroom_core::{
    Admit, Backlog, Detail, End, ErrorKind, Failure, Intake, Occupant, Operation, Owner, Progress,
    QueueAll, ServerName, SocketOptions, Timeout,
};
#[cfg(all(unix, feature = "blocking"))]
pub use blocking::{LocalServer, LocalSocket};
pub use cause::Cause;
pub use connect::ConnectOptions;
pub use convert_error::ConvertError;
pub use error::{AcceptError, AdoptError, Error, ListenError, Result};
#[cfg(unix)]
pub use lazy_socket::{LazySocket, SocketRuntime};
pub use lookup::{inspect, inspect_by_connecting, remove_server};
pub use names::{os_str, server_name};
pub use pause::Pause;
pub use permit::{CountConnections, Permit, Permits};
#[cfg(unix)]
pub use runtime::{UnixReactor, UnixRuntime};
pub use server::{
    Async, Blocking, Builder, Incoming, IntoIncoming, Mode, Server, SocketOf, Waiter, WakeHandle,
};
pub use socket::{AsyncSocket, PeerSocket, ReadFuture, WriteAllFuture};
pub use stop::StopHandle;
pub use sys::{Inspection, NameState, PeerIdentity, ServerProcess};
pub use wait::Wait;
