use anteroom_core::{ErrorKind, SocketOptions};

use super::{Name, Stream};
use anteroom_conformance::{Hook, Occupant};

/// Somebody who tried to connect, and what has happened to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// Where they went to, and whether that is an abstract name; nowhere if they were added.
    pub(super) goal: Option<(Name, bool)>,
    /// Why they were not let in.
    pub(super) failed: Option<ErrorKind>,
    /// At which door they stand or stood, and as the how manieth of all who ever stood at any.
    pub(super) queued: Option<(usize, usize)>,
    /// As the how manieth the server took them in.
    pub(super) taken: Option<usize>,
    /// As the how manieth the application claimed them.
    pub(super) claimed: Option<usize>,
    /// They are announced, and the application has not asked yet.
    pub(super) is_news: bool,
    /// The server's side is gone.
    pub(super) cut: bool,
    /// They do not wait at a door that is full.
    pub(super) is_impatient: bool,
    /// They have gone themselves.
    pub(super) left: bool,
    /// They will write nothing more.
    pub(super) silent: bool,
    /// What they wrote.
    pub(super) said: Vec<u8>,
    /// What the application wrote to them.
    pub(super) heard: Vec<u8>,
}

impl Person {
    pub(super) fn who_was_added(taken: usize) -> Self {
        Self {
            taken: Some(taken),
            is_news: true,
            ..Self::default()
        }
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.goal.is_some() && self.failed.is_none() && self.queued.is_none() && !self.left
    }

    pub(super) fn is_queued_at(&self, door: Door) -> bool {
        let stood_there = self.queued.is_some_and(|(at, _)| at == door.number);
        stood_there && self.taken.is_none() && !self.cut
    }

    pub(super) fn is_pending(&self) -> bool {
        self.taken.is_some() && self.claimed.is_none() && !self.cut
    }

    pub(super) fn is_connected(&self) -> bool {
        (self.queued.is_some() || self.taken.is_some()) && !self.left
    }

    pub(super) fn may_leave(&self) -> bool {
        self.is_connected() || self.is_waiting()
    }

    /// Writes a byte; returns whether that went well.
    pub(super) fn say(&mut self) -> bool {
        let goes_well = !self.cut && !self.silent;
        if goes_well {
            self.said.push(b's');
        }
        goes_well
    }

    /// Is written a byte; returns whether that went well.
    pub(super) fn hear(&mut self) -> bool {
        if !self.left {
            self.heard.push(b'h');
        }
        !self.left
    }

    /// What the person can see of the connection.
    pub(super) fn client_side(&self) -> Stream {
        Stream {
            received: self.heard.clone(),
            ended: self.cut,
        }
    }

    /// What the application can see of the connection, unless it dropped it.
    pub(super) fn server_side(&self) -> Option<Stream> {
        (!self.cut).then(|| Stream {
            received: self.said.clone(),
            ended: self.left || self.silent,
        })
    }
}

/// Everybody who ever came.
#[derive(Clone, Debug, Default)]
pub(super) struct People(pub(super) Vec<Person>);

impl People {
    pub(super) fn count(&self, which: impl Fn(&Person) -> bool) -> usize {
        self.0.iter().filter(|person| which(person)).count()
    }

    pub(super) fn cut(&mut self, whom: impl Fn(&Person) -> bool) {
        let concerned = self.0.iter_mut().filter(|person| whom(person));
        concerned.for_each(|person| person.cut = true);
    }

    /// Returns how many are news, and forgets that they are.
    pub(super) fn hear_news(&mut self) -> usize {
        let news = self.0.iter_mut().filter(|person| person.is_news);
        news.map(|person| person.is_news = false).count()
    }

    /// Returns who stands at a door, in the order in which they came.
    pub(super) fn queue(&self, door: Door) -> Vec<usize> {
        self.sorted(|person| person.queued.filter(|_| person.is_queued_at(door)))
    }

    /// Returns who is pending, in the order in which the server took them in.
    pub(super) fn pending(&self) -> Vec<usize> {
        self.sorted(|person| person.taken.filter(|_| person.is_pending()))
    }

    /// Returns the numbers of the people who have a rank, in its order.
    pub(super) fn sorted<R: Ord>(&self, rank: impl Fn(&Person) -> Option<R>) -> Vec<usize> {
        let people = self.0.iter().enumerate();
        let mut ranked: Vec<(R, usize)> = people
            .filter_map(|(who, person)| Some((rank(person)?, who)))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, who)| who).collect()
    }
}

/// What a server listens with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Door {
    pub(super) number: usize,
    pub(super) name: Name,
    pub(super) is_abstract: bool,
    /// Somebody else made it: its file stays, and nobody is kept from coming.
    pub(super) is_adopted: bool,
    /// How many may stand there.
    pub(super) room: usize,
    /// Nobody else is let in: the last of those who stand there closes it behind them.
    pub(super) drains: bool,
    /// How often in a row something ran out.
    pub(super) failures: u32,
    /// Until when nobody is taken in.
    pub(super) pauses_until: u32,
}

impl Door {
    pub(super) fn new(number: usize, name: Name, settings: &Settings) -> Self {
        Self {
            number,
            name,
            is_abstract: settings.options.contains(SocketOptions::ABSTRACT),
            // Linux queues one more than it is told.
            room: settings
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

    /// Returns whether new people may come to the door.
    pub(super) fn lets_come(self) -> bool {
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

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum File {
    Absent,
    Planted(Occupant),
    /// The file of the door with this number, made with these options.
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

    pub(super) fn is_of(self, door: Door) -> bool {
        matches!(self, Self::Own(number, _) if number == door.number)
    }
}

/// What a fresh server brings along, and what can be set.
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
