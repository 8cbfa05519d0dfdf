//! A state of the machine and of the model, its successors, and the invariants.

use anteroom_core::{Effect, PhaseName, Server};
use core::mem;

use crate::model::{Checked, Fate, Listener, Model, ensure};
use crate::step::{Event, Returned, Step};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) server: Server<u8>,
    pub(crate) model: Model,
}

impl State {
    pub(crate) fn new() -> Self {
        let mut server = Server::new();
        server.set_max_pending(1);
        let model = Model::default();
        Self { server, model }
    }

    /// Returns the state after a step, or `None` if the step is impossible.
    ///
    /// # Errors
    ///
    /// Returns the invariant that the machine violates.
    pub(crate) fn after(&self, step: Step) -> Checked<Option<Self>> {
        let mut next = self.clone();
        if step == Step::BeginAccept && !next.model.begin_accept(&next.server) {
            return Ok(None);
        }
        let connection = next.model.unused_connection();
        next.model.bound_or_failed(step);
        next.model.count_open(step);
        let returned = step.apply(&mut next.server, connection);
        self.check_start(step, returned)?;
        next.model.read_notifications(returned)?;
        let discarded = next.run_effects()?;
        next.model
            .move_connections(step, returned, connection, &discarded)?;
        next.model.end_accept(step);
        next.model.set_end(step, self.model.has_open_listener())?;
        next.check()?;
        self.check_pause(step, &next)?;
        self.check_growth(&next)?;
        Ok(Some(next))
    }

    /// Runs the effects in the model. Returns the discarded connections.
    fn run_effects(&mut self) -> Checked<Vec<u8>> {
        let mut discarded = Vec::new();
        while let Some(effect) = self.server.poll_effect() {
            match effect {
                Effect::Bind { listener, .. } => self.model.request(listener, false)?,
                Effect::Adopt { listener } => self.model.request(listener, true)?,
                Effect::Discard(connection) => discarded.push(connection),
                Effect::Refuse { listener } => {
                    let listener = self.model.listener_mut(listener)?;
                    let is_open = listener.fate == Fate::Open && !listener.is_adopted;
                    let is_first = !mem::replace(&mut listener.is_refusing, true);
                    ensure(
                        is_open && is_first,
                        "an own, open listener is shut down once",
                    )?;
                }
                Effect::Unlink { listener } => {
                    let listener = self.model.listener_mut(listener)?;
                    let is_open = listener.fate == Fate::Open && !listener.is_adopted;
                    let has_file = mem::take(&mut listener.has_file);
                    ensure(
                        is_open && has_file,
                        "an own file is removed once, before the close",
                    )?;
                }
                Effect::Close { listener } => {
                    let listener = self.model.listener_mut(listener)?;
                    let fate = mem::replace(&mut listener.fate, Fate::Gone);
                    ensure(
                        fate == Fate::Open,
                        "a listener is closed once, after it was bound",
                    )?;
                    let has_file = mem::take(&mut listener.has_file);
                    ensure(!has_file || listener.is_adopted, "no file is left")?;
                    listener.is_refusing = false;
                }
            }
        }
        Ok(discarded)
    }

    /// Checks the invariants of a single state.
    fn check(&self) -> Checked<()> {
        let Self { server, model } = self;
        let is_listening = server.phase() == PhaseName::Listening;
        let is_draining = server.phase() == PhaseName::Draining;
        let has_listener = is_listening || is_draining;
        let open: Vec<_> = model.open_listeners().collect();
        let is_named = server.server_name().is_some() || server.full_server_name().is_some();
        let has_place = server.pending_len() < server.max_pending()
            && (model.open.is_none() || model.open < server.max_connections());
        let accepts = has_listener && server.poll_timeout().is_none() && has_place;
        let wanted = open.first().filter(|_| accepts).map(|listener| listener.id);
        let refuses = |listener: &&Listener| {
            listener.is_adopted || listener.is_refusing && !listener.has_file
        };
        let mut copy = server.clone();
        let is_paused = server.pause().is_some();
        #[rustfmt::skip]
        let invariants = [
            (open.len() == usize::from(has_listener), "a server in use has one open listener"),
            (server.is_listening() == is_listening, "`is_listening` is a phase"),
            (is_listening || !is_named, "only a listening server has names"),
            (server.wants_accept() == wanted, "a server with a listener and a place accepts"),
            (server.open_connections() == model.open, "accepted connections are open"),
            (server.pending_len() == model.pending.len(), "no connection is lost"),
            (!is_draining || open.iter().all(refuses), "a draining server refuses clients"),
            (server.end() == model.end, "the end is the one that occurred"),
            (copy.take_new_connections() == model.unread, "each queued connection is announced"),
            (copy.take_loss().is_some() == model.has_loss, "a loss is announced"),
            (has_listener || !is_paused, "only a server with a listener is paused"),
            (is_paused || server.poll_timeout().is_none(), "only a paused server backs off"),
        ];
        for (holds, invariant) in invariants {
            ensure(holds, invariant)?;
        }
        Ok(())
    }

    fn check_start(&self, step: Step, returned: Returned) -> Checked<()> {
        let is_idle = self.server.phase() == PhaseName::Idle;
        let starts = is_idle && matches!(step, Step::Listen | Step::ListenAdopted);
        ensure(
            returned == Returned::Started(starts) || !matches!(returned, Returned::Started(_)),
            "`listen` succeeds if the server is idle and the name is valid",
        )
    }

    fn check_pause(&self, step: Step, next: &Self) -> Checked<()> {
        let [was_paused, is_paused] = [self, next].map(|state| state.server.pause().is_some());
        let is_exhausted = step.is_event(Event::AcceptFailedExhausted);
        ensure(
            was_paused || !is_paused || is_exhausted,
            "exhaustion begins a pause",
        )?;
        let may_end = step.is_event(Event::Empty)
            || matches!(step, Step::Timeout | Step::TimeoutTooEarly)
            || !next.model.has_open_listener();
        ensure(
            !was_paused || is_paused || may_end,
            "an empty backlog, time, or the end of the listener ends a pause",
        )
    }

    /// Checks that accepts in progress and accepted connections do not exceed the limit, unless it
    /// was lowered.
    fn check_growth(&self, next: &Self) -> Checked<()> {
        let bound = next.server.max_pending().max(self.model.accepted());
        ensure(
            next.model.accepted() <= bound,
            "the server accepts up to the limit",
        )
    }
}
