//! The expected state of the listeners, the connections and the notifications.

use anteroom_core::{End, ListenerId, Server};
use core::mem;

use crate::bounds::CONNECTIONS;
use crate::step::{Event, Returned, Step};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Model {
    pub(crate) listeners: Vec<Listener>,
    /// The pending connections, the oldest first.
    pub(crate) pending: Vec<Pending>,
    /// The number of open connections, if they are limited.
    pub(crate) open: Option<usize>,
    /// The number of connections that `take_new_connections` has not returned yet.
    pub(crate) unread: usize,
    /// Whether `take_loss` has not returned the last loss yet.
    pub(crate) has_loss: bool,
    pub(crate) end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Listener {
    pub(crate) id: ListenerId,
    pub(crate) is_adopted: bool,
    pub(crate) fate: Fate,
    pub(crate) has_file: bool,
    pub(crate) is_refusing: bool,
    pub(crate) is_accepting: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// `Bind` or `Adopt` was requested.
    Requested,
    Open,
    /// Closed, or never created.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pending {
    connection: u8,
    /// Whether it was accepted, and not added by the application.
    was_accepted: bool,
}

pub(crate) type Checked<T> = Result<T, String>;

impl Model {
    pub(crate) fn listener(&self, id: ListenerId) -> &Listener {
        let mut listeners = self.listeners.iter();
        listeners
            .find(|listener| listener.id == id)
            .expect("events are about requested listeners")
    }

    pub(crate) fn is_open(&self, id: ListenerId) -> bool {
        self.open_listeners().any(|listener| listener.id == id)
    }

    pub(crate) fn open_listeners(&self) -> impl Iterator<Item = &Listener> {
        let listeners = self.listeners.iter();
        listeners.filter(|listener| listener.fate == Fate::Open)
    }

    pub(crate) fn has_open_listener(&self) -> bool {
        self.open_listeners().next().is_some()
    }

    pub(crate) fn listener_mut(&mut self, id: ListenerId) -> Checked<&mut Listener> {
        self.listeners
            .iter_mut()
            .find(|listener| listener.id == id)
            .ok_or_else(|| format!("effects are about requested listeners, not {id:?}"))
    }

    /// Returns the number of accepted pending connections, and of accepts in progress.
    pub(crate) fn accepted(&self) -> usize {
        let pending = self.pending.iter().filter(|pending| pending.was_accepted);
        let accepts = self
            .open_listeners()
            .filter(|listener| listener.is_accepting);
        pending.count() + accepts.count()
    }

    pub(crate) fn unused_connection(&self) -> u8 {
        let is_used = |number| {
            self.pending
                .iter()
                .any(|pending| pending.connection == number)
        };
        (0..=CONNECTIONS)
            .find(|number| !is_used(*number))
            .expect("fewer connections are pending than there are numbers")
    }

    /// Begins an accept if the machine wants one. Returns false if it is impossible.
    pub(crate) fn begin_accept(&mut self, server: &Server<u8>) -> bool {
        let wanted = server.wants_accept();
        let mut listeners = self.listeners.iter_mut();
        listeners
            .find(|listener| Some(listener.id) == wanted)
            .is_some_and(|listener| !mem::replace(&mut listener.is_accepting, true))
    }

    pub(crate) fn end_accept(&mut self, step: Step) {
        if let Step::Event(id, event) = step {
            if let (true, Ok(listener)) = (event.ends_accept(), self.listener_mut(id)) {
                listener.is_accepting = false;
            }
        }
    }

    /// Handles the result of a bind, unless it is repeated.
    pub(crate) fn bound_or_failed(&mut self, step: Step) {
        let (id, fate, has_file) = match step {
            Step::Event(id, Event::Bound { file }) => (id, Fate::Open, file),
            Step::Event(id, Event::BindFailed) => (id, Fate::Gone, false),
            _ => return,
        };
        for listener in &mut self.listeners {
            if listener.id == id && listener.fate == Fate::Requested {
                listener.fate = fate;
                listener.has_file = has_file;
            }
        }
    }

    pub(crate) fn request(&mut self, id: ListenerId, is_adopted: bool) -> Checked<()> {
        let is_new = self.listeners.iter().all(|listener| listener.id < id);
        self.listeners.push(Listener {
            id,
            is_adopted,
            fate: Fate::Requested,
            has_file: false,
            is_refusing: false,
            is_accepting: false,
        });
        ensure(is_new, "each listener has a new id")
    }

    pub(crate) fn count_open(&mut self, step: Step) {
        if matches!(step, Step::LimitConnections(_)) {
            self.open.get_or_insert_default();
        }
        if let Some(open) = &mut self.open {
            let accepted = [Event::Accepted, Event::AcceptedNotQueued];
            *open += usize::from(accepted.iter().any(|event| step.is_event(*event)));
            *open -= usize::from(step == Step::ConnectionClosed);
        }
    }

    pub(crate) fn read_notifications(&mut self, returned: Returned) -> Checked<()> {
        match returned {
            Returned::NewConnections(number) => {
                let unread = mem::take(&mut self.unread);
                ensure(number == unread, "all unread connections are returned")?;
            }
            Returned::Loss(is_some) => {
                let has_loss = mem::take(&mut self.has_loss);
                ensure(is_some == has_loss, "an unread loss is returned")?;
            }
            Returned::Started(true) => self.has_loss = false,
            _ => {}
        }
        Ok(())
    }

    /// Moves the connections through the queue.
    pub(crate) fn move_connections(
        &mut self,
        step: Step,
        returned: Returned,
        connection: u8,
        discarded: &[u8],
    ) -> Checked<()> {
        let mut expected = Vec::new();
        match step {
            Step::NextPending => {
                let has_one = usize::from(!self.pending.is_empty());
                let oldest = self.pending.drain(..has_one).next();
                let oldest = Returned::Connection(oldest.map(|pending| pending.connection));
                ensure(
                    returned == oldest,
                    "`next_pending` returns the oldest connection",
                )?;
            }
            Step::DiscardPending => {
                expected.extend(self.pending.drain(..).map(|pending| pending.connection));
            }
            Step::Event(id, Event::Accepted) if !self.is_open(id) => expected.push(connection),
            Step::AddPending | Step::Event(_, Event::Accepted) => {
                self.unread += 1;
                let was_accepted = step != Step::AddPending;
                self.pending.push(Pending {
                    connection,
                    was_accepted,
                });
            }
            _ => {}
        }
        ensure(
            discarded == expected,
            "late and discarded connections are dropped once",
        )
    }

    pub(crate) fn set_end(&mut self, step: Step, had_listener: bool) -> Checked<()> {
        if self.has_open_listener() {
            self.end = None;
        } else if had_listener {
            self.end = match step {
                Step::Close => Some(End::Closed),
                Step::Event(_, Event::Empty) => Some(End::Drained),
                Step::Event(_, Event::AcceptFailedFatal) => Some(End::Lost),
                _ => None,
            };
            self.has_loss = self.end == Some(End::Lost);
            ensure(
                self.end.is_some(),
                "a listener ends by close, drain or loss",
            )?;
        }
        Ok(())
    }
}

pub(crate) fn ensure(holds: bool, invariant: &str) -> Checked<()> {
    if holds {
        Ok(())
    } else {
        Err(String::from(invariant))
    }
}
