use alloc::sync::Arc;

use super::pause::Shortage;
use super::phase::Listening;
use super::{Effect, End, ListenerId, Names, OsEvent, Phase, Server};
use crate::{AcceptFailure, BoundFacts, Failure, PhaseName, ServerName, Time};

/// Facts: they come from the platform.
impl<C> Server<C> {
    /// Takes in a fact.
    pub fn handle(&mut self, event: OsEvent<C>) {
        self.assert_drained_outputs();
        match event {
            OsEvent::Bound { listener, facts } => self.bound(listener, facts),
            OsEvent::BindFailed {
                listener,
                failure,
                full_name,
            } => {
                self.bind_failed(listener, failure, full_name);
            }
            OsEvent::Accepted { listener, queued } => self.accepted(listener, queued),
            OsEvent::AcceptFailed {
                listener,
                failure,
                now,
            } => {
                self.accept_failed(listener, failure, now);
            }
            OsEvent::Empty { listener } => self.empty(listener),
            OsEvent::UnlinkFailed { listener, failure } => self.unlink_failed(listener, failure),
            OsEvent::RefuseFailed { listener, failure } => self.refuse_failed(listener, failure),
        }
    }

    /// Takes in that a connection was accepted: [`OsEvent::Accepted`], the fact of every connection.
    #[inline]
    pub(crate) fn handle_accepted(&mut self, listener: ListenerId, queued: Option<C>) {
        self.assert_drained_outputs();
        self.accepted(listener, queued);
    }

    /// Takes in that time has passed: a back-off that is over ends, and the next attempt is due.
    ///
    /// The [pause](Self::pause) itself goes on until that attempt finds the backlog empty, or until
    /// connections were accepted and nothing has run out for a second. For the latter call this while
    /// there is a pause, before each attempt.
    pub fn handle_timeout(&mut self, now: Time) {
        self.assert_drained_outputs();
        if let Phase::Listening(listening) | Phase::Draining(listening) = &mut self.phase {
            listening
                .shortage
                .take_if(|shortage| shortage.handle_timeout(now));
        }
    }

    //= LIS-1, FD-5
    fn bound(&mut self, id: ListenerId, facts: BoundFacts) {
        if let Some(index) = self
            .abandoned
            .iter()
            .position(|(abandoned, _)| *abandoned == id)
        {
            // It was closed while it came to be: so it goes at once, and leaves nothing behind.
            let (_, origin) = self.abandoned.swap_remove(index);
            if origin.owns_file(&facts) {
                self.unlinking = Some((
                    id,
                    Arc::new(Names {
                        name: facts.name,
                        full_name: facts.full_name,
                    }),
                ));
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
                    shortage: None,
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
                if let Some(shortage) = &mut listening.shortage {
                    shortage.recover();
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
            AcceptFailure::Exhausted(failure) => match &mut listening.shortage {
                Some(shortage) => shortage.back_off(failure, now),
                none => *none = Some(Shortage::begin(failure, now)),
            },
            AcceptFailure::Fatal(failure) => {
                self.shut();
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
            self.shut();
            self.end = Some(End::Drained);
        } else {
            // An accept that finds nobody has got a descriptor. During a back-off nobody looks: such
            // a fact is older than the failure.
            listening
                .shortage
                .take_if(|shortage| shortage.is_attempt_due());
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
