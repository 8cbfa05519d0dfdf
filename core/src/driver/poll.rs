use core::task::{Context, Poll};

use super::{ACCEPTS_PER_TURN, Driver};
use crate::{AcceptFailure, Failure, Intake, Os, Time, Wait};

/// An [`Os`] within a runtime, in which a task can wait for connections and for time.
pub trait Reactor: Os {
    /// Polls for a connection. If it returns `Pending`, the runtime wakes the task when the listener
    /// may be ready.
    ///
    /// Unlike [`try_accept`](Os::try_accept), it may return `Pending` although the backlog is not
    /// empty, if the runtime has no readiness yet. It must return even if the listener stays ready
    /// with an empty backlog.
    fn poll_accept(
        &mut self,
        listener: &mut Self::Listener,
        context: &mut Context<'_>,
    ) -> Poll<Result<Self::Conn, AcceptFailure>>;

    /// Polls a timer. If it returns `Pending`, the runtime wakes the task at `until`.
    ///
    /// # Errors
    ///
    /// Returns a failure if the runtime has no timers. The server then accepts a client of the
    /// backlog, or else closes with this failure, since it could only spin or hang.
    fn poll_timer(
        &mut self,
        listener: &mut Self::Listener,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>>;

    /// Calls `poll`, unless the runtime's cooperative budget of the task is used up.
    ///
    /// A ready `poll` uses up one unit of the budget.
    fn cooperate<T>(
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        poll(context)
    }
}

impl<O: Reactor, I: Intake<O::Conn>> Driver<O, I> {
    /// Polls a wait for a connection.
    ///
    /// The task that polled last is woken: by its listener, by its timer, and by every other method
    /// that changes the result of the wait. After `listen` this calls [`Os::try_accept`] until the
    /// backlog is empty, since the runtime may have missed earlier clients; and once more when the
    /// deadline elapses.
    ///
    /// Makes at most [`ACCEPTS_PER_TURN`] attempts to accept, then wakes its own task and returns
    /// `Pending`.
    ///
    /// # Panics
    ///
    /// As [`process_events`](Self::process_events). The wait can be polled again afterwards.
    ///
    /// # Cancel safety
    ///
    /// Accepted connections are in the pending queue when this returns, so a wait can be cancelled
    /// at any time.
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
                // The end of a back-off.
                Poll::Ready(Ok(())) if deadline != Some(until) => {}
                Poll::Ready(Ok(())) => return Poll::Ready(self.try_wait()),
                Poll::Ready(Err(failure)) => return Poll::Ready(self.end_without_timer(failure)),
            }
        }
        let status = self.wait_status(deadline);
        if status.is_pending() {
            context.waker().wake_by_ref();
            return self.wait_for(context);
        }
        status
    }

    /// Makes one attempt to accept. Returns whether it is complete, so that polling continues.
    fn poll_one(&mut self, context: &mut Context<'_>) -> bool {
        // During a drain the listener is shut down and stays ready, so only an accept shows that the
        // backlog is empty. During a pause the runtime may not report an empty backlog.
        let asks_os = self.is_fresh || self.is_draining() || self.reported_pause;
        let Some((id, os, listener)) = self.wanted() else {
            return false;
        };
        let result = if asks_os {
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

    /// Ends a wait without a timer: with a connection, or by closing the server.
    fn end_without_timer(&mut self, failure: Failure) -> Wait {
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
