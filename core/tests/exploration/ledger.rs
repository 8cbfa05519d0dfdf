//! The books: what has become of every listener and every connection, and what must hold.

mod state;

use anteroom_core::{Effect, ListenerId, Server};

use crate::news::News;
use crate::step::{Given, Step};
use crate::world::CONNECTIONS;

pub(crate) use state::State;

/// What the world knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ledger {
    listeners: Vec<Account>,
    /// The pending connections, the oldest first.
    pending: Vec<Pending>,
    /// How many accepted connections are open, since they are counted.
    open: Option<usize>,
    news: News,
}

/// What is known about one listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Account {
    id: ListenerId,
    adopted: bool,
    fate: Fate,
    /// Whether an accept is under way.
    accepting: bool,
}

/// What became of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// The platform was asked for it and has not answered.
    Asked,
    Open {
        /// Whether its file is still there.
        file: bool,
        refuses: bool,
    },
    /// It failed to come to be, or was closed.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Pending {
    connection: u8,
    /// Whether it was taken in through a slot, not added by the application.
    through_slot: bool,
}

/// The first invariant that a step breaks.
pub(crate) type Checked<T> = Result<T, String>;

impl Ledger {
    pub(crate) fn listeners(&self) -> usize {
        self.listeners.len()
    }

    pub(crate) const fn news(&self) -> News {
        self.news
    }

    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = ListenerId> {
        self.listeners.iter().map(|account| account.id)
    }

    pub(crate) fn fate(&self, id: ListenerId) -> Fate {
        self.account(id).fate
    }

    pub(crate) fn is_accepting(&self, id: ListenerId) -> bool {
        self.account(id).accepting
    }

    pub(crate) fn adopted_is_open(&self) -> bool {
        self.open().any(|account| account.adopted)
    }

    fn open(&self) -> impl Iterator<Item = &Account> {
        self.listeners
            .iter()
            .filter(|account| matches!(account.fate, Fate::Open { .. }))
    }

    fn account(&self, id: ListenerId) -> &Account {
        self.listeners
            .iter()
            .find(|account| account.id == id)
            .expect("facts are only about listeners that were asked for")
    }

    fn account_mut(&mut self, id: ListenerId) -> Checked<&mut Account> {
        self.listeners
            .iter_mut()
            .find(|account| account.id == id)
            .ok_or_else(|| format!("effects are about listeners that were asked for, not {id:?}"))
    }

    /// Counts what was taken in through slots, or is about to be.
    fn taken_in(&self) -> usize {
        let pending = self.pending.iter().filter(|pending| pending.through_slot);
        pending.count() + self.open().filter(|account| account.accepting).count()
    }

    fn unused_connection(&self) -> u8 {
        (0..=CONNECTIONS)
            .find(|number| {
                self.pending
                    .iter()
                    .all(|pending| pending.connection != *number)
            })
            .expect("fewer connections are pending than there are numbers")
    }

    /// Starts an accept if the machine wants one and none is under way.
    fn take_slot(&mut self, server: &Server<u8>) -> bool {
        let wanted = server.wants_accept();
        let Some(account) = self
            .listeners
            .iter_mut()
            .find(|account| Some(account.id) == wanted && !account.accepting)
        else {
            return false;
        };
        account.accepting = true;
        true
    }

    fn end_accepting(&mut self, step: Step) {
        if let Some(id) = step.listener().filter(|_| step.ends_accepting()) {
            if let Ok(account) = self.account_mut(id) {
                account.accepting = false;
            }
        }
    }

    /// Notes the platform's first answer about a listener; any other is a duplicate.
    fn note_answer(&mut self, step: Step) {
        let fate = match step {
            Step::Bound { file, .. } => Fate::Open {
                file,
                refuses: false,
            },
            Step::BindFailed { .. } => Fate::Gone,
            _ => return,
        };
        let id = step.listener().expect("answers are about a listener");
        for account in &mut self.listeners {
            if account.id == id && account.fate == Fate::Asked {
                account.fate = fate;
            }
        }
    }

    fn count_open(&mut self, step: Step) {
        if matches!(step, Step::LimitConnections(_)) {
            self.open.get_or_insert_default();
        }
        if let Some(open) = &mut self.open {
            *open += usize::from(step.accepts());
            *open -= usize::from(step == Step::ConnectionClosed);
        }
    }

    fn carry_out(&mut self, effect: &Effect<u8>) -> Checked<()> {
        match *effect {
            Effect::Bind { listener, .. } => self.ask(listener, false),
            Effect::Adopt { listener } => self.ask(listener, true),
            Effect::Refuse { listener } => {
                let account = self.account_mut(listener)?;
                ensure(!account.adopted, "an adopted listener is never shut down")?;
                match &mut account.fate {
                    Fate::Open { refuses, .. } if !*refuses => {
                        *refuses = true;
                        Ok(())
                    }
                    _ => ensure(false, "an open listener is made to refuse, and once"),
                }
            }
            Effect::Unlink { listener } => {
                let account = self.account_mut(listener)?;
                ensure(
                    !account.adopted,
                    "the file of an adopted listener is never removed",
                )?;
                match &mut account.fate {
                    Fate::Open { file, .. } if *file => {
                        *file = false;
                        Ok(())
                    }
                    _ => ensure(
                        false,
                        "a file is removed once, if it was created, and before its listener is \
                         closed",
                    ),
                }
            }
            Effect::Close { listener } => {
                let account = self.account_mut(listener)?;
                let Fate::Open { file, .. } = account.fate else {
                    return ensure(false, "a listener is closed once, after it came to be");
                };
                let left = file && !account.adopted;
                account.fate = Fate::Gone;
                ensure(!left, "the file is removed before its listener is closed")
            }
            Effect::Discard(_) => unreachable!("connections have books of their own"),
        }
    }

    fn ask(&mut self, id: ListenerId, adopted: bool) -> Checked<()> {
        let fresh = self.ids().all(|known| known < id);
        self.listeners.push(Account {
            id,
            adopted,
            fate: Fate::Asked,
            accepting: false,
        });
        ensure(fresh, "every listener has an id of its own")
    }

    /// Moves connections as a queue does.
    fn move_connections(
        &mut self,
        step: Step,
        given: Given,
        connection: u8,
        discarded: &[u8],
    ) -> Checked<()> {
        let mut to_discard = Vec::new();
        match (step, given) {
            (Step::NextPending, Given::Claimed(claimed)) => {
                let oldest = self.pending.first().map(|pending| pending.connection);
                ensure(claimed == oldest, "the oldest connection is claimed first")?;
                self.pending.drain(..usize::from(oldest.is_some()));
            }
            (Step::DiscardPending, _) => {
                to_discard.extend(self.pending.drain(..).map(|pending| pending.connection));
            }
            (Step::Accepted { id }, _) if !self.is_open(id) => to_discard.push(connection),
            (step, _) if step.brings_a_connection() => {
                self.news.note_connections(1);
                self.pending.push(Pending {
                    connection,
                    through_slot: step != Step::AddPending,
                });
            }
            _ => {}
        }
        ensure(
            discarded == to_discard,
            "late connections and those to be discarded are dropped, each once, and no others",
        )
    }

    fn is_open(&self, id: ListenerId) -> bool {
        matches!(self.fate(id), Fate::Open { .. })
    }
}

pub(crate) fn ensure(holds: bool, invariant: &str) -> Checked<()> {
    if holds {
        Ok(())
    } else {
        Err(String::from(invariant))
    }
}
