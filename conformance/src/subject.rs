use std::time::Duration;

use anteroom_core::{
    Backlog, ErrorKind, Failure, ListenError, Owner, ServerName, SocketOptions, Timeout, Wait,
};

use crate::{Descriptor, HookPauses};

/// A connection on the side of the server under test, or a connected client of the same backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a number that the subject gives out and understands"
)]
pub struct ConnTag(pub u32);

/// A connection attempt by the backend's own client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a number that the subject gives out and understands"
)]
pub struct AttemptTag(pub u32);

/// How far a connection attempt has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an attempt has no other ends")]
pub enum Attempt {
    /// Neither connected nor failed yet.
    Connecting,
    /// Connected; this tag stands for the socket.
    Connected(ConnTag),
    /// Failed, for this reason.
    Failed(Failure),
}

/// What one attempt to read or write came to. An attempt never blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an attempt has no other ends")]
pub enum Step {
    /// These bytes were read, at least one.
    Read(Vec<u8>),
    /// So many bytes were written, at least one.
    Wrote(usize),
    /// Nothing to read, or no room to write, for now.
    WouldBlock,
    /// The peer will send nothing more.
    End,
    /// The connection is broken.
    Broken,
}

/// Which hook the server under test is to have. [`TestHook`](crate::TestHook) is them all.
///
/// # Specification
///
/// INC-1, INC-2, INC-3, INC-4, Q6-4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a subject has to offer them all")]
pub enum Hook {
    /// The default one, which queues every connection.
    #[default]
    None,
    /// Queues every connection, and counts its calls.
    Count,
    /// Drops every connection, and counts its calls.
    Refuse,
    /// Takes every connection elsewhere: [`Subject::taken`] hands them out.
    Take,
    /// Queues every connection, and behind each one end of a connected pair that it made itself;
    /// [`Subject::taken`] hands out the other ends.
    AddOwn,
    /// Panics at the first connection, queues the later ones.
    PanicOnce,
    /// Queues every connection, and panics at the begin and at the end of each pause.
    PanicAtPause,
}

/// What can be asked about a server at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a subject has to answer all of it"
)]
pub struct Observation {
    /// Whether the server listens.
    pub listening: bool,
    /// The name that was passed to listen.
    pub server_name: Option<ServerName>,
    /// The complete name on the platform.
    pub full_server_name: Option<ServerName>,
    /// Whether a connection is pending.
    pub has_pending: bool,
    /// How many connections may be pending.
    pub max_pending: usize,
    /// The options that the next listen will use.
    pub options: SocketOptions,
    /// The kind of the last error.
    pub error: Option<ErrorKind>,
    /// The operating system's code of the last error.
    pub error_code: Option<i32>,
    /// The last error for people; empty where there is none.
    pub error_string: String,
}

/// A pause in accepting connections, as the server reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a subject has to answer all of it"
)]
pub struct PauseSeen {
    /// The latest failure.
    pub failure: Failure,
    /// How long the pause has lasted.
    pub elapsed: Duration,
}

/// The server under test: every documented member, made synchronous, and its clients.
///
/// A backend certifies itself by implementing this trait over its server. Whatever a backend
/// does asynchronously, the subject brings to its end before a method returns: it owns the event
/// loop or the runtime. [`wait`](Self::wait) alone blocks, and only for as long as it is told to;
/// reading and writing never block ([`Step`]).
///
/// A subject starts with a fresh server that has no hook.
pub trait Subject {
    /// Drops the server, and puts a fresh one with this hook in its place.
    ///
    /// Connections that were claimed stay usable (DTOR-2), and so do clients.
    fn renew(&mut self, hook: Hook);

    /// Listens on a name (LIS-1).
    ///
    /// # Errors
    ///
    /// Reports why the server could not listen, as the backend does.
    fn listen(&mut self, name: &ServerName) -> Result<(), ListenError>;

    /// Adopts a listening descriptor (FD-1).
    ///
    /// # Errors
    ///
    /// Gives the descriptor back (FD-2, FD-3).
    fn listen_descriptor(
        &mut self,
        descriptor: Descriptor,
    ) -> Result<(), (Descriptor, ListenError)>;

    /// Stops listening (CLOSE-1).
    fn close(&mut self);

    /// Refuses new clients, and goes on handing out those already connected.
    fn drain(&mut self);

    /// Returns what the server tells about itself.
    fn observe(&self) -> Observation;

    /// Returns why, and for how long, accepting has been paused, if it is (ISL-1).
    fn pause(&self) -> Option<PauseSeen>;

    /// Claims the next pending connection (NEXT-1).
    ///
    /// Takes nothing in from the operating system: what is not pending yet, does not become so.
    fn next_pending(&mut self) -> Option<ConnTag>;

    /// Returns how many connections have become pending since the last call (SIG-1).
    fn take_new_connections(&mut self) -> usize;

    /// Drops all pending connections.
    fn discard_pending(&mut self);

    /// Makes a connected pair, queues one end as a pending connection, and returns the other
    /// (Q6-4).
    fn add_pending(&mut self) -> ConnTag;

    /// Sets how many connections may be pending (SETMAX-1).
    fn set_max_pending(&mut self, limit: usize);

    /// Sets the options of the next listen (OPT-10).
    fn set_socket_options(&mut self, options: SocketOptions);

    /// Sets the owner of the socket file of the next listen (OPT-3).
    fn set_owner(&mut self, owner: Owner);

    /// Sets how many clients the operating system may queue from the next listen on (Q6-2).
    fn set_backlog(&mut self, backlog: Backlog);

    /// Removes what a server left at the name (REM-1).
    ///
    /// # Errors
    ///
    /// Reports why that was impossible or is refused (REM-5, REM-6).
    fn remove_server(&mut self, name: &ServerName) -> Result<(), Failure>;

    /// Returns the number of the listening descriptor or handle, borrowed (Q6-3).
    fn listener_number(&self) -> Option<i64>;

    /// Makes this process the one that removes the socket file at close (DTOR-3).
    fn assume_ownership(&mut self);

    /// Runs what drives the server (an event loop, a runtime) until nothing more happens.
    fn settle(&mut self);

    /// Waits for a connection to become pending (WAIT-1).
    fn wait(&mut self, timeout: Timeout) -> Wait;

    /// Returns how often the hook was called since the server was made; 0 without a hook.
    fn hook_calls(&self) -> usize;

    /// Returns how often the hook was told of pauses since the server was made; zeros without a hook.
    fn hook_pauses(&self) -> HookPauses;

    /// Hands out the connections that the hook took elsewhere, oldest first.
    fn taken(&mut self) -> Vec<ConnTag>;

    /// Starts to connect with the backend's own client (CON-1); never blocks the case.
    fn start_connect(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        timeout: Timeout,
    ) -> AttemptTag;

    /// Returns how far an attempt has got, and keeps on saying so once it has ended.
    fn attempt(&mut self, attempt: AttemptTag) -> Attempt;

    /// Writes what fits without blocking.
    fn write(&mut self, connection: ConnTag, bytes: &[u8]) -> Step;

    /// Reads what is there without blocking, up to so many bytes.
    fn read(&mut self, connection: ConnTag, at_most: usize) -> Step;

    /// Ends the writing direction (SOCK-2).
    fn shutdown_write(&mut self, connection: ConnTag);

    /// Drops the connection.
    fn drop_connection(&mut self, connection: ConnTag);
}
