use core::fmt;
use std::sync::OnceLock;

use anteroom_core::SocketOptions;

use anteroom_conformance::{Hook, Occupant};

/// A name to listen on or to connect to; a run uses only these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the model has to know every name")]
pub enum Name {
    /// A full name.
    First,
    /// Another one.
    Second,
    /// A single word.
    Plain,
    /// A name that holds a NUL.
    Nul,
    /// A name longer than an address can be.
    Long,
    /// The empty name.
    Empty,
    /// A full name in a directory that does not exist.
    Lost,
}

impl Name {
    /// All names; the first [`PLACES`](Self::PLACES) can be files.
    pub const ALL: [Self; 7] = [
        Self::First,
        Self::Second,
        Self::Plain,
        Self::Nul,
        Self::Long,
        Self::Empty,
        Self::Lost,
    ];

    /// How many of the names can be files: connecting there means something.
    pub const PLACES: usize = 3;

    /// Returns where the name stands in [`ALL`](Self::ALL).
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

/// How bad a failure of accept is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the model has to know every one")]
pub enum Severity {
    /// Only one connection is lost.
    Transient,
    /// Something ran out.
    Exhausted,
    /// The listener is unusable.
    Fatal,
}

/// One step of a run.
///
/// Numbers of clients and of claimed connections are taken modulo how many there are; a step that
/// does not apply just then is left out.
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
    /// The server takes in what it may.
    Settle,
    /// The application claims a connection.
    Claim,
    /// The server closes.
    Close,
    /// The limit is set.
    Limit(u8),
    /// The server drains.
    Drain,
    /// The application waits for no time at all, and then lets the server settle.
    Wait,
    /// The application asks how many connections are new.
    News,
    /// A client leaves.
    Leave(u8),
    /// A client writes a byte.
    Write(u8),
    /// A client says that it will write nothing more.
    HalfClose(u8),
    /// The application writes a byte to a claimed connection.
    Answer(u8),
    /// The application drops a claimed connection.
    Drop(u8),
    /// All pending connections are discarded.
    Discard,
    /// The application queues a connection that it made itself.
    Add,
    /// The server is dropped, and a fresh one takes its place.
    Renew(Hook),
    /// The options are set.
    Options(SocketOptions),
    /// The length of the operating system's queue is set.
    Backlog(Option<u8>),
    /// A client connects to an abstract name.
    ConnectAbstract(Name),
    /// What a server left is removed.
    Remove(Name),
    /// Something appears at a name.
    Plant(Name, Occupant),
    /// What is at a name disappears.
    Delete(Name),
    /// A fault: accepting fails once.
    AcceptFails(Severity),
    /// A fault: the next bind fails.
    BindFails,
    /// A fault: the next removal of the server's file fails.
    UnlinkFails,
    /// So many milliseconds pass.
    Later(u16),
    /// A fault: earlier facts are reported a second time.
    Repeat,
    /// Many clients connect to a path, more than may be pending by default.
    Crowd(Name),
    /// The server adopts a socket that listens at a path.
    Adopt(Name),
    /// The backend's own client connects by a name, and does not wait.
    Dial(Name),
}

impl Operation {
    /// The numbers of clients and connections in an operation are less than this.
    const NUMBERS: u8 = 16;

    /// How many clients connect in a crowd.
    pub const CROWD: usize = 40;

    /// Returns whether this is something that only a simulated system does.
    pub const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::AcceptFails(_)
                | Self::BindFails
                | Self::UnlinkFails
                | Self::Later(_)
                | Self::Repeat
        )
    }

    /// Returns all operations, kind by kind, each kind with all its arguments.
    pub fn alphabet() -> &'static [Vec<Self>] {
        static ALPHABET: OnceLock<Vec<Vec<Operation>>> = OnceLock::new();
        ALPHABET.get_or_init(alphabet)
    }

    /// Decodes an operation; any two bytes are one.
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

    /// Reads an operation as [`Display`](fmt::Display) shows it.
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
        vec![Op::Claim],
        vec![Op::Close],
        (0..=4).map(Op::Limit).collect(),
        vec![Op::Drain],
        vec![Op::Wait],
        vec![Op::News],
        any(Op::Leave),
        any(Op::Write),
        any(Op::HalfClose),
        any(Op::Answer),
        any(Op::Drop),
        vec![Op::Discard],
        vec![Op::Add],
        HOOKS.map(|(hook, _)| Op::Renew(hook)).to_vec(),
        OPTIONS.map(|(options, _)| Op::Options(options)).to_vec(),
        [None, Some(0), Some(1), Some(2)].map(Op::Backlog).to_vec(),
        at(Op::ConnectAbstract, &Name::ALL[..=Name::PLACES]),
        at(Op::Remove, &Name::ALL),
        plants.collect(),
        at(Op::Delete, places),
        severities.map(Op::AcceptFails).to_vec(),
        vec![Op::BindFails],
        vec![Op::UnlinkFails],
        [5, 10, 100, 1000].map(Op::Later).to_vec(),
        vec![Op::Repeat],
        at(Op::Crowd, places),
        at(Op::Adopt, places),
        at(Op::Dial, &Name::ALL),
    ]
}

/// What is planted; links to something would leave their target behind.
const PLANTS: [(Occupant, &str); 5] = [
    (Occupant::File, "file"),
    (Occupant::Directory, "directory"),
    (Occupant::DanglingLink, "dangling-link"),
    (Occupant::StaleSocket, "stale-socket"),
    (Occupant::LiveServer, "live-server"),
];

/// The hooks, of those that do not panic.
const HOOKS: [(Hook, &str); 4] = [
    (Hook::None, "none"),
    (Hook::Refuse, "refuse"),
    (Hook::Take, "take"),
    (Hook::AddOwn, "add-own"),
];

/// The options: all of them admit the user, so that whoever runs this may connect.
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
            Self::Claim => f.write_str("claim"),
            Self::Close => f.write_str("close"),
            Self::Limit(limit) => write!(f, "limit {limit}"),
            Self::Drain => f.write_str("drain"),
            Self::Wait => f.write_str("wait"),
            Self::News => f.write_str("news"),
            Self::Leave(client) => write!(f, "leave {client}"),
            Self::Write(client) => write!(f, "write {client}"),
            Self::HalfClose(client) => write!(f, "half-close {client}"),
            Self::Answer(connection) => write!(f, "answer {connection}"),
            Self::Drop(connection) => write!(f, "drop {connection}"),
            Self::Discard => f.write_str("discard"),
            Self::Add => f.write_str("add"),
            Self::Renew(Hook::None) => f.write_str("renew"),
            Self::Renew(hook) => write!(f, "renew {}", word(&HOOKS, hook)),
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
            Self::Later(milliseconds) => write!(f, "later {milliseconds}"),
            Self::Repeat => f.write_str("repeat"),
            Self::Crowd(name) => write!(f, "crowd {}", name.word()),
            Self::Adopt(name) => write!(f, "adopt {}", name.word()),
            Self::Dial(name) => write!(f, "dial {}", name.word()),
        }
    }
}

fn word<T: Copy + PartialEq>(words: &[(T, &'static str)], wanted: T) -> &'static str {
    let found = words.iter().find(|(known, _)| *known == wanted);
    found.map_or("?", |(_, word)| word)
}
