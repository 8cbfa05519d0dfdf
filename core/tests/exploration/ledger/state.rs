//! A state and its successors, and what must hold in each.

use std::collections::BTreeSet;

use anteroom_core::{Effect, PhaseName, Server};

use super::{Account, Checked, Fate, Ledger, ensure};
use crate::news::News;
use crate::pauses::check_pauses;
use crate::step::{Given, Step};
use crate::witness::{Witness, witnesses};

/// A state of the machine together with its books.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) server: Server<u8>,
    pub(crate) ledger: Ledger,
}

impl State {
    pub(crate) fn new() -> Self {
        let mut server = Server::new();
        server.set_max_pending(1);
        Self {
            server,
            ledger: Ledger {
                listeners: Vec::new(),
                pending: Vec::new(),
                open: None,
                news: News::default(),
            },
        }
    }

    /// Returns the state after a step, or nothing if the step cannot be taken here.
    ///
    /// # Errors
    ///
    /// Returns the invariant that the machine breaks.
    pub(crate) fn after(&self, step: Step, seen: &mut BTreeSet<Witness>) -> Checked<Option<Self>> {
        let mut next = self.clone();
        if step == Step::TakeSlot && !next.ledger.take_slot(&next.server) {
            return Ok(None);
        }
        let connection = next.ledger.unused_connection();
        next.ledger.note_answer(step);
        next.ledger.count_open(step);
        let given = step.apply(&mut next.server, connection);
        self.check_start(step, given)?;
        next.ledger.news.note_given(given)?;
        next.settle(step, given, connection)?;
        next.ledger.end_accepting(step);
        let [had_listener, has_listener] =
            [self, &next].map(|state| state.ledger.open().count() > 0);
        let news = &mut next.ledger.news;
        news.note_listener(step, had_listener, has_listener)?;
        next.check()?;
        check_pauses(step, &self.server, &next.server, has_listener)?;
        self.check_growth(&next)?;
        let servers = (&self.server, &next.server);
        seen.extend(witnesses(step, servers, (&self.ledger, &next.ledger)));
        Ok(Some(next))
    }

    /// Carries out what the machine asks for, in the books.
    fn settle(&mut self, step: Step, given: Given, connection: u8) -> Checked<()> {
        let mut discarded = Vec::new();
        while let Some(effect) = self.server.poll_effect() {
            match effect {
                Effect::Discard(connection) => discarded.push(connection),
                effect => self.ledger.carry_out(&effect)?,
            }
        }
        self.ledger
            .move_connections(step, given, connection, &discarded)
    }

    /// Checks the invariants that a single state shows.
    fn check(&self) -> Checked<()> {
        let Self { server, ledger } = self;
        let phase = server.phase();
        let open: Vec<&Account> = ledger.open().collect();
        let has_listener = matches!(phase, PhaseName::Listening | PhaseName::Draining);
        ensure(
            open.len() == usize::from(has_listener),
            "a listener is open exactly while listening or draining",
        )?;
        ensure(
            server.is_listening() == (phase == PhaseName::Listening),
            "listening is a phase",
        )?;
        let named = server.server_name().is_some() || server.full_server_name().is_some();
        ensure(
            !named || server.is_listening(),
            "only who listens has names",
        )?;
        ledger.news.check(server)?;
        let may_accept = has_listener
            && server.poll_timeout().is_none()
            && server.pending_len() < server.max_pending()
            && (ledger.open.is_none() || ledger.open < server.max_connections());
        let wanted = open
            .first()
            .filter(|_| may_accept)
            .map(|account| account.id);
        ensure(
            server.wants_accept() == wanted,
            "connections are wanted from the open listener while the gate is open and the queue \
             is not full, and only then",
        )?;
        ensure(
            server.open_connections() == ledger.open,
            "every connection that is accepted is open until it is closed",
        )?;
        ensure(
            server.pending_len() == ledger.pending.len(),
            "every connection is claimed, discarded or still pending",
        )?;
        let drains = phase == PhaseName::Draining;
        for account in open {
            let refused = matches!(
                account.fate,
                Fate::Open {
                    file: false,
                    refuses: true
                }
            );
            ensure(
                !drains || account.adopted || refused,
                "who drains has removed the file and refuses new clients",
            )?;
        }
        Ok(())
    }

    /// Checks that only an idle server starts to listen, and then does.
    fn check_start(&self, step: Step, given: Given) -> Checked<()> {
        let is_idle = self.server.phase() == PhaseName::Idle;
        let starts = is_idle && matches!(step, Step::Listen | Step::ListenAdopted);
        ensure(
            given == Given::Listening(starts) || !matches!(given, Given::Listening(_)),
            "an idle server starts to listen if the name is valid, any other does not",
        )
    }

    /// Checks that the connections taken in grow only up to the limit.
    ///
    /// One that is being accepted counts. So they are never more than the limit, or what there
    /// was when it was lowered.
    fn check_growth(&self, next: &Self) -> Checked<()> {
        let bound = next.server.max_pending().max(self.ledger.taken_in());
        ensure(
            next.ledger.taken_in() <= bound,
            "no more connections are taken in than the limit allows",
        )
    }
}
