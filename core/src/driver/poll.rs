use core::mem;
use core::task::{Poll, ready};

use super::{Acceptor, Driver, FirstAttempt, Turn};
use crate::{Intake, Os, Time, Wait};

/// How the runtime of a task lets it wait: for connections, for time, and for its next turn.
pub trait Reactor<O: Os>: Acceptor<O> {
    /// Says that this moment has come, or sees to it that the task is woken when it comes.
    fn poll_timer(&mut self, listener: &mut O::Listener, until: Time) -> Poll<()>;

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
            ready!(reactor.poll_timer(listener, until));
            if deadline == Some(until) {
                return Poll::Ready(self.look_once(reactor));
            }
            // A back-off is over.
            look = FirstAttempt::Ready;
        }
    }
}
