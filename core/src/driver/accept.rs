use core::task::Poll;

use super::{ACCEPTS_PER_TURN, Driver};
use crate::{AcceptFailure, Admit, Intake, ListenerId, Os, OsEvent, PhaseName, Wait};

/// The result of accepting connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Progress {
    /// The number of accepted connections, queued by the hook or not.
    pub accepted: usize,
    /// Whether there may be more connections to accept. If so, call again before you wait.
    pub more: bool,
    /// Whether the last attempt found the backlog empty.
    ///
    /// If so, an edge-triggered poller reports the next client.
    pub would_block: bool,
}

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    /// Accepts the clients of the backlog, as far as the limits allow, without waiting.
    ///
    /// Accepts at most [`ACCEPTS_PER_TURN`] connections. If it accepts none, it
    /// [examines](Os::examine) the listener, since something made the application call. Wakes a
    /// waiting task if the result concerns it.
    ///
    /// # Panics
    ///
    /// Panics if the hook panics. The hook's connection is dropped, unless it was queued before;
    /// nothing else is lost.
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

    /// Returns the result of a wait with a timeout of zero: accepts, but does not wait.
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

    /// Makes one attempt to accept, with [`Os::try_accept`], if the machine wants a connection.
    ///
    /// # Panics
    ///
    /// As [`process_events`](Self::process_events).
    #[inline]
    pub fn accept_one(&mut self) -> Progress {
        self.accept_with(O::try_accept)
    }

    /// Makes one attempt to accept, with `attempt`, if the machine wants a connection.
    ///
    /// `attempt` may return `None` only if the operating system reports an empty backlog. That ends
    /// a drain, and a pause in accepting. During a pause this reads the clock, and ends a back-off
    /// whose time is over.
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

    /// Returns the listener to accept from, if the machine wants a connection.
    #[inline]
    pub(super) fn wanted(&mut self) -> Option<(ListenerId, &mut O, &mut O::Listener)> {
        if self.reported_pause {
            self.end_back_off();
        }
        let wanted = self.server.wants_accept()?;
        let (id, listener) = self.listener.as_mut()?;
        (*id == wanted).then_some((wanted, &mut self.os, listener))
    }

    /// Passes the result of an attempt on: a connection to the hook, the rest to the machine.
    //= INC-1
    #[inline]
    pub(super) fn complete(
        &mut self,
        listener: ListenerId,
        result: Result<Option<O::Conn>, AcceptFailure>,
    ) -> Progress {
        let connection = match result {
            Ok(Some(connection)) => connection,
            Ok(None) => return self.found_empty(listener),
            Err(failure) => return self.failed(listener, failure),
        };
        self.wake_waiter();
        self.intake
            .incoming(connection, &mut Admit::new(&mut self.server, listener));
        if self.reported_pause {
            self.report_pause();
        }
        Progress {
            accepted: 1,
            more: true,
            would_block: false,
        }
    }

    fn found_empty(&mut self, listener: ListenerId) -> Progress {
        self.is_fresh = false;
        if self.is_draining() || self.reported_pause {
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
