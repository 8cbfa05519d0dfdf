//! The transitions: commands and events that change the phase. `docs/state-machine.md` has their
//! table. Commands that keep the phase are in `commands.rs`.

use alloc::sync::Arc;

use super::pause::ActivePause;
use super::phase::{Listening, Origin};
use super::{Effect, End, LastError, ListenerId, Names, OsEvent, Phase, Server};
use crate::{
    AcceptFailure, BoundFacts, Detail, ErrorKind, Failure, ListenError, Operation, PhaseName,
    ServerName, SocketOptions, Time,
};

/// Commands that change the phase.
impl<C> Server<C> {
    /// Requests a listener on `name`, with [`Effect::Bind`].
    ///
    /// # Errors
    ///
    /// Returns [`ListenError::AlreadyListening`] if the server is binding, listening or draining.
    /// Nothing changes then.
    ///
    /// Returns a [name error](ErrorKind::Name) if `name` is empty, or contains a NUL byte and is
    /// not an abstract name. It is recorded as the last error.
    //= LIS-1, FULL-5
    //= SRV-2, CLOSE-6, LIS-2
    pub fn listen(&mut self, name: ServerName) -> Result<ListenerId, ListenError> {
        let options = self.options;
        self.require_idle()?;
        if let Some(detail) = invalid(&name, options.socket) {
            let failure = Failure::new(Operation::Listen, ErrorKind::Name).with_detail(detail);
            self.record(failure, Arc::new(Names::requested(name)));
            return Err(ListenError::Failed(failure));
        }
        let names = Arc::new(Names::requested(name.clone()));
        let listener = self.start_binding(Origin::Own, names);
        self.effects.push_back(Effect::Bind {
            listener,
            name,
            options,
        });
        Ok(listener)
    }

    /// Requests the adoption of a listening descriptor, with [`Effect::Adopt`].
    ///
    /// # Errors
    ///
    /// Returns [`ListenError::AlreadyListening`] as [`listen`](Self::listen) does.
    ///
    /// Returns [`ErrorKind::Unsupported`] if access options or an owner are set, since the creator
    /// of the socket has already decided about access. It is recorded as the last error.
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

    /// Stops listening. Pending connections stay in the queue.
    ///
    /// Does nothing if the server is idle.
    //= SRV-7, CLOSE-1, CLOSE-3, CLOSE-4, CLOSE-5, CLOSE-8, ERR-4
    pub fn close(&mut self) {
        self.assert_no_effects();
        let has_listener = self.phase.listening().is_some();
        if self.stop() {
            self.last_error = None;
        }
        if has_listener {
            self.end = Some(End::Closed);
        }
    }

    /// Refuses new clients, accepts those in the backlog, then closes.
    ///
    /// When the backlog is empty, the server closes, and its [`end`](Self::end) is
    /// [`End::Drained`]. Until then `is_listening` returns false, and the server has no name. The
    /// limit still applies: if it is zero, draining never completes. An adopted listener is not
    /// shut down, since other processes may share it: the server accepts until the backlog is
    /// empty once.
    pub fn drain(&mut self) {
        self.assert_no_effects();
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
}

/// Events.
impl<C> Server<C> {
    /// Handles an event of the operating system.
    pub fn handle(&mut self, event: OsEvent<C>) {
        self.assert_no_effects();
        match event {
            OsEvent::Bound { listener, facts } => self.bound(listener, facts),
            OsEvent::BindFailed {
                listener,
                failure,
                full_name,
            } => self.bind_failed(listener, failure, full_name),
            OsEvent::Accepted { listener, queued } => self.accepted(listener, queued),
            OsEvent::AcceptFailed {
                listener,
                failure,
                now,
            } => self.accept_failed(listener, failure, now),
            OsEvent::Empty { listener } => self.empty(listener),
            OsEvent::UnlinkFailed { listener, failure } => self.unlink_failed(listener, failure),
            OsEvent::RefuseFailed { listener, failure } => self.refuse_failed(listener, failure),
        }
    }

    /// Handles [`OsEvent::Accepted`], which occurs for every connection, without the `match`.
    #[inline]
    pub(crate) fn handle_accepted(&mut self, listener: ListenerId, queued: Option<C>) {
        self.assert_no_effects();
        self.accepted(listener, queued);
    }

    /// Ends a back-off whose time is over, so that the next attempt is due.
    ///
    /// The [pause](Self::pause) itself ends if that attempt finds the backlog empty, or if
    /// connections were accepted and no attempt failed for a second. For the latter, call this
    /// before each attempt during a pause.
    pub fn handle_timeout(&mut self, now: Time) {
        self.assert_no_effects();
        if let Phase::Listening(listening) | Phase::Draining(listening) = &mut self.phase {
            listening.pause.take_if(|pause| pause.handle_timeout(now));
        }
    }

    //= LIS-1, FD-5
    fn bound(&mut self, id: ListenerId, facts: BoundFacts) {
        let is_this = |(abandoned, _): &(ListenerId, Origin)| *abandoned == id;
        if let Some(index) = self.abandoned.iter().position(is_this) {
            // The server was closed or drained in the meantime.
            let (_, origin) = self.abandoned.swap_remove(index);
            if origin.owns_file(&facts) {
                let names = Names {
                    name: facts.name,
                    full_name: facts.full_name,
                };
                self.unlinking = Some((id, Arc::new(names)));
                self.effects.push_back(Effect::Unlink { listener: id });
            }
            self.effects.push_back(Effect::Close { listener: id });
            return;
        }
        match &self.phase {
            Phase::Binding {
                listener,
                origin,
                names,
            } if *listener == id => {
                let has_file = origin.owns_file(&facts);
                let name = facts.name.or_else(|| names.name.clone());
                self.phase = Phase::Listening(Listening {
                    listener: id,
                    origin: *origin,
                    names: Arc::new(Names {
                        name,
                        full_name: facts.full_name,
                    }),
                    has_file,
                    pause: None,
                });
                self.last_error = None;
                self.end = None;
            }
            _ => {}
        }
    }

    //= LIS-3
    fn bind_failed(&mut self, id: ListenerId, failure: Failure, full_name: Option<ServerName>) {
        self.abandoned.retain(|(abandoned, _)| *abandoned != id);
        match &self.phase {
            Phase::Binding {
                listener, names, ..
            } if *listener == id => {
                let name = names.name.clone();
                self.phase = Phase::Idle;
                self.record(failure, Arc::new(Names { name, full_name }));
            }
            _ => {}
        }
    }

    #[inline]
    fn accepted(&mut self, id: ListenerId, queued: Option<C>) {
        if let Some(open) = &mut self.open {
            open.count += 1;
        }
        match (self.phase.listening_mut(id), queued) {
            (Some(listening), queued) => {
                if let Some(pause) = &mut listening.pause {
                    pause.recover();
                }
                if let Some(connection) = queued {
                    self.enqueue(connection);
                }
            }
            (None, Some(connection)) => self.effects.push_back(Effect::Discard(connection)),
            (None, None) => {}
        }
    }

    fn accept_failed(&mut self, id: ListenerId, failure: AcceptFailure, now: Time) {
        let Some(listening) = self.phase.listening_mut(id) else {
            return;
        };
        let names = Arc::clone(&listening.names);
        match failure {
            AcceptFailure::Transient(_) => {}
            AcceptFailure::Exhausted(failure) => match &mut listening.pause {
                Some(pause) => pause.back_off(failure, now),
                none => *none = Some(ActivePause::begin(failure, now)),
            },
            AcceptFailure::Fatal(failure) => {
                self.stop();
                self.lost = Some(failure);
                self.end = Some(End::Lost);
            }
        }
        self.record(failure.failure(), names);
    }

    fn empty(&mut self, id: ListenerId) {
        let is_draining = self.phase.name() == PhaseName::Draining;
        let Some(listening) = self.phase.listening_mut(id) else {
            return;
        };
        if is_draining {
            self.stop();
            self.end = Some(End::Drained);
        } else {
            // The accept got a descriptor, so there are some again. During a back-off no attempt
            // is made, and the event is older than the failure.
            listening.pause.take_if(|pause| pause.is_attempt_due());
        }
    }

    //= CLOSE-8
    fn unlink_failed(&mut self, id: ListenerId, failure: Failure) {
        let names = match &self.unlinking {
            Some((listener, names)) if *listener == id => Arc::clone(names),
            _ => Arc::default(),
        };
        self.record(failure, names);
    }

    fn refuse_failed(&mut self, id: ListenerId, failure: Failure) {
        if let Phase::Draining(listening) = &self.phase {
            if listening.listener == id {
                let names = Arc::clone(&listening.names);
                self.record(failure, names);
            }
        }
    }
}

/// Steps that several transitions share.
impl<C> Server<C> {
    fn require_idle(&self) -> Result<(), ListenError> {
        self.assert_no_effects();
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

    /// Makes the server idle, and requests the effects of that. Returns false if it was idle.
    //= CLOSE-7
    fn stop(&mut self) -> bool {
        match core::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Idle => return false,
            Phase::Binding {
                listener, origin, ..
            } => self.abandoned.push((listener, origin)),
            Phase::Listening(mut listening) | Phase::Draining(mut listening) => {
                let listener = listening.listener;
                // Before the close: until then no other server can bind the name.
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

    fn record(&mut self, failure: Failure, names: Arc<Names>) {
        self.last_error = Some(LastError { failure, names });
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
