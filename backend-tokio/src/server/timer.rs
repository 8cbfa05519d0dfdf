use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use anteroom_core::{Failure, Operation, Time};
use tokio::time::{Instant, Sleep};

use crate::runtime;

/// The timer of a listener, for its pauses and for the deadline of who waits.
///
/// Made at listen, so that it is found out there whether the runtime has timers.
#[derive(Debug)]
pub(super) struct Timer {
    sleep: Pin<Box<Sleep>>,
    epoch: Instant,
    set_to: Option<Time>,
}

impl Timer {
    pub(super) fn new(operation: Operation, epoch: Instant) -> Result<Self, Failure> {
        Ok(Self {
            sleep: Box::pin(runtime::timer(operation, Duration::ZERO)?),
            epoch,
            set_to: None,
        })
    }

    pub(super) fn poll(&mut self, until: Time, context: &mut Context<'_>) -> Poll<()> {
        if self.set_to != Some(until) {
            let Some(moment) = self.epoch.checked_add(until.since_epoch()) else {
                // Later than any clock will ever show.
                return Poll::Pending;
            };
            self.sleep.as_mut().reset(moment);
            self.set_to = Some(until);
        }
        self.sleep
            .as_mut()
            .poll(context)
            .map(|()| self.set_to = None)
    }
}
