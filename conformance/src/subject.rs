use std::time::Duration;

use anteroom_core::{Backlog, Owner, ServerName, SocketOptions, Timeout, Wait};

use crate::{Capability, Descriptor, Error, HookPauses};

/// A connection of the server under test, or a connected client of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a number that the subject assigns"
)]
pub struct ConnTag(pub u32);

/// A connection attempt by the subject's client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a number that the subject assigns"
)]
pub struct AttemptTag(pub u32);

/// The state of a connection attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an attempt has no other states")]
pub enum Attempt {
    /// Neither connected nor failed yet.
    Connecting,
    /// Connected.
    Connected(ConnTag),
    /// Failed.
    Failed(Error),
}

/// The result of one attempt to read or write. An attempt never blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an attempt has no other results")]
pub enum Step {
    /// The bytes that were read, at least one.
    Read(Vec<u8>),
    /// The number of bytes that were written, at least one.
    Wrote(usize),
    /// Nothing can be read or written now.
    WouldBlock,
    /// End of file.
    End,
    /// The connection is broken.
    Broken,
}

impl Step {
    /// Returns the step for the result of a read into this buffer.
    pub fn from_read(result: std::io::Result<usize>, buffer: &[u8]) -> Self {
        match result {
            Ok(0) => Self::End,
            Ok(count) => Self::Read(buffer[..count].to_vec()),
            Err(error) => Self::from_error(&error),
        }
    }

    /// Returns the step for the result of a write.
    pub fn from_write(result: std::io::Result<usize>) -> Self {
        result.map_or_else(|error| Self::from_error(&error), Self::Wrote)
    }

    fn from_error(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::Interrupted => Self::WouldBlock,
            _ => Self::Broken,
        }
    }
}

/// The hook of the server under test. [`TestHook`](crate::TestHook) implements all of them.
///
/// # Specification
///
/// INC-1, INC-2, INC-3, INC-4, Q6-4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a subject has to offer all")]
pub enum Hook {
    /// The default, which queues every connection.
    #[default]
    None,
    /// Queues every connection, and counts its calls.
    Count,
    /// Drops every connection, and counts its calls.
    Refuse,
    /// Keeps every connection for [`Subject::hook_connections`].
    Take,
    /// Queues every connection, and after each one end of a new connected pair;
    /// [`Subject::hook_connections`] returns the other ends.
    AddOwn,
    /// Panics at the first connection, queues the later ones.
    PanicOnce,
    /// Queues every connection, and panics at the start and at the end of each pause.
    PanicAtPause,
}

/// The state of a server.
///
/// A subject without a [capability](Capability) leaves the default in the fields it concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "subjects build it; a new field needs their answer"
)]
pub struct Observation {
    /// Whether the server listens.
    pub listening: bool,
    /// The name that was passed to `listen`.
    pub server_name: Option<ServerName>,
    /// The complete name on the platform.
    pub full_server_name: Option<ServerName>,
    /// Whether a connection is pending.
    pub has_pending: bool,
    /// The limit on pending connections.
    pub max_pending: usize,
    /// The options of the next `listen`.
    pub options: SocketOptions,
    /// The last error.
    pub error: Option<Error>,
    /// The text of the last error; empty if there is none.
    pub error_string: String,
}

/// A pause in accepting connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "subjects build it; a new field needs their answer"
)]
pub struct Pause {
    /// The latest error.
    pub error: Error,
    /// The time since the pause began.
    pub elapsed: Duration,
}

/// A server under test and its clients, as synchronous calls.
///
/// Implement the required methods, and those optional ones that the server supports; list the
/// latter in [`capabilities`](Self::capabilities). The subject owns the event loop or runtime, and
/// completes every operation before the method returns. Only [`wait`](Self::wait) blocks.
///
/// A new subject has a server that does not listen and has no hook.
pub trait Subject {
    /// Drops the server, and creates a new one without a hook.
    ///
    /// Connections that were taken from the server stay usable, and so do clients.
    fn renew(&mut self);

    /// Listens on a name.
    ///
    /// # Errors
    ///
    /// Returns the error of the server.
    fn listen(&mut self, name: &ServerName) -> Result<(), Error>;

    /// Stops listening.
    fn close(&mut self);

    /// Returns the state of the server.
    fn observe(&self) -> Observation;

    /// Runs the event loop or runtime until nothing more happens: the server accepts the clients
    /// of its backlog, up to its limit.
    fn settle(&mut self);

    /// Waits until a connection is pending.
    fn wait(&mut self, timeout: Timeout) -> Wait;

    /// Takes the next pending connection. Accepts none from the operating system.
    fn next_pending(&mut self) -> Option<ConnTag>;

    /// Starts to connect a client of the subject, without blocking.
    fn start_connect(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        timeout: Timeout,
    ) -> AttemptTag;

    /// Returns the state of an attempt; after its end the same one at each call.
    fn attempt(&mut self, attempt: AttemptTag) -> Attempt;

    /// Writes what fits, without blocking.
    fn write(&mut self, connection: ConnTag, bytes: &[u8]) -> Step;

    /// Reads what has arrived, at most this many bytes, without blocking.
    fn read(&mut self, connection: ConnTag, at_most: usize) -> Step;

    /// Drops a connection.
    fn drop_connection(&mut self, connection: ConnTag);

    /// Returns which of the optional methods below the server supports. Default: none.
    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    /// Ends the writing direction of a connection: [`Capability::HalfClose`].
    fn shutdown_write(&mut self, _connection: ConnTag) {
        unsupported(Capability::HalfClose)
    }

    /// Drops all pending connections. The default takes and drops them one by one.
    fn discard_pending(&mut self) {
        while let Some(connection) = self.next_pending() {
            self.drop_connection(connection);
        }
    }

    /// Returns how many connections have become pending since the last call:
    /// [`Capability::Announcements`].
    fn take_new_connections(&mut self) -> usize {
        0
    }

    /// Sets the limit on pending connections: [`Capability::Limit`].
    fn set_max_pending(&mut self, _limit: usize) {
        unsupported(Capability::Limit)
    }

    /// Sets the options of the next `listen`: [`Capability::Options`].
    fn set_socket_options(&mut self, _options: SocketOptions) {
        unsupported(Capability::Options)
    }

    /// Sets the owner of the socket file of the next `listen`: [`Capability::Options`].
    fn set_owner(&mut self, _owner: Owner) {
        unsupported(Capability::Options)
    }

    /// Sets the backlog of the next `listen`: [`Capability::Backlog`].
    fn set_backlog(&mut self, _backlog: Backlog) {
        unsupported(Capability::Backlog)
    }

    /// Adopts a listening descriptor: [`Capability::Adoption`].
    ///
    /// # Errors
    ///
    /// Returns the descriptor, and the error of the server.
    fn listen_descriptor(&mut self, _descriptor: Descriptor) -> Result<(), (Descriptor, Error)> {
        unsupported(Capability::Adoption)
    }

    /// Returns the number of the listening descriptor or handle, while listening:
    /// [`Capability::ListenerNumber`].
    fn listener_number(&self) -> Option<i64> {
        None
    }

    /// Removes the socket of a server: [`Capability::Removal`].
    ///
    /// # Errors
    ///
    /// Returns why it could not be removed.
    fn remove_server(&mut self, _name: &ServerName) -> Result<(), Error> {
        unsupported(Capability::Removal)
    }

    /// Refuses new clients, and accepts those of the backlog: [`Capability::Drain`].
    fn drain(&mut self) {
        unsupported(Capability::Drain)
    }

    /// Makes this process the one that removes the socket file: [`Capability::Ownership`].
    fn assume_ownership(&mut self) {
        unsupported(Capability::Ownership)
    }

    /// Creates a connected pair, queues one end as a pending connection, and returns the other:
    /// [`Capability::AddPending`].
    fn add_pending(&mut self) -> ConnTag {
        unsupported(Capability::AddPending)
    }

    /// Drops the server, and creates a new one with this hook: [`Capability::Hooks`].
    fn renew_with_hook(&mut self, _hook: Hook) {
        unsupported(Capability::Hooks)
    }

    /// Returns the number of calls of the hook since the server was created.
    fn hook_calls(&self) -> usize {
        0
    }

    /// Returns the connections that the hook kept, oldest first.
    fn hook_connections(&mut self) -> Vec<ConnTag> {
        Vec::new()
    }

    /// Returns the current pause: [`Capability::Pauses`].
    fn pause(&self) -> Option<Pause> {
        None
    }

    /// Returns how often the hook was called for pauses: [`Capability::Pauses`].
    fn hook_pauses(&self) -> HookPauses {
        HookPauses::default()
    }
}

#[track_caller]
fn unsupported<T>(capability: Capability) -> T {
    panic!("the subject does not list {capability:?}, and yet a case uses it")
}

/// The sockets of a subject and its ended attempts to connect, with their tags.
#[derive(Debug)]
pub struct Sockets<S> {
    sockets: Vec<Option<S>>,
    attempts: Vec<Attempt>,
}

impl<S> Default for Sockets<S> {
    fn default() -> Self {
        Self {
            sockets: Vec::new(),
            attempts: Vec::new(),
        }
    }
}

impl<S> Sockets<S> {
    /// Adds a socket.
    pub fn add(&mut self, socket: S) -> ConnTag {
        self.sockets.push(Some(socket));
        ConnTag(u32::try_from(self.sockets.len() - 1).expect("a case uses few sockets"))
    }

    /// Returns a socket.
    pub fn get(&mut self, tag: ConnTag) -> &mut S {
        let socket = self.sockets[tag.0 as usize].as_mut();
        socket.expect("the case does not use a connection that it dropped")
    }

    /// Removes a socket.
    pub fn remove(&mut self, tag: ConnTag) -> Option<S> {
        self.sockets[tag.0 as usize].take()
    }

    /// Adds the result of an attempt to connect.
    pub fn add_attempt(&mut self, result: Result<S, impl Into<Error>>) -> AttemptTag {
        let attempt = match result {
            Ok(socket) => Attempt::Connected(self.add(socket)),
            Err(error) => Attempt::Failed(error.into()),
        };
        self.attempts.push(attempt);
        AttemptTag(u32::try_from(self.attempts.len() - 1).expect("a case makes few attempts"))
    }

    /// Returns the result of an attempt.
    pub fn attempt(&self, tag: AttemptTag) -> Attempt {
        self.attempts[tag.0 as usize]
    }
}
