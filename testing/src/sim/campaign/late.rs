//! The embedder whose platform answers late, twice, and out of order.
//!
//! Binding is somebody else's work, accepting a request that is completed sometime: what the
//! machine asks for is begun at once, and the answer is told when its time has come.

mod commands;
mod facts;

use std::collections::BTreeMap;
use std::time::Duration;

use anteroom_core::{
    Bound, Effect, ListenOptions, ListenerId, Operation, Os as _, OsEvent, PhaseName, Server,
    ServerName, Time,
};

use super::Witness;
use super::embedder::{Doorkeeper, Embedder as _, Port};
use crate::sim::os::{SimConnection, SimDescriptor, SimListener};
use crate::sim::random::Random;
use facts::{timely, twin};

/// How long answers take, in milliseconds.
const DELAYS: [u64; 5] = [0, 0, 1, 5, 40];

type Fact = OsEvent<SimConnection>;

/// Work that was begun and is not done yet.
enum Work {
    Bind(ServerName, ListenOptions),
    Adopt(Option<SimDescriptor>),
    Accept,
}

/// The machine alone, and a platform that takes its time.
pub(super) struct Late {
    server: Server<SimConnection>,
    port: Port,
    doorkeeper: Doorkeeper,
    random: Random,
    listeners: BTreeMap<ListenerId, SimListener>,
    work: Vec<(Time, ListenerId, Work)>,
    facts: Vec<(Time, Fact)>,
    /// The descriptor for the adoption that is just asked for.
    descriptor: Option<SimDescriptor>,
    witnesses: Vec<Witness>,
}

impl Late {
    pub(super) fn new(port: Port, doorkeeper: Doorkeeper, seed: u64) -> Self {
        Self {
            server: Server::new(),
            port,
            doorkeeper,
            random: Random::new(seed),
            listeners: BTreeMap::new(),
            work: Vec::new(),
            facts: Vec::new(),
            descriptor: None,
            witnesses: Vec::new(),
        }
    }

    fn soon(&mut self) -> Time {
        let delay = Duration::from_millis(self.random.one_of(&DELAYS));
        self.port.now().after(delay)
    }

    /// Takes what the machine asks for: some of it is done at once, some of it is begun.
    fn carry_out(&mut self) {
        while let Some(effect) = self.server.poll_effect() {
            match effect {
                Effect::Bind {
                    listener,
                    name,
                    options,
                } => self.begin(listener, Work::Bind(name, options)),
                Effect::Adopt { listener } => {
                    let descriptor = self.descriptor.take();
                    self.begin(listener, Work::Adopt(descriptor));
                }
                Effect::Refuse { listener } => {
                    let refused = self.port.refuse(held(&mut self.listeners, listener));
                    if let Err(failure) = refused {
                        self.tell(OsEvent::RefuseFailed { listener, failure });
                    }
                }
                Effect::Unlink { listener } => {
                    let unlinked = self.port.unlink(held(&mut self.listeners, listener));
                    if let Err(failure) = unlinked {
                        self.tell(OsEvent::UnlinkFailed { listener, failure });
                    }
                }
                Effect::Close { listener } => {
                    let closed = self.listeners.remove(&listener);
                    assert!(
                        closed.is_some(),
                        "{listener:?} is closed once, and after it came"
                    );
                }
                Effect::Discard(connection) => drop(connection),
            }
        }
    }

    fn begin(&mut self, listener: ListenerId, work: Work) {
        let due = self.soon();
        self.work.push((due, listener, work));
    }

    /// Sends a fact on its way to the machine; some are sent twice.
    fn tell(&mut self, fact: Fact) {
        if self.random.happens(200) {
            if let Some(twin) = twin(&fact) {
                let due = self.soon();
                self.facts.push((due, twin));
                self.witnesses.push(Witness::DuplicateFact);
            }
        }
        let due = self.soon();
        self.facts.push((due, fact));
    }

    /// Does the work that is due.
    fn work(&mut self) {
        let now = self.port.now();
        let (due, rest) = std::mem::take(&mut self.work)
            .into_iter()
            .partition(|(due, ..)| *due <= now);
        self.work = rest;
        for (_, listener, work) in due {
            match work {
                Work::Bind(name, options) => self.bind(listener, &name, options),
                Work::Adopt(descriptor) => self.adopt_now(listener, descriptor),
                Work::Accept => self.accept(listener),
            }
        }
    }

    fn bind(&mut self, listener: ListenerId, name: &ServerName, options: ListenOptions) {
        match self.port.bind(name, options) {
            Ok(bound) => self.install(listener, bound),
            Err(error) => self.tell(OsEvent::BindFailed {
                listener,
                failure: error.failure,
                full_name: error.full_name,
            }),
        }
    }

    fn adopt_now(&mut self, listener: ListenerId, descriptor: Option<SimDescriptor>) {
        let descriptor = descriptor.expect("an adoption is asked for with a descriptor");
        match self.port.adopt(descriptor) {
            Ok(bound) => self.install(listener, bound),
            Err((_, failure)) => self.tell(OsEvent::BindFailed {
                listener,
                failure,
                full_name: None,
            }),
        }
    }

    fn install(&mut self, listener: ListenerId, bound: Bound<SimListener>) {
        self.listeners.insert(listener, bound.listener);
        let facts = bound.facts;
        self.tell(OsEvent::Bound { listener, facts });
    }

    /// Completes a request to accept; one that finds nobody goes on.
    fn accept(&mut self, listener: ListenerId) {
        let Some(raw) = self.listeners.get_mut(&listener) else {
            // It went with its listener.
            return;
        };
        match self.port.try_accept(raw) {
            Ok(Some(connection)) => {
                let queued = self.doorkeeper.ask(connection);
                self.tell(OsEvent::Accepted { listener, queued });
            }
            Ok(None) if self.server.phase() == PhaseName::Draining => {
                self.tell(OsEvent::Empty { listener });
            }
            Ok(None) if self.server.pause().is_some() => {
                // Once only: a late twin might end the pause after this one.
                let due = self.soon();
                self.facts.push((due, OsEvent::Empty { listener }));
            }
            Ok(None) => {
                let next = self.port.now().after(Duration::from_millis(1));
                self.work.push((next, listener, Work::Accept));
            }
            Err(failure) => {
                let now = self.port.now();
                self.tell(OsEvent::AcceptFailed {
                    listener,
                    failure,
                    now,
                });
            }
        }
    }

    /// Tells the machine the facts that are due, in any order.
    fn deliver(&mut self) {
        loop {
            let now = self.port.now();
            let facts = self.facts.iter().enumerate();
            let due: Vec<usize> = facts
                .filter(|(_, (due, _))| *due <= now)
                .map(|(index, _)| index)
                .collect();
            if due.is_empty() {
                return;
            }
            let chosen = self.random.one_of(&due);
            if chosen > 0 {
                self.witnesses.push(Witness::ReorderedFacts);
            }
            let (_, fact) = self.facts.remove(chosen);
            let phase = self.server.phase();
            self.note(&fact, phase);
            self.server.handle(timely(fact, now));
            self.carry_out();
        }
    }

    fn note(&mut self, fact: &Fact, phase: PhaseName) {
        match fact {
            OsEvent::Bound { .. } if phase == PhaseName::Idle => {
                self.witnesses.push(Witness::AbandonedListener);
            }
            OsEvent::BindFailed { failure, .. } => {
                let is_adoption = failure.operation() == Operation::Adopt;
                self.witnesses.push(if is_adoption {
                    Witness::FailedAdoption
                } else {
                    Witness::FailedListen
                });
            }
            OsEvent::Accepted { listener, .. } if !self.listeners.contains_key(listener) => {
                self.witnesses.push(Witness::LateConnection);
            }
            _ => {}
        }
    }

    /// Asks for one more connection, if the machine wants one and none is asked for.
    fn request(&mut self) {
        self.server.handle_timeout(self.port.now());
        let Some(wanted) = self.server.wants_accept() else {
            return;
        };
        let asked = self.requests().any(|listener| listener == wanted);
        if !asked {
            self.begin(wanted, Work::Accept);
        }
    }

    /// Returns the listeners of whose clients one is asked for, or on its way.
    fn requests(&self) -> impl Iterator<Item = ListenerId> {
        let work = self
            .work
            .iter()
            .filter_map(|(_, listener, work)| match work {
                Work::Accept => Some(*listener),
                Work::Bind(..) | Work::Adopt(_) => None,
            });
        let facts = self.facts.iter().filter_map(|(_, fact)| match fact {
            OsEvent::Accepted { listener, .. }
            | OsEvent::AcceptFailed { listener, .. }
            | OsEvent::Empty { listener } => Some(*listener),
            _ => None,
        });
        work.chain(facts)
    }
}

/// Returns the listener that an effect is about.
fn held(
    listeners: &mut BTreeMap<ListenerId, SimListener>,
    listener: ListenerId,
) -> &mut SimListener {
    let raw = listeners.get_mut(&listener);
    raw.expect("effects are about listeners that came and were not closed")
}

impl Drop for Late {
    /// Closes, and waits for what was begun: who asks for a listener has to take it.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.close();
        for (due, ..) in &mut self.work {
            *due = Time::ZERO;
        }
        self.work();
        for (due, _) in &mut self.facts {
            *due = Time::ZERO;
        }
        while let Some((_, fact)) = self.facts.pop() {
            self.server.handle(fact);
            self.carry_out();
        }
        assert!(
            self.listeners.is_empty(),
            "every listener is closed in the end"
        );
    }
}
