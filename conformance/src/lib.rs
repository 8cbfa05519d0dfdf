//! The clauses that a local-socket server promises, and the suite that checks any backend
//! against them.
//!
//! Three things are kept apart:
//!
//! - the **clauses** ([`clauses`]): what is promised, one constant each;
//! - the **cases** ([`CASES`]): plain functions which expect that a promise is kept, and cite it;
//! - the **subjects** ([`Subject`]): a server made synchronous, in a [`World`] of files, clients,
//!   users and limits.
//!
#![cfg_attr(
    unix,
    doc = "[`OsSubject`] is the subject for the servers of `anteroom-std`, on every runtime."
)]
#![forbid(unsafe_code)]

#[macro_use]
mod table;

mod bench;
mod case;
mod cases;
pub mod clauses;
mod descriptor;
pub mod harness;
mod hook;
#[cfg(unix)]
mod os_subject;
#[cfg(unix)]
mod os_world;
mod prelude;
mod subject;
mod suite;
mod talk;
mod world;

pub use bench::Bench;
pub use case::{Case, Need, TemporaryDirectory};
pub use cases::CASES;
pub use clauses::{CLAUSES, Clause};
pub use descriptor::Descriptor;
pub use hook::{HookPauses, TestHook};
#[cfg(unix)]
pub use os_subject::{Backend, OsSubject, TestMode, in_thread};
#[cfg(unix)]
pub use os_world::OsWorld;
pub use subject::{Attempt, AttemptTag, ConnTag, Hook, Observation, PauseSeen, Step, Subject};
pub use world::{Caps, ClientState, ClientTag, DescriptorKind, Entry, Plant, World};
