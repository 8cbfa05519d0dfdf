use core::mem;
use core::task::{Poll, ready};

use super::{Acceptor, Driver, FirstAttempt, Turn};
use crate::{AcceptFailure, Failure, Intake, Os, OsEvent, Time, Wait};

/// How the runtime of a task lets it wait: for connections, for time, and for its next turn.
pub trait Reactor<O: Os>: Acceptor<O> {
    /// Returns whether this moment has come; if not, the task is woken when it comes.
    ///
    /// # Errors
    ///
    /// The runtime cannot wait for time. The server then accepts a client that has connected
    /// already, or closes with this failure: without a timer it could only spin or hang.
    fn poll_timer(&mut self, listener: &mut O::Listener, until: Time) -> Poll<Result<(), Failure>>;

    /// Has the task polled again once others have had their turn.
    fn wake(&mut self);
}

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    /// Polls a wait: the whole poll function of an asynchronous backend.
    ///
    /// The first poll after `listen` looks past the runtime, which cannot know yet of clients that
    /// came before. So does the last one before the time is over. What was accepted is in the
    /// machine when this returns, so that a wait may be given up at any point.
    ///
    /// # Panics
    ///
    /// As [`AcceptSlot::complete`](super::AcceptSlot::complete). A poll after that goes on.
    ///
    /// # Specification
    ///
    /// WAIT-1, WAIT-2.
    //= WAIT-1, WAIT-2
    pub fn poll_wait(
        &mut self,
        deadline: Option<Time>,
        reactor: &mut impl Reactor<O>,
    ) -> Poll<Wait> {
        let mut look = if mem::take(&mut self.is_fresh) {
            FirstAttempt::Direct
        } else {
            FirstAttempt::Ready
        };
        loop {
            match self.turn(look, reactor) {
                Turn::Done(wait) => return Poll::Ready(wait),
                Turn::Wait { .. } => {}
                Turn::Yield => {
                    let status = self.wait_status(deadline);
                    if status.is_pending() {
                        reactor.wake();
                    }
                    return status;
                }
            }
            let until = self.next_deadline(deadline);
            let (Some(until), Some(listener)) = (until, self.listener_mut()) else {
                return Poll::Pending;
            };
            match ready!(reactor.poll_timer(listener, until)) {
                // A pause is over.
                Ok(()) if deadline != Some(until) => look = FirstAttempt::Ready,
                Ok(()) => return Poll::Ready(self.look_once(reactor)),
                Err(failure) => return Poll::Ready(self.give_up(failure, reactor)),
            }
        }
    }

    /// Ends a wait that the runtime cannot end in time: with a client, or by closing the server.
    fn give_up(&mut self, failure: Failure, reactor: &mut impl Reactor<O>) -> Wait {
        let wait = self.look_once(reactor);
        if wait != Wait::TimedOut {
            return wait;
        }
        if let Some(listener) = self.listener_id() {
            let now = self.os().now();
            self.handle(OsEvent::AcceptFailed {
                listener,
                failure: AcceptFailure::Fatal(failure),
                now,
            });
        }
        Wait::NotListening
    }
}
