//! The clauses that a local-socket server promises, and the suite that checks any server against
//! them.
//!
//! - [`clauses`]: the promises, one constant each;
//! - [`CASES`]: functions that check a promise and cite its clause;
//! - [`Subject`]: a server under test, as synchronous calls, which you implement;
//! - [`Environment`]: its files, clients, users and limits.
//!
//! A fixture is a new server in a new environment:
#![cfg_attr(unix, doc = "```")]
#![cfg_attr(not(unix), doc = "```text")]
//! use anteroom_conformance::{Fixture, OsEnvironment, Subject};
//!
//! fn fixture<S: Subject + Default + 'static>() -> Fixture {
//!     Fixture::new(S::default(), OsEnvironment::new())
//! }
//! ```
//!
//! In an integration test, `anteroom_conformance::suite!(my_server => fixture::<MyServer>);` turns each case
//! into a test of your package. A complete subject, for tokio's `UnixListener`, is `tests/tokio_listener.rs`
//! in the repository.
#![cfg_attr(
    unix,
    doc = "\nFor servers of `anteroom-std` on another runtime [`OsSubject`] implements the trait."
)]
#![forbid(unsafe_code)]

mod capability;
mod case;
mod cases;
pub mod clauses;
mod environment;
mod error;
mod fixture;
pub mod harness;
mod hook;
#[cfg(unix)]
mod os_environment;
#[cfg(unix)]
mod os_subject;
mod subject;
mod suite;

pub use anteroom_core::{Backlog, Owner, ServerName, SocketOptions, Timeout, Wait};
#[cfg(unix)]
pub use anteroom_std::{os_str, server_name};
pub use capability::Capability;
pub use case::{Case, TemporaryDirectory};
pub use cases::CASES;
pub use clauses::{CLAUSES, Clause};
pub use environment::{
    ClientState, ClientTag, Descriptor, DescriptorKind, Entry, Environment, Occupant,
};
pub use error::{Error, ErrorKind};
pub use fixture::Fixture;
pub use hook::{HookPauses, TestHook};
#[cfg(unix)]
pub use os_environment::OsEnvironment;
#[cfg(unix)]
pub use os_subject::{Backend, OsSubject, TestMode, in_thread};
pub use subject::{Attempt, AttemptTag, ConnTag, Hook, Observation, Pause, Sockets, Step, Subject};
