use core::task::{Context, Poll};

use super::{ACCEPTS_PER_TURN, Driver};
use crate::{AcceptFailure, Failure, Intake, Os, Time, Wait};

/// A platform seen through a runtime, in which a task can wait for connections and for time.
pub trait Reactor: Os {
    /// Polls for the next connection; if there is none, the task is woken when there may be one.
    ///
    /// Unlike [`try_accept`](Os::try_accept) this may say *none* also when the runtime has just not
    /// looked yet. It comes to an end even if the listener is ready for ever and nobody comes.
    fn poll_accept(
        &mut self,
        listener: &mut Self::Listener,
        context: &mut Context<'_>,
    ) -> Poll<Result<Self::Conn, AcceptFailure>>;

    /// Polls whether this moment has come; if not, the task is woken when it comes.
    ///
    /// # Errors
    ///
    /// The runtime cannot wait for time. The server then accepts a client that has connected
    /// already, or closes with this failure: without a timer it could only spin or hang.
    fn poll_timer(
        &mut self,
        listener: &mut Self::Listener,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>>;

    /// Polls `poll`, unless the runtime wants the task to give way first.
    ///
    /// What `poll` returns when it is ready counts as one step of the task.
    fn cooperate<T>(
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        poll(context)
    }
}

impl<O: Reactor, I: Intake<O::Conn>> Driver<O, I> {
    /// Polls a wait: the whole poll function of an asynchronous server.
    ///
    /// The task that polled last is the one that is woken, by what it waits for and by every other
    /// method that changes it. After `listen` the platform itself is asked until nobody is there, since
    /// the runtime cannot know yet of clients that came before; and so it is once more before the time
    /// is over. What was accepted is in the machine when this returns, so that a wait may be given up at any point.
    ///
    /// At most [`ACCEPTS_PER_TURN`] connections are looked at; then the task wakes itself.
    ///
    /// # Panics
    ///
    /// As [`process_events`](Self::process_events). A poll after that goes on.
    //= WAIT-1, WAIT-2
    pub fn poll_wait(&mut self, deadline: Option<Time>, context: &mut Context<'_>) -> Poll<Wait> {
        self.waiter = None;
        for _ in 0..ACCEPTS_PER_TURN {
            if let Poll::Ready(wait) = self.wait_status(None) {
                return Poll::Ready(wait);
            }
            if self.poll_one(context) {
                continue;
            }
            let until = self.next_deadline(deadline);
            let (Some(until), Some((_, listener))) = (until, &mut self.listener) else {
                return self.wait_for(context);
            };
            match self.os.poll_timer(listener, until, context) {
                Poll::Pending => return self.wait_for(context),
                // A back-off is over.
                Poll::Ready(Ok(())) if deadline != Some(until) => {}
                Poll::Ready(Ok(())) => return Poll::Ready(self.try_wait()),
                Poll::Ready(Err(failure)) => return Poll::Ready(self.give_up(failure)),
            }
        }
        let status = self.wait_status(deadline);
        if status.is_pending() {
            context.waker().wake_by_ref();
            return self.wait_for(context);
        }
        status
    }

    /// Makes one attempt to take in a client. Returns whether to go on without waiting.
    fn poll_one(&mut self, context: &mut Context<'_>) -> bool {
        // A listener that was shut down is ready for ever: only the platform can tell its end.
        // During a pause the runtime has nothing to report if no client is left.
        let asks_platform = self.is_fresh || self.is_draining() || self.told_pause;
        let Some((id, os, listener)) = self.wanted() else {
            return false;
        };
        let result = if asks_platform {
            os.try_accept(listener)
        } else {
            match os.poll_accept(listener, context) {
                Poll::Ready(result) => result.map(Some),
                Poll::Pending => return false,
            }
        };
        self.complete(id, result);
        true
    }

    fn wait_for(&mut self, context: &Context<'_>) -> Poll<Wait> {
        self.waiter = Some(context.waker().clone());
        Poll::Pending
    }

    /// Ends a wait that the runtime cannot end in time: with a client, or by closing the server.
    fn give_up(&mut self, failure: Failure) -> Wait {
        let wait = self.try_wait();
        if wait != Wait::TimedOut {
            return wait;
        }
        if let Some(id) = self.listener_id() {
            self.complete(id, Err(AcceptFailure::Fatal(failure)));
        }
        Wait::NotListening
    }
}
