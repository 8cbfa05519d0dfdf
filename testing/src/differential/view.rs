use core::fmt;

use anteroom_core::{ErrorKind, ServerName, SocketOptions, Wait};

use super::{Name, Operation};
use anteroom_conformance::Occupant;

/// Somebody who goes through a script: a server in its world.
///
/// It is given only operations that apply, with the numbers of clients and connections that exist.
pub trait Player {
    /// Returns what the names are here.
    fn names(&self) -> Names;

    /// Returns whether this operation can be done here.
    fn offers(&self, operation: Operation) -> bool;

    /// Does it.
    fn perform(&mut self, operation: Operation) -> Outcome;

    /// Looks at everything that can be seen; clients that wait try again first, in their order.
    fn look(&mut self) -> View;
}

/// What the names of a script are called in one world.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a player has to name them all")]
pub struct Names {
    /// What is passed to listen, in the order of [`Name::ALL`].
    pub given: [ServerName; Name::ALL.len()],
    /// The full names of those that can be files.
    pub full: [ServerName; Name::PLACES],
}

impl Names {
    /// Returns what is passed to listen.
    pub fn given(&self, name: Name) -> ServerName {
        self.given[name.index()].clone()
    }

    /// Returns the full name: of a path, or of an abstract name, which is one already.
    pub fn full(&self, name: Name, is_abstract: bool) -> ServerName {
        match self.full.get(name.index()) {
            Some(full) if !is_abstract => full.clone(),
            _ => self.given(name),
        }
    }
}

/// What an operation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a player has to choose among them")]
pub enum Outcome {
    /// There is nothing to be told.
    Done,
    /// Listening, or removing, succeeded.
    Succeeded,
    /// It failed, and this was recorded or reported.
    Failed(ErrorKind),
    /// The server was listening already.
    AlreadyListening,
    /// The connection of this client was claimed, or none.
    Claimed(Option<usize>),
    /// So many connections were new.
    News(usize),
    /// A wait ended.
    Waited(Wait),
    /// A byte was written, or could not be.
    Wrote(bool),
    /// Another server than the one under test took a client in and answered, or did not.
    RivalServes(bool),
}

/// Everything that can be seen from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a player has to tell everything")]
pub struct View {
    /// Whether the server listens.
    pub listening: bool,
    /// Its name.
    pub server_name: Option<ServerName>,
    /// Its full name.
    pub full_server_name: Option<ServerName>,
    /// Whether a connection is pending.
    pub has_pending: bool,
    /// How many may be.
    pub limit: usize,
    /// The options of the next listen.
    pub options: SocketOptions,
    /// The last error.
    pub error: Option<ErrorKind>,
    /// Whether there is a text about it, of one line.
    pub has_error_text: bool,
    /// How each client is doing.
    pub clients: Vec<ClientView>,
    /// Whose each connection is that the application has, and what came through it; `None` once it
    /// was dropped.
    pub connections: Vec<Option<(usize, Stream)>>,
    /// What is at each place.
    pub files: Vec<FileView>,
}

impl View {
    /// Returns the parts of the view, one on a line.
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
        lines.extend(connections.map(|(number, stream)| format!("claimed {number}: {stream:?}")));
        lines
    }
}

/// Shows a mode as it is written, in octal.
impl fmt::Display for FileView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(Some(mode)) => write!(f, "Socket with mode {mode:03o}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// How a client is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a player has to choose among them")]
pub enum ClientView {
    /// It has left.
    Left,
    /// The operating system's queue is full.
    Waiting,
    /// It is connected, or was.
    Connected(Stream),
    /// It could not connect.
    Failed(ErrorKind),
}

/// What came through one direction of a connection so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "there is nothing else to be seen"
)]
pub struct Stream {
    /// The bytes.
    pub received: Vec<u8>,
    /// Whether nothing more will come.
    pub ended: bool,
}

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a player has to choose among them")]
pub enum FileView {
    /// Nothing.
    Absent,
    /// What was planted, untouched.
    Planted(Occupant),
    /// The socket of the server under test, with its mode where the options decide about it.
    Socket(Option<u32>),
    /// Something that nobody put there.
    Strange,
}
