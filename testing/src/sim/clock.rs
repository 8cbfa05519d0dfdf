//! The clock, which advances only on request.

use std::time::Duration;

use anteroom_core::Time;

/// The time of a simulation. It starts at the epoch.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock {
    now: Time,
}

impl Clock {
    /// Returns the time.
    pub(super) const fn now(&self) -> Time {
        self.now
    }

    /// Lets time pass until this moment; what lies in the past changes nothing.
    pub(super) fn pass_to(&mut self, moment: Time) {
        self.now = self.now.max(moment);
    }

    /// Returns the moment that lies so far ahead.
    pub(super) const fn ahead(&self, duration: Duration) -> Time {
        self.now.after(duration)
    }
}
