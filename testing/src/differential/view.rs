use core::fmt;

use anteroom_core::{ErrorKind, ServerName, SocketOptions, Wait};

use super::{Name, Operation};
use anteroom_conformance::Occupant;

/// A server that runs scripts.
///
/// It is given only operations that apply, with numbers that exist.
pub trait Player {
    /// Returns the names of the environment.
    fn names(&self) -> Names;

    /// Returns the time, in milliseconds.
    fn now(&self) -> u32 {
        0
    }

    /// Returns whether the player supports this operation.
    fn offers(&self, operation: Operation) -> bool;

    /// Runs the operation.
    fn perform(&mut self, operation: Operation) -> Outcome;

    /// Returns what can be observed. Waiting clients try again first, in their order.
    fn look(&mut self) -> View;
}

/// The names that a script uses, in one environment.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a player has to name them all")]
pub struct Names {
    /// The arguments of `listen`, in the order of [`Name::ALL`].
    pub given: [ServerName; Name::ALL.len()],
    /// The full names of those that can be files.
    pub full: [ServerName; Name::PLACES],
}

impl Names {
    /// Returns the argument of `listen`.
    pub fn given(&self, name: Name) -> ServerName {
        self.given[name.index()].clone()
    }

    /// Returns the full name. An abstract name is one already.
    pub fn full(&self, name: Name, is_abstract: bool) -> ServerName {
        match self.full.get(name.index()) {
            Some(full) if !is_abstract => full.clone(),
            _ => self.given(name),
        }
    }
}

/// The result of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a player has to choose among them")]
pub enum Outcome {
    /// The operation returns nothing.
    Done,
    /// `listen` or `remove_server` succeeded.
    Succeeded,
    /// The operation failed with this kind.
    Failed(ErrorKind),
    /// The server was listening already.
    AlreadyListening,
    /// The connection of this client was taken, or none.
    Taken(Option<usize>),
    /// The number of new connections.
    TakeNew(usize),
    /// A wait ended.
    Waited(Wait),
    /// A byte was written, or could not be.
    Wrote(bool),
    /// Whether another server, not the one under test, answered.
    RivalServes(bool),
}

/// Everything that can be observed from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a player has to tell everything")]
pub struct View {
    /// Whether the server listens.
    pub listening: bool,
    /// The server name.
    pub server_name: Option<ServerName>,
    /// The full server name.
    pub full_server_name: Option<ServerName>,
    /// Whether a connection is pending.
    pub has_pending: bool,
    /// The limit.
    pub limit: usize,
    /// The options of the next listen.
    pub options: SocketOptions,
    /// The last error.
    pub error: Option<ErrorKind>,
    /// Whether the error has a text of one line.
    pub has_error_text: bool,
    /// The state of each client.
    pub clients: Vec<ClientView>,
    /// For each taken connection, its client and what it received; `None` once it was dropped.
    pub connections: Vec<Option<(usize, Stream)>>,
    /// What exists at each path.
    pub files: Vec<FileView>,
}

impl View {
    /// Returns the parts of the view, one a line.
    pub(super) fn lines(&self) -> Vec<String> {
        let clients = self.clients.iter().enumerate();
        let connections = self.connections.iter().enumerate();
        let files = self.files.iter().zip(Name::ALL);
        let mut lines = vec![
            format!("listening: {}", self.listening),
            format!("server_name: {:?}", self.server_name),
            format!("full_server_name: {:?}", self.full_server_name),
            format!("has_pending: {}", self.has_pending),
            format!("limit: {}", self.limit),
            format!("options: {:?}", self.options),
            format!("error: {:?}", self.error),
            format!("has_error_text: {}", self.has_error_text),
        ];
        lines.extend(files.map(|(file, name)| format!("at {name:?}: {file}")));
        lines.extend(clients.map(|(number, client)| format!("client {number}: {client:?}")));
        lines.extend(connections.map(|(number, stream)| format!("taken {number}: {stream:?}")));
        lines
    }
}

/// Shows a mode in octal.
impl fmt::Display for FileView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(Some(mode)) => write!(f, "Socket with mode {mode:03o}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// The state of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a player has to choose among them")]
pub enum ClientView {
    /// It has closed its end.
    Left,
    /// It waits, since the backlog is full.
    Waiting,
    /// It is connected, or was.
    Connected(Stream),
    /// It could not connect.
    Failed(ErrorKind),
}

/// What one direction of a connection has received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "there is nothing else to be seen"
)]
pub struct Stream {
    /// The bytes.
    pub received: Vec<u8>,
    /// Whether the end was read.
    pub ended: bool,
}

/// What exists at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a player has to choose among them")]
pub enum FileView {
    /// Nothing.
    Absent,
    /// What the script put there, unchanged.
    Planted(Occupant),
    /// The socket of the server under test, with its mode if the options specify it.
    Socket(Option<u32>),
    /// Anything else.
    Strange,
}
