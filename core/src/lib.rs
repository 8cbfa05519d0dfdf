//! A local-socket server as a state machine, and a driver that runs it. `no_std`, without I/O,
//! clock or unsafe code.
//!
//! This crate is for authors of runtimes, event loops and simulations. Applications use the crate
//! `anteroom`, whose API is more stable. A backend has two choices:
//!
//! * Implement [`Os`], and [`Reactor`] for tasks, and use a [`Driver`]. This is for operating
//!   systems that reply immediately, such as Unix with non-blocking sockets.
//! * Run the effects of a [`Server`] yourself, as its documentation describes. This is for
//!   completion-based systems, such as io_uring and Windows pipes.
//!
//! [`rules`] resolves names, file modes and error codes, and [`describe_with`] makes error texts.
//!
//! System calls, clients, and the contents of connections are not in scope.
//!
//! # Examples
//!
//! A complete loop, on an operating system on which two clients are waiting. Connections are
//! numbers here.
//!
//! ```
//! use anteroom_core::{Admit, BoundFacts, Effect, Intake, OsEvent, QueueAll, Server, ServerName};
//!
//! /// Runs the effects of the last call. Without this, the next call panics in debug builds.
//! fn run_effects(server: &mut Server<u32>) {
//!     while let Some(effect) = server.poll_effect() {
//!         match effect {
//!             // Here: bind(2) and listen(2).
//!             Effect::Bind { listener, .. } => {
//!                 server.handle(OsEvent::Bound { listener, facts: BoundFacts::unnamed() });
//!             }
//!             // Here: shutdown(2), unlink(2) and close(2).
//!             Effect::Refuse { .. } | Effect::Unlink { .. } | Effect::Close { .. } => {}
//!             Effect::Adopt { .. } => unreachable!("only after `listen_adopted`"),
//!             Effect::Discard(connection) => drop(connection),
//!         }
//!     }
//! }
//!
//! let mut backlog = vec![2, 1];
//! let mut hook = QueueAll::new();
//! let mut server = Server::new();
//! server.listen(ServerName::from("editor"))?;
//! run_effects(&mut server);
//!
//! server.drain();
//! run_effects(&mut server);
//! while let Some(listener) = server.wants_accept() {
//!     // Here: accept(2).
//!     match backlog.pop() {
//!         Some(connection) => hook.incoming(connection, &mut Admit::new(&mut server, listener)),
//!         None => server.handle(OsEvent::Empty { listener }),
//!     }
//!     run_effects(&mut server);
//! }
//! assert_eq!(server.next_pending(), Some(1));
//! assert_eq!(server.next_pending(), Some(2));
//! assert_eq!(server.next_pending(), None);
//! # Ok::<(), anteroom_core::ListenError>(())
//! ```

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod describe;
mod driver;
mod failure;
mod intake;
mod name;
mod options;
mod os;
pub mod rules;
mod server;
mod time;
mod wait;

pub use describe::{describe, describe_attempt, describe_cause, describe_with};
pub use driver::{ACCEPTS_PER_TURN, Driver, Progress, Reactor};
pub use failure::{AcceptFailure, Detail, ErrorKind, Failure, ListenError, Occupant, Operation};
pub use intake::{Admit, Intake, QueueAll};
pub use name::ServerName;
pub use options::{Backlog, ListenOptions, Owner, SocketOptions};
pub use os::{BindError, Bound, BoundFacts, Os, Refused};

pub use server::{DEFAULT_MAX_PENDING, Effect, End, ListenerId, OsEvent, Pause, PhaseName, Server};
pub use time::Time;
pub use wait::{Timeout, Wait};
