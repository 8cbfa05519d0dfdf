//! The platform layer: every system call of the project is written here, and only here.
//!
//! The backends of all runtimes stand on this layer; only when to try, and how to wait, is theirs.
//! It takes and gives the descriptors of the standard library, speaks the types of
//! `anteroom-core`, and keeps no state of its own, except that the probes of `inspect` have been seen to
//! work here.
//!
//! # What a platform must provide
//!
//! - `bind` starts to listen on a name, with the access that the options ask for from the first
//!   moment on at which anybody can connect. When it fails, nothing is left behind and nothing
//!   that stood at the name was touched; the failure tells what stands there.
//! - `adopt` takes over a descriptor that listens already, or gives it back as it was; `register` hands
//!   a listener of `bind` to a runtime; `adopt_connection` prepares a connection from elsewhere. Only
//!   Unix has them.
//! - `try_accept` takes one connection out of the system's queue. It does not block unless the
//!   listener does. An accepted connection is not inherited by child processes.
//! - `refuse` turns new clients away while those in the queue can still be accepted.
//! - `examine` finds out whether others who share the listener have made it useless, which waiting
//!   does not tell; only Unix has it.
//! - The listener knows the file it has created, and removes that one and no other.
//! - `remove` removes what a crashed server left behind; `inspect` tells what stands at a name
//!   without a live server noticing it; `inspect_by_connecting` connects if that does not tell.
//! - `connect` reaches a server within a time limit, and waits without spinning while the
//!   server's queue is full; `try_connect` makes one attempt.
//! - `peer_identity` tells who is at the other end.
//! - `wait_readable` waits for a listener, for a waker, for the time to be over, or for all three;
//!   `waker` makes a pair that ends such a wait from another thread or a signal handler.
//! - `now` reads a clock that does not run backwards.
//! - `resolve` works out where a name leads, in the process's environment; only Unix has it, since
//!   only there is that more than a rule.
//! - `System` is all that as the platform of a server, seen through a runtime; only Unix has it.
//! - `Descriptor` and `BorrowedDescriptor` name what the platform's listeners and sockets are.
//!
//! A system without all that has `unsupported`, which compiles everywhere and holds only what the
//! server itself uses. There a runtime implements [`Os`](anteroom_core::Os) without this layer.

mod types;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::*;

#[cfg(not(unix))]
mod unsupported;
#[cfg(not(unix))]
pub use unsupported::*;

pub use types::{
    Inspection, Mode, NameState, NamedFailure, PeerIdentity, Readiness, ServerProcess,
};
