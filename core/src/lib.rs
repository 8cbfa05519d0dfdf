//! The pure state machine of the anteroom local-socket server.

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
