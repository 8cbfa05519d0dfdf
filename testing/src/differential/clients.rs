use anteroom_core::{ErrorKind, SocketOptions};

use super::{Name, Stream};
use anteroom_conformance::{Hook, Occupant};

/// A client, and what has happened to its connection.
#[derive(Clone, Debug, Default)]
pub(super) struct ModelClient {
    /// The name that it connects to, and whether that is abstract; `None` if the application added it.
    pub(super) target: Option<(Name, bool)>,
    /// Why it could not connect.
    pub(super) failed: Option<ErrorKind>,
    /// The listener in whose backlog it was, and its position among all clients.
    pub(super) queued: Option<(usize, usize)>,
    /// Its position among all accepted connections.
    pub(super) accepted: Option<usize>,
    /// Its position among all connections that the application took.
    pub(super) taken: Option<usize>,
    /// Whether it is announced and not counted by `take_new_connections` yet.
    pub(super) is_new: bool,
    /// Whether the server's end is closed.
    pub(super) cut: bool,
    /// Whether it fails if the backlog is full.
    pub(super) never_waits: bool,
    /// Whether its own end is closed.
    pub(super) left: bool,
    /// Whether it has shut down its writing direction.
    pub(super) has_shut_down: bool,
    /// What it wrote.
    pub(super) sent: Vec<u8>,
    /// What the application wrote to it.
    pub(super) received: Vec<u8>,
}

impl ModelClient {
    pub(super) fn added(accepted: usize) -> Self {
        Self {
            accepted: Some(accepted),
            is_new: true,
            ..Self::default()
        }
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.target.is_some() && self.failed.is_none() && self.queued.is_none() && !self.left
    }

    pub(super) fn is_queued_at(&self, listener: Listener) -> bool {
        let stood_there = self.queued.is_some_and(|(at, _)| at == listener.number);
        stood_there && self.accepted.is_none() && !self.cut
    }

    pub(super) fn is_pending(&self) -> bool {
        self.accepted.is_some() && self.taken.is_none() && !self.cut
    }

    pub(super) fn is_connected(&self) -> bool {
        (self.queued.is_some() || self.accepted.is_some()) && !self.left
    }

    pub(super) fn may_leave(&self) -> bool {
        self.is_connected() || self.is_waiting()
    }

    /// Writes a byte. Returns whether that succeeds.
    pub(super) fn send(&mut self) -> bool {
        let goes_well = !self.cut && !self.has_shut_down;
        if goes_well {
            self.sent.push(b's');
        }
        goes_well
    }

    /// Receives a byte. Returns whether the write succeeds.
    pub(super) fn receive(&mut self) -> bool {
        if !self.left {
            self.received.push(b'h');
        }
        !self.left
    }

    /// Returns what the client observes of the connection.
    pub(super) fn client_side(&self) -> Stream {
        Stream {
            received: self.received.clone(),
            ended: self.cut,
        }
    }

    /// Returns what the application observes, unless it has dropped the connection.
    pub(super) fn server_side(&self) -> Option<Stream> {
        (!self.cut).then(|| Stream {
            received: self.sent.clone(),
            ended: self.left || self.has_shut_down,
        })
    }
}

/// All clients of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct ModelClients(pub(super) Vec<ModelClient>);

impl ModelClients {
    pub(super) fn count(&self, which: impl Fn(&ModelClient) -> bool) -> usize {
        self.0.iter().filter(|client| which(client)).count()
    }

    pub(super) fn cut(&mut self, whom: impl Fn(&ModelClient) -> bool) {
        let concerned = self.0.iter_mut().filter(|client| whom(client));
        concerned.for_each(|client| client.cut = true);
    }

    /// Returns how many connections are new, and marks them as counted.
    pub(super) fn take_new(&mut self) -> usize {
        let news = self.0.iter_mut().filter(|client| client.is_new);
        news.map(|client| client.is_new = false).count()
    }

    /// Returns the clients in the backlog of a listener, oldest first.
    pub(super) fn queue(&self, listener: Listener) -> Vec<usize> {
        self.sorted(|client| client.queued.filter(|_| client.is_queued_at(listener)))
    }

    /// Returns the pending clients in the order of their acceptance.
    pub(super) fn pending(&self) -> Vec<usize> {
        self.sorted(|client| client.accepted.filter(|_| client.is_pending()))
    }

    /// Returns the clients that have a rank, ordered by it.
    pub(super) fn sorted<R: Ord>(&self, rank: impl Fn(&ModelClient) -> Option<R>) -> Vec<usize> {
        let clients = self.0.iter().enumerate();
        let mut ranked: Vec<(R, usize)> = clients
            .filter_map(|(who, client)| Some((rank(client)?, who)))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, who)| who).collect()
    }
}

/// The listener of the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listener {
    pub(super) number: usize,
    pub(super) name: Name,
    pub(super) is_abstract: bool,
    /// Whether another program created it: its file stays, and it is never shut down.
    pub(super) is_adopted: bool,
    /// The capacity of its backlog.
    pub(super) capacity: usize,
    /// Whether it drains: it admits no client, and ends when its backlog is empty.
    pub(super) drains: bool,
    /// How many attempts failed in a row for a lack of resources.
    pub(super) failures: u32,
    /// The end of the back-off.
    pub(super) pauses_until: u32,
}

impl Listener {
    pub(super) fn new(number: usize, name: Name, settings: &Settings) -> Self {
        Self {
            number,
            name,
            is_abstract: settings.options.contains(SocketOptions::ABSTRACT),
            // Linux queues one more than the backlog.
            capacity: settings
                .backlog
                .map_or(usize::MAX, |length| usize::from(length) + 1),
            is_adopted: false,
            drains: false,
            failures: 0,
            pauses_until: 0,
        }
    }

    pub(super) fn adopted(number: usize, name: Name) -> Self {
        Self {
            is_adopted: true,
            ..Self::new(number, name, &Settings::new(Hook::None))
        }
    }

    /// Returns whether new clients can connect.
    pub(super) fn admits_clients(self) -> bool {
        !self.drains || self.is_adopted
    }

    pub(super) fn draining(self) -> Self {
        Self {
            drains: true,
            ..self
        }
    }

    pub(super) fn without_failures(self) -> Self {
        Self {
            failures: 0,
            ..self
        }
    }
}

/// What exists at a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum File {
    Absent,
    Planted(Occupant),
    /// The file of the listener with this number, created with these options.
    Own(usize, SocketOptions),
}

impl File {
    pub(super) fn leads_nowhere(self) -> bool {
        matches!(self, Self::Absent | Self::Planted(Occupant::DanglingLink))
    }

    pub(super) fn is_socket(self) -> bool {
        match self {
            Self::Own(..) => true,
            Self::Planted(plant) => matches!(plant, Occupant::StaleSocket | Occupant::LiveServer),
            Self::Absent => false,
        }
    }

    pub(super) fn is_no_socket(self) -> bool {
        matches!(self, Self::Planted(Occupant::File | Occupant::Directory))
    }

    pub(super) fn is_of(self, listener: Listener) -> bool {
        matches!(self, Self::Own(number, _) if number == listener.number)
    }
}

/// The settings of a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) limit: usize,
    pub(super) options: SocketOptions,
    pub(super) backlog: Option<u8>,
    pub(super) hook: Hook,
    pub(super) error: Option<ErrorKind>,
}

impl Settings {
    pub(super) const fn new(hook: Hook) -> Self {
        Self {
            limit: 30,
            options: SocketOptions::empty(),
            backlog: None,
            hook,
            error: None,
        }
    }
}
