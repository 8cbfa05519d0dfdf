use std::collections::VecDeque;

use anteroom_core::{BoundFacts, Effect, Intake, ListenerId, OsEvent};
use compio::net::UnixStream;

use crate::LocalServer;
use crate::listener::Listener;

impl<I: Intake<UnixStream>> LocalServer<I> {
    /// Performs the effects of a command or a fact, and reports a pause to the hook.
    pub(crate) fn carry_out(&mut self) {
        self.perform_all();
        let pause = self.machine.pause();
        if pause.is_some() == self.told_pause {
            return;
        }
        // Stored first: a hook that panics is not called again.
        self.told_pause = pause.is_some();
        match pause {
            Some(pause) => self.intake.paused(pause.failure),
            None => self.intake.resumed(),
        }
    }

    /// Hands a fact to the machine, and performs its effects.
    pub(crate) fn handle(&mut self, fact: OsEvent<UnixStream>) {
        self.machine.handle(fact);
        self.carry_out();
    }
}

impl<I> LocalServer<I> {
    /// Performs all effects. Facts have to wait for that: `handle` requires that no effect is left.
    fn perform_all(&mut self) {
        let mut facts = VecDeque::new();
        loop {
            while let Some(effect) = self.machine.poll_effect() {
                facts.extend(self.perform(effect));
            }
            match facts.pop_front() {
                Some(fact) => self.machine.handle(fact),
                None => return,
            }
        }
    }

    /// Performs one effect. Returns the fact that answers it.
    fn perform(&mut self, effect: Effect<UnixStream>) -> Option<OsEvent<UnixStream>> {
        match effect {
            Effect::Bind {
                listener: id,
                name,
                options,
            } => Some(match Listener::bind(id, &name, options) {
                Ok((listener, facts)) => self.install(listener, facts),
                Err(error) => OsEvent::BindFailed {
                    listener: id,
                    failure: error.failure,
                    full_name: error.full_name,
                },
            }),
            Effect::Adopt { listener: id } => {
                let descriptor = self.descriptor.take()?;
                Some(match Listener::adopt(id, descriptor) {
                    Ok((listener, facts)) => self.install(listener, facts),
                    Err((descriptor, failure)) => {
                        self.descriptor = Some(descriptor);
                        OsEvent::BindFailed {
                            listener: id,
                            failure,
                            full_name: None,
                        }
                    }
                })
            }
            Effect::Refuse { listener } => {
                let failure = self.listener_with(listener)?.refuse().err()?;
                Some(OsEvent::RefuseFailed { listener, failure })
            }
            Effect::Unlink { listener } => {
                let failure = self.listener_with(listener)?.unlink().err()?;
                Some(OsEvent::UnlinkFailed { listener, failure })
            }
            Effect::Close { listener: id } => {
                self.listener.take_if(|listener| listener.id == id);
                // The runtime answers later. The answer is a fact about a closed listener.
                self.accepts.cancel(id);
                None
            }
            Effect::Discard(connection) => {
                drop(connection);
                None
            }
        }
    }

    fn install(&mut self, listener: Listener, facts: BoundFacts) -> OsEvent<UnixStream> {
        let id = listener.id;
        self.listener = Some(listener);
        OsEvent::Bound {
            listener: id,
            facts,
        }
    }

    /// Returns the id of the listener, while there is one.
    pub(crate) fn current(&self) -> Option<ListenerId> {
        self.listener.as_ref().map(|listener| listener.id)
    }

    /// Returns the listener with this id, while it is open.
    pub(crate) fn listener_with(&self, id: ListenerId) -> Option<&Listener> {
        self.listener.as_ref().filter(|listener| listener.id == id)
    }
}

impl<I> Drop for LocalServer<I> {
    /// Closes the server. Dropping the accepts cancels them, and closes their connections.
    fn drop(&mut self) {
        self.machine.close();
        self.perform_all();
    }
}
