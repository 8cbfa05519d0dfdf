//! The platform layer: every system call of the project.
//!
//! All backends use this layer; they decide only when to try and how to wait. It uses the
//! descriptors of the standard library and the types of `anteroom-core`. It keeps no state, except
//! whether the self-test of `inspect` has passed.
//!
//! # What a platform must provide
//!
//! - `bind` listens on a name, with exact permissions from the first moment at which a client can
//!   connect. On failure it leaves nothing and changes no existing file; the failure tells what
//!   exists at the name.
//! - `adopt` takes over a listening descriptor, or returns it unchanged. `register` registers a
//!   listener of `bind` with a runtime. `adopt_connection` prepares a connected descriptor. Unix
//!   only.
//! - `try_accept` accepts one connection, which child processes do not inherit. It blocks only if
//!   the listener does.
//! - `refuse` stops admitting clients; those in the backlog can still be accepted.
//! - `examine` checks whether another process has shut down the listener. Unix only.
//! - A listener removes the file that it has created, and no other.
//! - `remove` removes the file of a crashed server. `inspect` determines the state of a name
//!   without connecting; `inspect_by_connecting` connects if necessary.
//! - `connect` connects with a timeout for a full backlog; `try_connect` makes one attempt.
//! - `peer_identity` returns the credentials of the peer.
//! - `wait_readable` waits for a listener, a waker and a timeout. `waker` creates a pair that ends
//!   such a wait from another thread or a signal handler.
//! - `now` reads a monotonic clock.
//! - `resolve` resolves a name in the environment of the process. Unix only.
//! - `System` makes a platform of a runtime. Unix only.
//! - `Descriptor` and `BorrowedDescriptor` are the platform's types of descriptors.
//!
//! On other systems `unsupported` contains what the server itself uses, and a runtime implements
//! [`Os`](anteroom_core::Os) without this layer.

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
