use std::fmt;
use std::time::Duration;

use anteroom_core::{Backlog, SocketOptions};

use crate::sim::random::Random;

/// One of the few names that there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    First,
    Second,
    /// That of the socket which was adopted last.
    Adopted,
}

/// Something that happens in the life of a server.
#[derive(Clone, Copy)]
pub(super) enum Happening {
    Listen(Name),
    Adopt,
    Close,
    Drain,
    Claim,
    Discard,
    AddOwn,
    SetLimit(usize),
    SetOptions(SocketOptions),
    SetBacklog(Backlog),
    Connect(Name),
    ConnectAndLeave(Name),
    Leave(usize),
    Retry,
    Turn,
    /// The event loop runs by itself.
    Run(Duration),
    Pass(Duration),
    Shortage(usize),
    Plenty,
    Plant(Name),
    Delete(Name),
    Calm,
    Storm,
}

impl Happening {
    /// Chooses what happens next.
    pub(super) fn choose(random: &mut Random) -> Self {
        let name = random.one_of(&[Name::First, Name::First, Name::Second, Name::Adopted]);
        match random.below(100) {
            0..8 => Self::Listen(random.one_of(&[Name::First, Name::First, Name::Second])),
            8..10 => Self::Adopt,
            10..12 => Self::Close,
            12..14 => Self::Drain,
            14..26 => Self::Claim,
            26 => Self::Discard,
            27..29 => Self::AddOwn,
            29..33 => Self::SetLimit(random.one_of(&[0, 1, 2, 3, 30])),
            33 => Self::SetOptions(SocketOptions::from_bits_truncate(
                u32::try_from(random.below(8)).expect("it is small"),
            )),
            34..36 => Self::SetBacklog(random.one_of(&[
                Backlog::Limited(0),
                Backlog::Limited(1),
                Backlog::Limited(4),
                Backlog::Maximum,
            ])),
            36..52 => Self::Connect(name),
            52..56 => Self::ConnectAndLeave(name),
            56..58 => Self::Leave(random.below(8)),
            58..60 => Self::Retry,
            60..79 => Self::Turn,
            79 => Self::Run(Duration::from_millis(random.one_of(&[50, 500, 4000]))),
            80..92 => Self::Pass(Duration::from_millis(
                random.one_of(&[1, 5, 10, 40, 200, 1000]),
            )),
            92 => Self::Shortage(random.below(3)),
            93..95 => Self::Plenty,
            95 => Self::Plant(name),
            96 => Self::Delete(name),
            97..99 => Self::Calm,
            _ => Self::Storm,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "the first name",
            Self::Second => "the second name",
            Self::Adopted => "the adopted socket's name",
        })
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(name) => write!(f, "the server listens on {name}"),
            Self::Adopt => f.write_str("the server adopts a listening socket"),
            Self::Close => f.write_str("the server is closed"),
            Self::Drain => f.write_str("the server is drained"),
            Self::Claim => f.write_str("the application claims a connection"),
            Self::Discard => f.write_str("the application discards what is pending"),
            Self::AddOwn => f.write_str("the application queues a connection of its own"),
            Self::SetLimit(limit) => write!(f, "the limit is set to {limit}"),
            Self::SetOptions(options) => write!(f, "the options are set to {options:?}"),
            Self::SetBacklog(backlog) => write!(f, "the backlog is set to {backlog:?}"),
            Self::Connect(name) => write!(f, "a client connects to {name}"),
            Self::ConnectAndLeave(name) => write!(f, "a client connects to {name} and leaves"),
            Self::Leave(which) => write!(f, "a client leaves, the one in place {which}"),
            Self::Retry => f.write_str("the clients that wait try again"),
            Self::Turn => f.write_str("the event loop turns"),
            Self::Run(duration) => write!(f, "the event loop runs for {} ms", duration.as_millis()),
            Self::Pass(duration) => write!(f, "{} ms pass", duration.as_millis()),
            Self::Shortage(spare) => write!(f, "only {spare} descriptors are left"),
            Self::Plenty => f.write_str("there are descriptors again"),
            Self::Plant(name) => write!(f, "somebody puts a file at {name}"),
            Self::Delete(name) => write!(f, "somebody deletes what is at {name}"),
            Self::Calm => f.write_str("faults cease"),
            Self::Storm => f.write_str("faults begin again"),
        }
    }
}
