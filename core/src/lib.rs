//! The pure state machine of the anteroom local-socket server.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod describe;
mod failure;
mod name;
mod options;
mod os;
pub mod rules;
mod time;
mod wait;

pub use describe::describe;
pub use failure::{AcceptFailure, Detail, ErrorKind, Failure, ListenError, Occupant, Operation};
pub use name::ServerName;
pub use options::{Backlog, SocketOptions};
pub use os::{BindError, Bound, BoundFacts, Os};

pub use time::Time;
pub use wait::{Timeout, Wait};
