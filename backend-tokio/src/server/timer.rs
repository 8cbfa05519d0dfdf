use std::pin::Pin;
use std::task::{Context, Poll, ready};

use anteroom_core::{Failure, Operation, Time};
use tokio::time::{Instant, Sleep};

use crate::runtime;

/// The timer of a listener: for its back-off and for the deadlines of waits.
///
/// tokio's timer is created when one is needed, since a runtime without timers can serve as well.
#[derive(Debug)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    epoch: Instant,
    set_to: Option<Time>,
}

impl Timer {
    pub(super) const fn new(epoch: Instant) -> Self {
        Self {
            sleep: None,
            epoch,
            set_to: None,
        }
    }

    /// Polls for a moment, in the runtime that is entered.
    pub(super) fn poll(
        &mut self,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        let Some(moment) = self.epoch.checked_add(until.since_epoch()) else {
            // Later than any clock will ever show.
            return Poll::Pending;
        };
        let sleep = match &mut self.sleep {
            Some(sleep) => sleep,
            none => none.insert(Box::pin(runtime::timer(Operation::Accept, moment)?)),
        };
        if self.set_to != Some(until) {
            sleep.as_mut().reset(moment);
            self.set_to = Some(until);
        }
        let result = ready!(runtime::poll_timer(
            Operation::Accept,
            sleep.as_mut(),
            context
        ));
        self.set_to = None;
        Poll::Ready(result)
    }
}
