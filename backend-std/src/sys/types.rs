use anteroom_core::{Failure, Occupant, ServerName};

/// Whether calls on a descriptor block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a call that cannot be completed at once waits or it does not"
)]
pub enum Mode {
    /// Calls block until they can complete.
    Blocking,
    /// Calls that would block fail.
    NonBlocking,
}

/// The result of `wait_readable`.
///
/// If no field is set, the timeout was over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Readiness {
    /// The listener is readable: accept returns a client or an error.
    pub listener: bool,
    /// The listener was shut down, or has failed.
    ///
    /// Clients may still be in its backlog. Once that is empty, waiting again would return at once.
    pub hung_up: bool,
    /// The waker was woken.
    pub woken: bool,
}

/// The state of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameState {
    /// Nothing.
    Absent,
    /// A socket on which a running process listens.
    Live,
    /// A socket of a running process that does not listen: the server is starting, or drains.
    ///
    /// Only Linux tells this from a live server.
    NotListening,
    /// A socket of no process: the server has crashed.
    ///
    /// After [`inspect_by_connecting`](super::inspect_by_connecting()) it may also be a socket that
    /// does not listen yet, on kernels that do not tell the two apart.
    Stale,
    /// A socket whose state cannot be determined.
    ///
    /// It may not be examined, is on a network or shared file system or in a layer of an overlay,
    /// or the kernel refuses the probe of live servers.
    Unknown,
    /// A file that is not a socket.
    Occupied(Occupant),
}

/// The result of `inspect`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Inspection {
    /// The full name.
    pub full_name: ServerName,
    /// The state of the name.
    pub state: NameState,
    /// The listening process, if exactly one process that may be examined has the socket.
    pub server: Option<ServerProcess>,
}

impl Inspection {
    /// Creates a result without a process.
    pub const fn new(full_name: ServerName, state: NameState) -> Self {
        Self {
            full_name,
            state,
            server: None,
        }
    }
}

/// A process that holds a listening socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ServerProcess {
    /// The process id, in the PID namespace of this process.
    pub pid: i32,
    /// The user id.
    pub uid: u32,
}

impl ServerProcess {
    /// Creates a description of a process.
    pub const fn new(pid: i32, uid: u32) -> Self {
        Self { pid, uid }
    }
}

/// The credentials of the peer of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PeerIdentity {
    /// The user id.
    pub uid: u32,
    /// The group id.
    pub gid: u32,
    /// The process id. `None` where the operating system does not report it, or if the peer is in a
    /// PID namespace without an id in ours.
    pub pid: Option<i32>,
}

impl PeerIdentity {
    /// Creates credentials.
    pub const fn new(uid: u32, gid: u32, pid: Option<i32>) -> Self {
        Self { uid, gid, pid }
    }
}

/// A failure with the full name, if the name was resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NamedFailure {
    /// The failure.
    pub failure: Failure,
    /// The full name.
    pub full_name: Option<ServerName>,
}

impl NamedFailure {
    /// Creates a failure with a name.
    pub const fn new(failure: Failure, full_name: Option<ServerName>) -> Self {
        Self { failure, full_name }
    }
}
