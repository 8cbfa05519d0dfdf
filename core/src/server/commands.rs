use alloc::sync::Arc;

use super::phase::{Listening, Origin};
use super::{Effect, End, LastError, ListenerId, Names, Open, Phase, Server};
use crate::{
    Backlog, Detail, ErrorKind, Failure, ListenError, ListenOptions, Operation, Owner, ServerName,
    SocketOptions,
};

/// Commands: they come from the application.
impl<C> Server<C> {
    /// Asks for a listener on `name`: success means that the platform was asked.
    ///
    /// # Errors
    ///
    /// [`ListenError::AlreadyListening`] when the server listens, binds or drains: nothing
    /// changes and nothing is recorded. A name error when `name` is empty, or holds a NUL and is
    /// not an abstract one: it is recorded as the last error.
    //= LIS-1, FULL-5
    //= SRV-2, CLOSE-6, LIS-2
    pub fn listen(&mut self, name: ServerName) -> Result<ListenerId, ListenError> {
        let options = self.options;
        self.require_idle()?;
        if let Some(detail) = invalid(&name, options.socket) {
            let failure = Failure::new(Operation::Listen, ErrorKind::Name).with_detail(detail);
            self.record(
                failure,
                Arc::new(Names {
                    name: Some(name),
                    full_name: None,
                }),
            );
            return Err(ListenError::Failed(failure));
        }
        let names = Arc::new(Names {
            name: Some(name.clone()),
            full_name: None,
        });
        let listener = self.start_binding(Origin::Own, names);
        self.effects.push_back(Effect::Bind {
            listener,
            name,
            options,
        });
        Ok(listener)
    }

    /// Asks for the adoption of a listening descriptor, which the platform has at hand.
    ///
    /// # Errors
    ///
    /// [`ListenError::AlreadyListening`], as for [`listen`](Self::listen). Unsupported if access
    /// options or an owner are set: an adopted socket has the access that its creator gave it. It
    /// is recorded as the last error.
    //= OPT-3
    //= FD-1, FD-2
    pub fn listen_adopted(&mut self) -> Result<ListenerId, ListenError> {
        self.require_idle()?;
        if !self.options.socket.access().is_empty() || !self.options.owner.is_default() {
            let failure = Failure::new(Operation::Adopt, ErrorKind::Unsupported)
                .with_detail(Detail::AccessOfAdopted);
            self.record(failure, Arc::default());
            return Err(ListenError::Failed(failure));
        }
        let listener = self.start_binding(Origin::Adopted, Arc::default());
        self.effects.push_back(Effect::Adopt { listener });
        Ok(listener)
    }

    /// Stops listening; connections that are pending stay claimable.
    ///
    /// Does nothing when the server does not listen.
    //= SRV-7, CLOSE-1, CLOSE-3, CLOSE-4, CLOSE-5, CLOSE-8, ERR-4
    pub fn close(&mut self) {
        self.assert_drained_outputs();
        let has_listener = self.phase.listening().is_some();
        if self.shut() {
            self.last_error = None;
        }
        if has_listener {
            self.end = Some(End::Closed);
        }
    }

    /// Refuses new clients from now on, and goes on to take in those that have connected already.
    ///
    /// When the last of them was taken in, the server closes: its [`end`](Self::end) is
    /// [`End::Drained`]. Until then it is not listening any more, and the limit still holds: with
    /// one of zero nobody is taken in, and it never ends. An adopted listener, which others may
    /// share, is not shut down: there the server just takes in what is queued.
    pub fn drain(&mut self) {
        self.assert_drained_outputs();
        match core::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Listening(mut listening) => {
                let listener = listening.listener;
                self.remove_file(&mut listening);
                if listening.origin == Origin::Own {
                    self.effects.push_back(Effect::Refuse { listener });
                }
                self.phase = Phase::Draining(listening);
            }
            Phase::Binding {
                listener, origin, ..
            } => {
                self.abandoned.push((listener, origin));
                self.last_error = None;
            }
            phase @ (Phase::Idle | Phase::Draining(_)) => self.phase = phase,
        }
    }

    /// Returns the connection that has been pending for longest.
    //= SETMAX-2
    //= SRV-4, CLOSE-2, NEXT-1, NEXT-2
    #[inline]
    pub fn next_pending(&mut self) -> Option<C> {
        self.pending.pop_front()
    }

    /// Queues a connection that the application made itself: it counts and is announced.
    ///
    /// It is always taken, even beyond the limit.
    //= Q6-4
    pub fn add_pending(&mut self, connection: C) {
        self.enqueue(connection);
    }

    /// Drops every pending connection.
    pub fn discard_pending(&mut self) {
        self.assert_drained_outputs();
        core::mem::swap(&mut self.pending, &mut self.discarded);
        // What a panic has left of an earlier time goes, too.
        self.discarded.append(&mut self.pending);
    }

    /// Sets how many connections may be pending: no more are taken in until one is claimed.
    ///
    /// Raising it takes effect at once; lowering it drops nothing; with zero nothing is taken in.
    //= SETMAX-1
    //= MAX-1, SETMAX-4
    pub const fn set_max_pending(&mut self, limit: usize) {
        self.max_pending = limit;
    }

    /// Sets how many accepted connections may be open: no more are taken in until some are closed.
    ///
    /// They are counted from here on, whether they are queued or not, until
    /// [`connections_closed`](Self::connections_closed).
    pub fn limit_connections(&mut self, limit: usize) {
        let count = self.open_connections().unwrap_or_default();
        self.open = Some(Open { count, limit });
    }

    /// Takes in that so many accepted connections were closed.
    pub const fn connections_closed(&mut self, count: usize) {
        if let Some(open) = &mut self.open {
            open.count = open.count.saturating_sub(count);
        }
    }

    /// Sets the options for the next `listen`; a running one is not changed.
    //= OPT-10, OPT-15
    pub const fn set_socket_options(&mut self, options: SocketOptions) {
        self.options.socket = options;
    }

    /// Sets how many clients the operating system is to queue from the next `listen` on.
    //= Q6-2
    pub const fn set_backlog(&mut self, backlog: Backlog) {
        self.options.backlog = backlog;
    }

    /// Sets all options for the next `listen`; a running one is not changed.
    pub const fn set_listen_options(&mut self, options: ListenOptions) {
        self.options = options;
    }

    /// Sets the owner of the socket file for the next `listen`; a running one is not changed.
    //= OPT-10
    pub const fn set_owner(&mut self, owner: Owner) {
        self.options.owner = owner;
    }

    /// Queues a connection and counts it as news.
    //= SIG-1
    #[inline]
    pub(super) fn enqueue(&mut self, connection: C) {
        self.pending.push_back(connection);
        self.new_connections += 1;
    }

    /// Leaves whatever phase there is, with the effects that this takes; false if there is none.
    //= CLOSE-7
    pub(super) fn shut(&mut self) -> bool {
        match core::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Idle => return false,
            Phase::Binding {
                listener, origin, ..
            } => self.abandoned.push((listener, origin)),
            Phase::Listening(mut listening) | Phase::Draining(mut listening) => {
                let listener = listening.listener;
                // Removed before it is closed: in between, nobody else can have taken the name.
                self.remove_file(&mut listening);
                self.effects.push_back(Effect::Close { listener });
            }
        }
        true
    }

    fn remove_file(&mut self, listening: &mut Listening) {
        if core::mem::take(&mut listening.has_file) {
            let listener = listening.listener;
            self.unlinking = Some((listener, Arc::clone(&listening.names)));
            self.effects.push_back(Effect::Unlink { listener });
        }
    }

    pub(super) fn record(&mut self, failure: Failure, names: Arc<Names>) {
        self.last_error = Some(LastError { failure, names });
    }

    pub(super) fn assert_drained_outputs(&self) {
        debug_assert!(
            self.effects.is_empty() && self.discarded.is_empty(),
            "effects are taken after every command and every fact"
        );
    }

    fn require_idle(&self) -> Result<(), ListenError> {
        self.assert_drained_outputs();
        match self.phase {
            Phase::Idle => Ok(()),
            Phase::Binding { .. } | Phase::Listening(_) | Phase::Draining(_) => {
                Err(ListenError::AlreadyListening)
            }
        }
    }

    fn start_binding(&mut self, origin: Origin, names: Arc<Names>) -> ListenerId {
        let listener = self.next_listener;
        self.next_listener = listener.next();
        self.lost = None;
        self.phase = Phase::Binding {
            listener,
            origin,
            names,
        };
        listener
    }
}

fn invalid(name: &ServerName, options: SocketOptions) -> Option<Detail> {
    if name.is_empty() {
        Some(Detail::EmptyName)
    } else if !options.contains(SocketOptions::ABSTRACT) && name.as_bytes().contains(&0) {
        Some(Detail::NulInName)
    } else {
        None
    }
}
