use anteroom_core::{Failure, Occupant, ServerName};

/// Whether the calls on a descriptor wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a call that cannot be completed at once waits or it does not"
)]
pub enum Mode {
    /// Calls wait until they can be completed.
    Blocking,
    /// Calls that cannot be completed at once fail.
    NonBlocking,
}

/// What a wait found.
///
/// With nothing set the time was over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Readiness {
    /// The listener is worth a try to accept: a client waits, or there is an error to be learned.
    pub listener: bool,
    /// No client can come any more: the listener was shut down, or is broken.
    ///
    /// Clients that had come before may still be in its queue. Once that is empty, waiting on the
    /// listener again would return at once, for ever.
    pub hung_up: bool,
    /// The waker was woken.
    pub woken: bool,
}

/// What stands at a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameState {
    /// Nothing.
    Absent,
    /// A socket which a running process owns.
    Live,
    /// A socket that a running process has and that does not listen: its server may be starting, or
    /// refuse new clients.
    ///
    /// Only Linux tells it from a live server.
    NotListening,
    /// A socket which no process has any more: its server has crashed.
    ///
    /// After [`inspect_by_connecting`](super::inspect_by_connecting()) it can also be one that does not
    /// listen yet, on a system whose kernel does not tell the two apart.
    Stale,
    /// A socket of which it is not known whether a process has it.
    ///
    /// It may not be examined, it lies on a network or shared file system or in a layer of a
    /// container's overlay, or the kernel refuses the silent probe even if a server is live.
    Unknown,
    /// Something that is no socket.
    Occupied(Occupant),
}

/// The answer of `inspect`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Inspection {
    /// The complete name which was looked at.
    pub full_name: ServerName,
    /// What stands there.
    pub state: NameState,
    /// The process that listens there, where the system tells: if exactly one that may be examined
    /// has the socket.
    pub server: Option<ServerProcess>,
}

impl Inspection {
    /// Creates the answer for a name of whose server nothing is known.
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
    /// Its process id, as this process sees it.
    pub pid: i32,
    /// The user it runs as.
    pub uid: u32,
}

impl ServerProcess {
    /// Creates the description of a process.
    pub const fn new(pid: i32, uid: u32) -> Self {
        Self { pid, uid }
    }
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PeerIdentity {
    /// The user id.
    pub uid: u32,
    /// The group id.
    pub gid: u32,
    /// The process id; none where the system does not tell, or where the peer lives in a
    /// namespace whose processes have no id in ours.
    pub pid: Option<i32>,
}

impl PeerIdentity {
    /// Creates the identity of a peer.
    pub const fn new(uid: u32, gid: u32, pid: Option<i32>) -> Self {
        Self { uid, gid, pid }
    }
}

/// A failure, and the complete name it is about, if the name could be resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NamedFailure {
    /// What went wrong.
    pub failure: Failure,
    /// The complete name.
    pub full_name: Option<ServerName>,
}

impl NamedFailure {
    /// Creates a failure about a name.
    pub const fn new(failure: Failure, full_name: Option<ServerName>) -> Self {
        Self { failure, full_name }
    }
}
