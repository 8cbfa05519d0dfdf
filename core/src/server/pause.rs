use core::time::Duration;

use crate::{Failure, Time};

/// The first back-off of a pause.
const FIRST_BACK_OFF: Duration = Duration::from_millis(10);

/// The longest back-off.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(1);

/// Without a failure for this long, a pause is over even if the backlog is never empty.
const QUIET: Duration = Duration::from_secs(1);

/// The number of failures after which the back-off is constant: 10 ms · 2^7 > 1 s.
const LAST_ATTEMPT: u8 = 7;

/// A pause in accepting connections: its start and its cause.
///
/// A pause begins when descriptors or memory run out, and consists of back-offs. It ends when the
/// operating system reports an empty backlog, when connections were accepted and no attempt failed
/// for a second, or when the server closes. A server that gets only a few descriptors, while more
/// clients are waiting, has one long pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pause {
    /// The time of the first failure.
    pub since: Time,
    /// The latest failure.
    pub failure: Failure,
}

/// Whether the server has accepted connections since the latest failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Recovery {
    None,
    /// It has. The clock has not been read since.
    Begun,
    /// The pause ends at this moment, unless an attempt fails before.
    Until(Time),
}

/// A pause and its current back-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ActivePause {
    pub(crate) pause: Pause,
    /// The end of the back-off; `None` once it is over and the next attempt is due.
    pub(crate) until: Option<Time>,
    recovery: Recovery,
    /// The number of failures in a row, up to `LAST_ATTEMPT`.
    attempts: u8,
}

impl ActivePause {
    /// Begins a pause, with its first back-off.
    pub(crate) fn begin(failure: Failure, now: Time) -> Self {
        let pause = Pause {
            since: now,
            failure,
        };
        let mut active = Self {
            pause,
            until: None,
            recovery: Recovery::None,
            attempts: 0,
        };
        active.back_off(failure, now);
        active
    }

    /// Begins the next back-off, which is twice as long.
    pub(crate) fn back_off(&mut self, failure: Failure, now: Time) {
        let back_off = FIRST_BACK_OFF
            .saturating_mul(1 << self.attempts)
            .min(LONGEST_BACK_OFF);
        self.pause.failure = failure;
        self.recovery = Recovery::None;
        self.until = Some(now.after(back_off));
        self.attempts = (self.attempts + 1).min(LAST_ATTEMPT);
    }

    /// Handles an accepted connection: the next back-off is the shortest one.
    pub(crate) fn recover(&mut self) {
        self.until = None;
        self.attempts = 0;
        if self.recovery == Recovery::None {
            self.recovery = Recovery::Begun;
        }
    }

    /// Ends a back-off whose time is over. Returns whether the pause is over, too.
    pub(crate) fn handle_timeout(&mut self, now: Time) -> bool {
        self.until.take_if(|until| *until <= now);
        match self.recovery {
            Recovery::None => false,
            Recovery::Begun => {
                self.recovery = Recovery::Until(now.after(QUIET));
                false
            }
            Recovery::Until(moment) => moment <= now,
        }
    }

    /// Returns whether the back-off is over.
    #[inline]
    pub(crate) const fn is_attempt_due(&self) -> bool {
        self.until.is_none()
    }
}
