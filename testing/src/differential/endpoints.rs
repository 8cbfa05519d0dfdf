//! The clients and files of a fixture, as a player observes them.

use anteroom_core::{ErrorKind, ServerName};

use super::{ClientView, FileView, Stream};
use anteroom_conformance::{
    self as suite, ClientState, ClientTag, ConnTag, Entry, Fixture, Occupant, Step,
};

/// A client of the run.
pub(super) struct Client {
    pub(super) end: End,
    pub(super) has_introduced_itself: bool,
    pub(super) left: bool,
    pub(super) stream: Stream,
}

/// The end of a connection that the client holds.
#[derive(Clone, Copy)]
pub(super) enum End {
    Bare(ClientTag),
    /// The backend's own client, or the other end of a pair that the application created.
    Own(ConnTag),
    /// The backend's own client could not connect.
    Failed(ErrorKind),
}

/// What the run has done at a path.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) planted: Option<Occupant>,
    /// Whether the options specify the mode of the socket file.
    pub(super) is_mode_exact: bool,
}

impl Client {
    pub(super) fn new(end: End) -> Self {
        Self {
            end,
            has_introduced_itself: false,
            left: false,
            stream: Stream::default(),
        }
    }

    pub(super) fn look(&mut self, number: usize, bench: &mut Fixture) -> ClientView {
        if self.left {
            return ClientView::Left;
        }
        let state = match self.end {
            End::Bare(tag) => bench.env.client(tag),
            End::Own(_) => ClientState::Connected,
            End::Failed(kind) => return ClientView::Failed(kind),
        };
        match state {
            ClientState::Waiting => return ClientView::Waiting,
            ClientState::Failed(kind) => return ClientView::Failed(kind_of(kind)),
            ClientState::Connected => {}
        }
        if !core::mem::replace(&mut self.has_introduced_itself, true) {
            let number = u8::try_from(number).expect("there are only a few clients");
            write(bench, self.end, number);
        }
        drain(bench, self.end, &mut self.stream);
        ClientView::Connected(self.stream.clone())
    }
}

impl Place {
    pub(super) fn look(&mut self, full_name: &ServerName, bench: &mut Fixture) -> FileView {
        let entry = bench.env.entry(full_name);
        if let Some(plant) = self.planted {
            if is_of_kind(entry, plant) && bench.env.is_unchanged(full_name) {
                return FileView::Planted(plant);
            }
            self.planted = None;
        }
        match entry {
            Entry::Absent => FileView::Absent,
            Entry::Socket { mode, .. } => FileView::Socket(self.is_mode_exact.then_some(mode)),
            _ => FileView::Strange,
        }
    }
}

pub(super) fn is_of_kind(entry: Entry, plant: Occupant) -> bool {
    match plant {
        Occupant::File => entry == Entry::File,
        Occupant::Directory => entry == Entry::Directory,
        Occupant::StaleSocket | Occupant::LiveServer => entry.mode().is_some(),
        Occupant::DanglingLink | Occupant::LinkToFile | Occupant::LinkToItself => {
            entry == Entry::Link
        }
    }
}

/// Returns the kind of anteroom for one of the suite.
pub(super) fn kind_of(kind: suite::ErrorKind) -> ErrorKind {
    let kinds = [
        ErrorKind::Access,
        ErrorKind::AddressInUse,
        ErrorKind::Name,
        ErrorKind::NotFound,
        ErrorKind::Refused,
        ErrorKind::Resources,
        ErrorKind::TimedOut,
        ErrorKind::Unsupported,
        ErrorKind::WrongObject,
    ];
    let same = |known: &ErrorKind| suite::ErrorKind::from(*known) == kind;
    kinds.into_iter().find(same).unwrap_or(ErrorKind::Unknown)
}

pub(super) fn write(bench: &mut Fixture, end: End, byte: u8) -> bool {
    let step = match end {
        End::Bare(tag) => bench.env.write(tag, &[byte]),
        End::Own(tag) => bench.subject.write(tag, &[byte]),
        End::Failed(_) => Step::Broken,
    };
    step == Step::Wrote(1)
}

/// Reads until nothing is left.
pub(super) fn drain(bench: &mut Fixture, end: End, stream: &mut Stream) {
    loop {
        let step = match end {
            End::Bare(tag) => bench.env.read(tag, 64),
            End::Own(tag) => bench.subject.read(tag, 64),
            End::Failed(_) => Step::Broken,
        };
        match step {
            Step::Read(bytes) => stream.received.extend(bytes),
            Step::End | Step::Broken => {
                stream.ended = true;
                return;
            }
            Step::Wrote(_) | Step::WouldBlock => return,
        }
    }
}
