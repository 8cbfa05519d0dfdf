use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use anteroom_core::Time;
use async_io::Timer;

/// The timer of a listener, for its pauses and for the deadline of who waits.
#[derive(Debug)]
pub(super) struct ListenerTimer {
    timer: Timer,
    epoch: Instant,
    set_to: Option<Time>,
}

impl ListenerTimer {
    pub(super) fn new(epoch: Instant) -> Self {
        Self {
            timer: Timer::never(),
            epoch,
            set_to: None,
        }
    }

    pub(super) fn poll(&mut self, until: Time, context: &mut Context<'_>) -> Poll<()> {
        if self.set_to != Some(until) {
            let Some(moment) = self.epoch.checked_add(until.since_epoch()) else {
                // Later than any clock will ever show.
                return Poll::Pending;
            };
            self.timer.set_at(moment);
            self.set_to = Some(until);
        }
        // One that has fired does not fire again.
        Pin::new(&mut self.timer)
            .poll(context)
            .map(|_| self.set_to = None)
    }
}
