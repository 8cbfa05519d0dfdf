//! A machine in the state of a column, and what an input changes in it.

use anteroom_core::{
    AcceptFailure, BoundFacts, Effect, End, ErrorKind, Failure, ListenerId, Operation, OsEvent,
    PhaseName, Server, ServerName, Time, Wait,
};
use core::task::Poll;
use core::time::Duration;

use crate::columns::{Column, Origin, Pause};
use crate::inputs::{EXHAUSTED, Input, OLDEST_RETURNED};

/// The last error before the input.
pub(crate) const EARLIER: Failure = Failure::new(Operation::Close, ErrorKind::Access).with_code(1);

/// The failure of the input, if it is an event.
pub(crate) const FAILURE: Failure =
    Failure::new(Operation::Accept, ErrorKind::Unknown).with_code(2);

/// The time of the input, and the end of the back-off before it, in milliseconds.
pub(crate) const NOW: u64 = 5;
pub(crate) const FIRST_BACK_OFF_ENDS: u64 = 10;

/// Two connections are pending. The input may bring a third one.
pub(crate) const OLDEST: u8 = 10;
pub(crate) const YOUNGEST: u8 = 11;
pub(crate) const ARRIVING: u8 = 20;

pub(crate) struct Fixture {
    pub(crate) server: Server<u8>,
    pub(crate) origin: Origin,
    /// A listener that was closed.
    pub(crate) old: ListenerId,
    /// A listener that was closed while binding.
    pub(crate) abandoned: ListenerId,
    /// The last listener.
    pub(crate) current: ListenerId,
    /// The failure that the input may record.
    pub(crate) failure: Failure,
    before: Server<u8>,
}

/// What an input changes. What is not mentioned does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) returned: &'static str,
    pub(crate) effects: Vec<String>,
    /// The changes of the queue, the notifications, the error and the end.
    pub(crate) others: Vec<String>,
    pub(crate) next: Column,
    /// The length of a new back-off, in milliseconds.
    pub(crate) back_off: Option<u64>,
}

/// Passes `input` to a machine in the state of `column`.
pub(crate) fn run(input: &Input, column: Column, origin: Origin) -> Change {
    let mut fixture = Fixture::new(column, origin);
    let returned = (input.1)(&mut fixture);
    fixture.check_pause(column, input.0 == EXHAUSTED);
    fixture.observe(returned)
}

impl Fixture {
    fn new(column: Column, origin: Origin) -> Self {
        let mut server = Server::new();
        let old = start(&mut server, Origin::File);
        bound(&mut server, old, Origin::File);
        server.close();
        effects(&mut server);
        let abandoned = start(&mut server, Origin::File);
        server.close();
        let current = start(&mut server, origin);
        if column.phase != PhaseName::Binding {
            bound(&mut server, current, origin);
        }
        match column.phase {
            PhaseName::Idle => server.close(),
            PhaseName::Draining => server.drain(),
            _ => {}
        }
        effects(&mut server);
        if column.pause != Pause::None {
            server.handle(OsEvent::AcceptFailed {
                listener: current,
                failure: AcceptFailure::Exhausted(EARLIER),
                now: Time::ZERO,
            });
        }
        if column.pause == Pause::RetryDue {
            server.handle_timeout(at(FIRST_BACK_OFF_ENDS));
        }
        server.add_pending(OLDEST);
        server.add_pending(YOUNGEST);
        server.take_new_connections();
        server.handle(OsEvent::UnlinkFailed {
            listener: old,
            failure: EARLIER,
        });
        assert_eq!(Column::of(&server), column);
        Self {
            before: server.clone(),
            server,
            origin,
            old,
            abandoned,
            current,
            failure: FAILURE,
        }
    }

    /// Changes the state before the input.
    pub(crate) fn prepare(&mut self, change: fn(&mut Server<u8>)) {
        change(&mut self.server);
        self.before = self.server.clone();
    }

    fn observe(&mut self, returned: &'static str) -> Change {
        let effects: Vec<_> = effects(&mut self.server)
            .iter()
            .map(|effect| self.name(effect))
            .collect();
        let end = self.server.end();
        let end = end.filter(|end| self.before.end() != Some(*end));
        let loss = (end == Some(End::Lost)).then_some(self.failure);
        assert_eq!(self.server.take_loss(), loss);
        let next = Column::of(&self.server);
        self.check_queries(next);
        let others = [
            self.queue(returned).map(String::from),
            announced(self.server.take_new_connections()).map(String::from),
            self.error().map(String::from),
            end.map(|end| format!("`End::{end:?}`")),
        ];
        let until = self.server.poll_timeout();
        let until = until.filter(|_| self.before.poll_timeout() != until);
        Change {
            returned,
            effects,
            others: others.into_iter().flatten().collect(),
            next,
            back_off: until.map(|until| until.since(at(NOW)).as_millis() as u64),
        }
    }

    fn name(&self, effect: &Effect<u8>) -> String {
        let name = match *effect {
            Effect::Bind { listener, .. } if listener > self.current => "`Bind`",
            Effect::Adopt { listener } if listener > self.current => "`Adopt`",
            Effect::Refuse { listener } if listener == self.current => "`Refuse`",
            Effect::Unlink { listener } if listener == self.current => "`Unlink`",
            Effect::Close { listener } if listener == self.current => "`Close`",
            Effect::Unlink { listener } if listener == self.abandoned => "`Unlink` it",
            Effect::Close { listener } if listener == self.abandoned => "`Close` it",
            Effect::Discard(OLDEST) => "`Discard` the oldest",
            Effect::Discard(YOUNGEST) => "`Discard` the youngest",
            Effect::Discard(ARRIVING) => "`Discard`",
            ref other => panic!("{other:?} has the wrong listener"),
        };
        String::from(name)
    }

    fn queue(&self, returned: &str) -> Option<&'static str> {
        let [before, after] = [&self.before, &self.server].map(|server| {
            let mut copy = server.clone();
            core::iter::from_fn(move || copy.next_pending()).collect::<Vec<_>>()
        });
        match &after[..] {
            same if same == before => None,
            [] => Some("the queue is empty"),
            [rest @ .., ARRIVING] if rest == before => Some("queued"),
            rest if rest == &before[1..] && returned == OLDEST_RETURNED => None,
            _ => panic!("the queue {before:?} became {after:?}"),
        }
    }

    fn error(&self) -> Option<&'static str> {
        match self.server.last_error() {
            None => Some("error cleared"),
            Some(EARLIER) => None,
            Some(failure) => {
                assert_eq!(failure, self.failure);
                Some("error recorded")
            }
        }
    }

    /// Checks the queries that depend only on the column and the queue.
    fn check_queries(&self, column: Column) {
        let server = &self.server;
        let is_listening = column.phase == PhaseName::Listening;
        let has_listener = is_listening || column.phase == PhaseName::Draining;
        assert_eq!(server.is_listening(), is_listening);
        assert_eq!(server.server_name().is_some(), is_listening);
        assert_eq!(server.full_server_name().is_some(), is_listening);
        // Without a listener there is an end, since `old` was closed.
        assert_eq!(server.end().is_none(), has_listener);
        let has_place = server.pending_len() < server.max_pending();
        let wants = has_listener && column.pause != Pause::BackingOff && has_place;
        assert_eq!(server.wants_accept(), wants.then_some(self.current));
        assert_eq!(server.has_pending(), server.pending_len() > 0);
        let waits = [None, Some(Time::ZERO)].map(|deadline| server.wait_status(deadline, at(NOW)));
        let expected = match column.phase {
            _ if server.has_pending() => [Poll::Ready(Wait::Ready); 2],
            PhaseName::Idle => [Poll::Ready(Wait::NotListening); 2],
            _ => [Poll::Pending, Poll::Ready(Wait::TimedOut)],
        };
        assert_eq!(waits, expected);
    }

    /// Checks that a pause has its first moment, its latest failure, and the names of the server.
    fn check_pause(&self, before: Column, is_exhausted: bool) {
        let was_paused = before.pause != Pause::None;
        let since = at(if was_paused { 0 } else { NOW });
        let failure = if is_exhausted { FAILURE } else { EARLIER };
        let pause = self.server.pause();
        assert!(pause.is_none_or(|pause| (pause.since, pause.failure) == (since, failure)));
        let names = ["editor", "/tmp/editor"].map(ServerName::from);
        let [name, full_name] = names.each_ref().map(|name| pause.map(|_| name));
        assert_eq!(self.server.pause_names(), (name, full_name));
    }
}

const fn announced(connections: usize) -> Option<&'static str> {
    match connections {
        0 => None,
        1 => Some("announced"),
        _ => panic!("an input brings at most one connection"),
    }
}

fn start(server: &mut Server<u8>, origin: Origin) -> ListenerId {
    let listener = match origin {
        Origin::File | Origin::NoFile => server.listen(ServerName::from("editor")),
        Origin::Adopted => server.listen_adopted(),
    }
    .expect("the server is idle");
    effects(server);
    listener
}

fn bound(server: &mut Server<u8>, listener: ListenerId, origin: Origin) {
    let facts = facts(origin);
    server.handle(OsEvent::Bound { listener, facts });
}

pub(crate) fn facts(origin: Origin) -> BoundFacts {
    let facts = BoundFacts::unnamed().with_full_name(ServerName::from("/tmp/editor"));
    match origin {
        Origin::File => facts.with_file(),
        Origin::NoFile => facts,
        Origin::Adopted => facts.with_name(ServerName::from("editor")),
    }
}

pub(crate) fn effects(server: &mut Server<u8>) -> Vec<Effect<u8>> {
    core::iter::from_fn(|| server.poll_effect()).collect()
}

pub(crate) const fn at(milliseconds: u64) -> Time {
    Time::from_epoch(Duration::from_millis(milliseconds))
}
