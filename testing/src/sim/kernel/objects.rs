//! Open objects: sockets, listeners and ends of connections. Descriptors refer to them.

use std::collections::VecDeque;

use anteroom_core::ServerName;

use super::files::Inode;
use super::streams::{ConnectionId, Side};

/// Identifies an open object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct ObjectId(pub(super) u64);

/// The address of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Address {
    None,
    Path(ServerName, Inode),
    Abstract(ServerName),
    Pipe(ServerName),
}

/// The kinds of open objects.
#[derive(Clone, Debug)]
pub(in crate::sim) enum Thing {
    /// A local socket that does not listen.
    Socket { address: Address, is_stream: bool },
    /// A local socket that listens, or the instances of a pipe that one server owns.
    Listener(Listener),
    /// One end of a connection.
    Stream(ConnectionId, Side),
    /// A socket of another family.
    ForeignSocket,
    /// Not a socket.
    NoSocket,
}

/// A listener and its backlog.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Listener {
    pub(in crate::sim) address: Address,
    /// The backlog: connected clients that are not accepted yet.
    pub(super) queue: VecDeque<ConnectionId>,
    /// The greatest length of the backlog.
    pub(super) capacity: usize,
    pub(super) is_shut: bool,
    pub(super) is_broken: bool,
}

impl Listener {
    pub(super) const fn new(address: Address, capacity: usize) -> Self {
        Self {
            address,
            queue: VecDeque::new(),
            capacity,
            is_shut: false,
            is_broken: false,
        }
    }
}

/// An open object, with the number of descriptors that refer to it.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) thing: Thing,
    pub(super) references: usize,
    pub(super) is_non_blocking: bool,
}

/// The flags of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Flags {
    pub(in crate::sim) non_blocking: bool,
    pub(in crate::sim) close_on_exec: bool,
}
