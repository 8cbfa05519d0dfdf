//! The clauses that a local-socket server promises, and the suite that checks any server against
//! them.
//!
//! - [`clauses`]: the promises, one constant each;
//! - [`CASES`]: functions that check a promise and cite its clause;
//! - [`Subject`]: a server under test, as synchronous calls, which you implement;
//! - [`Environment`]: its files, clients, users and limits.
//!
//! [`suite!`] turns each case into a test of your package:
#![cfg_attr(unix, doc = "```no_run")]
#![cfg_attr(not(unix), doc = "```text")]
//! # mod example {
//! # use anteroom_conformance::{Attempt, AttemptTag, ConnTag, Error, Observation, ServerName};
//! # use anteroom_conformance::{SocketOptions, Step, Timeout, Wait};
//! use anteroom_conformance::{Fixture, OsEnvironment, Subject};
//!
//! #[derive(Default)]
//! struct MyServer { /* the server, its connections, its runtime */ }
//!
//! impl Subject for MyServer {
//!     // twelve required methods
//! #   fn renew(&mut self) {}
//! #   fn listen(&mut self, _: &ServerName) -> Result<(), Error> { unimplemented!() }
//! #   fn close(&mut self) {}
//! #   fn observe(&self) -> Observation { unimplemented!() }
//! #   fn settle(&mut self) {}
//! #   fn wait(&mut self, _: Timeout) -> Wait { unimplemented!() }
//! #   fn next_pending(&mut self) -> Option<ConnTag> { unimplemented!() }
//! #   fn start_connect(&mut self, _: &ServerName, _: SocketOptions, _: Timeout) -> AttemptTag {
//! #       unimplemented!()
//! #   }
//! #   fn attempt(&mut self, _: AttemptTag) -> Attempt { unimplemented!() }
//! #   fn write(&mut self, _: ConnTag, _: &[u8]) -> Step { unimplemented!() }
//! #   fn read(&mut self, _: ConnTag, _: usize) -> Step { unimplemented!() }
//! #   fn drop_connection(&mut self, _: ConnTag) {}
//! }
//!
//! fn fixture() -> Fixture {
//!     Fixture::new(MyServer::default(), OsEnvironment::new())
//! }
//!
//! anteroom_conformance::suite!(my_server => fixture);
//! # }
//! ```
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
