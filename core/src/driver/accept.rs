use core::task::Poll;

use super::{ACCEPTS_PER_TURN, Driver};
use crate::{AcceptFailure, Admit, Intake, ListenerId, Os, OsEvent, PhaseName, Wait};

/// What taking in the clients that are there came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Progress {
    /// How many connections were taken in, queued by the hook or not.
    pub accepted: usize,
    /// Whether there may be more to take in at once: call again before you wait.
    pub more: bool,
    /// Whether the last attempt found no client: the readiness of the listener is used up.
    ///
    /// With an edge-triggered poller wait for its next event.
    pub would_block: bool,
}

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    /// Takes in the clients that are there, as far as the limit allows, without waiting.
    ///
    /// At most [`ACCEPTS_PER_TURN`] at a time. When there is nobody, the listener is examined:
    /// something made the application call. A task that waits is woken if there is news for it.
    ///
    /// # Panics
    ///
    /// Only if the hook does. The connection it was given is dropped, unless it was queued before,
    /// and nothing else is lost.
    //= SRV-8
    pub fn process_events(&mut self) -> Progress {
        let mut progress = Progress::default();
        for _ in 0..ACCEPTS_PER_TURN {
            let one = self.accept_one();
            progress.accepted += one.accepted;
            progress.would_block = one.would_block;
            if !one.more {
                if progress.accepted == 0 {
                    self.examine();
                }
                return progress;
            }
        }
        progress.more = true;
        progress
    }

    /// Looks once whether a connection is there, and does not wait.
    ///
    /// # Panics
    ///
    /// As [`process_events`](Self::process_events).
    //= WAIT-3
    pub fn try_wait(&mut self) -> Wait {
        for _ in 0..ACCEPTS_PER_TURN {
            if self.wait_status(None).is_ready() || !self.accept_one().more {
                break;
            }
        }
        match self.wait_status(None) {
            Poll::Ready(wait) => wait,
            Poll::Pending => Wait::TimedOut,
        }
    }

    /// Takes in one client by asking the platform, if the machine wants one.
    ///
    /// # Panics
    ///
    /// As [`process_events`](Self::process_events).
    #[inline]
    pub fn accept_one(&mut self) -> Progress {
        self.accept_with(O::try_accept)
    }

    /// Takes in what `attempt` accepts, if the machine wants a connection.
    ///
    /// `None` is the platform's word that no client is there: while the server drains this ends it,
    /// and while accepting is paused it ends the pause. A back-off that is over ends here; only then
    /// the clock is read.
    ///
    /// # Panics
    ///
    /// As [`process_events`](Self::process_events).
    #[inline]
    pub fn accept_with(
        &mut self,
        attempt: impl FnOnce(&mut O, &mut O::Listener) -> Result<Option<O::Conn>, AcceptFailure>,
    ) -> Progress {
        let Some((id, os, listener)) = self.wanted() else {
            return Progress::default();
        };
        let result = attempt(os, listener);
        self.complete(id, result)
    }

    /// Returns the platform and the listener to accept from, if a connection may be taken in now.
    #[inline]
    pub(super) fn wanted(&mut self) -> Option<(ListenerId, &mut O, &mut O::Listener)> {
        if self.told_pause {
            self.end_back_off();
        }
        let wanted = self.server.wants_accept()?;
        let (id, listener) = self.listener.as_mut()?;
        (*id == wanted).then_some((wanted, &mut self.os, listener))
    }

    /// Hands on what an attempt came to: a connection goes to the hook, anything else to the machine.
    //= INC-1
    #[inline]
    pub(super) fn complete(
        &mut self,
        listener: ListenerId,
        result: Result<Option<O::Conn>, AcceptFailure>,
    ) -> Progress {
        let connection = match result {
            Ok(Some(connection)) => connection,
            Ok(None) => return self.found_nobody(listener),
            Err(failure) => return self.failed(listener, failure),
        };
        self.wake_waiter();
        self.intake
            .incoming(connection, &mut Admit::new(&mut self.server, listener));
        if self.told_pause {
            self.tell_pause();
        }
        Progress {
            accepted: 1,
            more: true,
            would_block: false,
        }
    }

    fn found_nobody(&mut self, listener: ListenerId) -> Progress {
        self.is_fresh = false;
        if self.is_draining() || self.told_pause {
            self.handle(OsEvent::Empty { listener });
        }
        Progress {
            accepted: 0,
            more: false,
            would_block: true,
        }
    }

    //= ISL-1
    #[cold]
    fn failed(&mut self, listener: ListenerId, failure: AcceptFailure) -> Progress {
        let now = self.os.now();
        self.handle(OsEvent::AcceptFailed {
            listener,
            failure,
            now,
        });
        Progress {
            accepted: 0,
            more: true,
            would_block: false,
        }
    }

    pub(super) const fn is_draining(&self) -> bool {
        matches!(self.server.phase(), PhaseName::Draining)
    }

    fn examine(&mut self) {
        if let Some((id, os, listener)) = self.wanted() {
            if let Err(failure) = os.examine(listener) {
                self.complete(id, Err(failure));
            }
        }
    }
}
