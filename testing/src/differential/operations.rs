use core::fmt;
use std::sync::OnceLock;

use anteroom_core::SocketOptions;

use anteroom_conformance::{Hook, Occupant};

/// A name to listen on or to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the model has to know every name")]
pub enum Name {
    /// A full name.
    First,
    /// Another full name.
    Second,
    /// A single word.
    Plain,
    /// A name with a NUL.
    Nul,
    /// A name that is too long for an address.
    Long,
    /// The empty name.
    Empty,
    /// A full name in a directory that does not exist.
    Lost,
}

impl Name {
    /// All names. The first [`PLACES`](Self::PLACES) can be files.
    pub const ALL: [Self; 7] = [
        Self::First,
        Self::Second,
        Self::Plain,
        Self::Nul,
        Self::Long,
        Self::Empty,
        Self::Lost,
    ];

    /// How many of the names can be files.
    pub const PLACES: usize = 3;

    /// Returns the index of the name in [`ALL`](Self::ALL).
    pub const fn index(self) -> usize {
        self as usize
    }

    const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Plain => "plain",
            Self::Nul => "nul",
            Self::Long => "long",
            Self::Empty => "empty",
            Self::Lost => "lost",
        }
    }
}

/// The severity of a failed accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the model has to know every one")]
pub enum Severity {
    /// One connection is lost.
    Transient,
    /// Descriptors or memory ran out.
    Exhausted,
    /// The listener is unusable.
    Fatal,
}

/// One step of a script.
///
/// Numbers of clients and of taken connections are used modulo how many exist. A step that does not
/// apply is skipped.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a player has to know every operation"
)]
pub enum Operation {
    /// The server listens.
    Listen(Name),
    /// A client connects to a path.
    Connect(Name),
    /// The server accepts as many clients as it may.
    Settle,
    /// The application takes a connection.
    Take,
    /// The server closes.
    Close,
    /// The application sets the limit.
    Limit(u8),
    /// The server drains.
    Drain,
    /// The application waits with a timeout of zero, then the server settles.
    Wait,
    /// The application asks for the number of new connections.
    TakeNew,
    /// A client closes its end.
    Leave(u8),
    /// A client writes a byte.
    Write(u8),
    /// A client shuts down its writing direction.
    HalfClose(u8),
    /// The application writes a byte to a taken connection.
    Answer(u8),
    /// The application drops a taken connection.
    Drop(u8),
    /// The application discards all pending connections.
    Discard,
    /// The application queues a connection of its own.
    Add,
    /// The server is dropped, and a new one takes its place.
    Replace(Hook),
    /// The application sets the options.
    Options(SocketOptions),
    /// The application sets the backlog.
    Backlog(Option<u8>),
    /// A client connects to an abstract name.
    ConnectAbstract(Name),
    /// The application removes the socket file of another server.
    Remove(Name),
    /// A file or server appears at a path.
    Plant(Name, Occupant),
    /// The file at a path is deleted.
    Delete(Name),
    /// A fault: the next attempt to accept fails. Then the server settles.
    AcceptFails(Severity),
    /// A fault: the next bind fails.
    BindFails,
    /// A fault: the next removal of the server's file fails.
    UnlinkFails,
    /// The clock advances by so many milliseconds.
    Advance(u16),
    /// Many clients connect to a path, more than the default limit.
    ConnectMany(Name),
    /// The server adopts a listener at a path.
    Adopt(Name),
    /// The backend's own client connects with a timeout of zero.
    Dial(Name),
}

impl Operation {
    /// Numbers of clients and connections in an operation are less than this.
    const NUMBERS: u8 = 16;

    /// The number of clients of [`ConnectMany`](Self::ConnectMany).
    pub const MANY: usize = 40;

    /// Returns whether only a simulated operating system can do this.
    pub const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::AcceptFails(_) | Self::BindFails | Self::UnlinkFails | Self::Advance(_)
        )
    }

    /// Returns all operations, grouped by kind.
    pub fn alphabet() -> &'static [Vec<Self>] {
        static ALPHABET: OnceLock<Vec<Vec<Operation>>> = OnceLock::new();
        ALPHABET.get_or_init(alphabet)
    }

    /// Decodes an operation. Every two bytes are one.
    pub fn from_bytes([kind, argument]: [u8; 2]) -> Self {
        let kinds = Self::alphabet();
        let arguments = &kinds[usize::from(kind) % kinds.len()];
        arguments[usize::from(argument) % arguments.len()]
    }

    /// Encodes the operation.
    ///
    /// # Panics
    ///
    /// Panics on an operation that is not in the alphabet.
    pub fn to_bytes(self) -> [u8; 2] {
        let kinds = Self::alphabet().iter().enumerate();
        kinds
            .filter_map(|(kind, arguments)| {
                let argument = arguments.iter().position(|known| *known == self)?;
                Some([u8::try_from(kind).ok()?, u8::try_from(argument).ok()?])
            })
            .next()
            .unwrap_or_else(|| panic!("`{self}` is not in the alphabet"))
    }

    /// Parses an operation as [`Display`](fmt::Display) shows it.
    pub fn parse(text: &str) -> Option<Self> {
        let all = Self::alphabet().iter().flatten();
        all.copied().find(|known| known.to_string() == text)
    }
}

fn alphabet() -> Vec<Vec<Operation>> {
    use Operation as Op;
    let places = &Name::ALL[..Name::PLACES];
    let at = |make: fn(Name) -> Op, names: &[Name]| names.iter().copied().map(make).collect();
    let any = |make: fn(u8) -> Op| (0..Op::NUMBERS).map(make).collect();
    let plants = places
        .iter()
        .flat_map(|name| PLANTS.map(|(plant, _)| Op::Plant(*name, plant)));
    let severities = [Severity::Transient, Severity::Exhausted, Severity::Fatal];
    vec![
        at(Op::Listen, &Name::ALL),
        at(Op::Connect, places),
        vec![Op::Settle],
        vec![Op::Take],
        vec![Op::Close],
        (0..=4).map(Op::Limit).collect(),
        vec![Op::Drain],
        vec![Op::Wait],
        vec![Op::TakeNew],
        any(Op::Leave),
        any(Op::Write),
        any(Op::HalfClose),
        any(Op::Answer),
        any(Op::Drop),
        vec![Op::Discard],
        vec![Op::Add],
        HOOKS.map(|(hook, _)| Op::Replace(hook)).to_vec(),
        OPTIONS.map(|(options, _)| Op::Options(options)).to_vec(),
        [None, Some(0), Some(1), Some(2)].map(Op::Backlog).to_vec(),
        at(Op::ConnectAbstract, &Name::ALL[..=Name::PLACES]),
        at(Op::Remove, &Name::ALL),
        plants.collect(),
        at(Op::Delete, places),
        severities.map(Op::AcceptFails).to_vec(),
        vec![Op::BindFails],
        vec![Op::UnlinkFails],
        [5, 10, 100, 1000].map(Op::Advance).to_vec(),
        at(Op::ConnectMany, places),
        at(Op::Adopt, places),
        at(Op::Dial, &Name::ALL),
    ]
}

/// What appears at a path. Links to files would leave their target.
const PLANTS: [(Occupant, &str); 5] = [
    (Occupant::File, "file"),
    (Occupant::Directory, "directory"),
    (Occupant::DanglingLink, "dangling-link"),
    (Occupant::StaleSocket, "stale-socket"),
    (Occupant::LiveServer, "live-server"),
];

/// The hooks that do not panic.
const HOOKS: [(Hook, &str); 4] = [
    (Hook::None, "none"),
    (Hook::Refuse, "refuse"),
    (Hook::Take, "take"),
    (Hook::AddOwn, "add-own"),
];

/// The options. All of them admit the user that runs the test.
const OPTIONS: [(SocketOptions, &str); 6] = [
    (SocketOptions::empty(), "none"),
    (SocketOptions::USER, "user"),
    (
        SocketOptions::USER.union(SocketOptions::GROUP),
        "user+group",
    ),
    (SocketOptions::WORLD, "world"),
    (SocketOptions::ABSTRACT, "abstract"),
    (
        SocketOptions::USER.union(SocketOptions::ABSTRACT),
        "user+abstract",
    ),
];

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Listen(name) => write!(f, "listen {}", name.word()),
            Self::Connect(name) => write!(f, "connect {}", name.word()),
            Self::Settle => f.write_str("settle"),
            Self::Take => f.write_str("take"),
            Self::Close => f.write_str("close"),
            Self::Limit(limit) => write!(f, "limit {limit}"),
            Self::Drain => f.write_str("drain"),
            Self::Wait => f.write_str("wait"),
            Self::TakeNew => f.write_str("take-new"),
            Self::Leave(client) => write!(f, "leave {client}"),
            Self::Write(client) => write!(f, "write {client}"),
            Self::HalfClose(client) => write!(f, "half-close {client}"),
            Self::Answer(connection) => write!(f, "answer {connection}"),
            Self::Drop(connection) => write!(f, "drop {connection}"),
            Self::Discard => f.write_str("discard"),
            Self::Add => f.write_str("add"),
            Self::Replace(Hook::None) => f.write_str("replace"),
            Self::Replace(hook) => write!(f, "replace {}", word(&HOOKS, hook)),
            Self::Options(options) => write!(f, "options {}", word(&OPTIONS, options)),
            Self::Backlog(None) => f.write_str("backlog maximum"),
            Self::Backlog(Some(length)) => write!(f, "backlog {length}"),
            Self::ConnectAbstract(name) => write!(f, "connect-abstract {}", name.word()),
            Self::Remove(name) => write!(f, "remove {}", name.word()),
            Self::Plant(name, plant) => {
                write!(f, "plant {} {}", name.word(), word(&PLANTS, plant))
            }
            Self::Delete(name) => write!(f, "delete {}", name.word()),
            Self::AcceptFails(severity) => {
                write!(f, "accept-fails {}", format!("{severity:?}").to_lowercase())
            }
            Self::BindFails => f.write_str("bind-fails"),
            Self::UnlinkFails => f.write_str("unlink-fails"),
            Self::Advance(milliseconds) => write!(f, "advance {milliseconds}"),
            Self::ConnectMany(name) => write!(f, "connect-many {}", name.word()),
            Self::Adopt(name) => write!(f, "adopt {}", name.word()),
            Self::Dial(name) => write!(f, "dial {}", name.word()),
        }
    }
}

fn word<T: Copy + PartialEq>(words: &[(T, &'static str)], wanted: T) -> &'static str {
    let found = words.iter().find(|(known, _)| *known == wanted);
    found.map_or("?", |(_, word)| word)
}
