use core::time::Duration;

use crate::{Failure, Time};

/// The first back-off after descriptors ran out.
const FIRST_BACK_OFF: Duration = Duration::from_millis(10);

/// The longest back-off between two attempts while descriptors are short.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(1);

/// How long nothing may run out before a pause is over, if the backlog is never empty.
const QUIET: Duration = Duration::from_secs(1);

/// The number of attempts after which the back-off does not grow any more: 10 ms · 2^7 > 1 s.
const LAST_ATTEMPT: u8 = 7;

/// A pause in accepting connections: since when, and why.
///
/// A pause begins when descriptors or memory run out, and lasts over all back-offs. It ends when the
/// operating system reports an empty backlog, when connections were accepted and nothing has run
/// out for a second, or when the server closes. So a server that gets a descriptor now and then,
/// while clients wait for more of them, has one long pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pause {
    /// The time of the first failure.
    pub since: Time,
    /// The latest failure.
    pub failure: Failure,
}

/// Whether connections were accepted since the latest failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Recovery {
    None,
    /// One was; the time has not been read since.
    Begun,
    /// The pause is over at this moment, if nothing runs out until then.
    Until(Time),
}

/// A pause and its current back-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shortage {
    pub(crate) pause: Pause,
    /// The end of the back-off; `None` once it is over and the next attempt is due.
    pub(crate) until: Option<Time>,
    recovery: Recovery,
    /// How many attempts failed in a row, as far as it matters.
    attempts: u8,
}

impl Shortage {
    /// Begins a pause, with its first back-off.
    pub(crate) fn begin(failure: Failure, now: Time) -> Self {
        let pause = Pause {
            since: now,
            failure,
        };
        let mut shortage = Self {
            pause,
            until: None,
            recovery: Recovery::None,
            attempts: 0,
        };
        shortage.back_off(failure, now);
        shortage
    }

    /// Waits again, each time in a row for twice as long.
    pub(crate) fn back_off(&mut self, failure: Failure, now: Time) {
        let back_off = FIRST_BACK_OFF
            .saturating_mul(1 << self.attempts)
            .min(LONGEST_BACK_OFF);
        self.pause.failure = failure;
        self.recovery = Recovery::None;
        self.until = Some(now.after(back_off));
        self.attempts = (self.attempts + 1).min(LAST_ATTEMPT);
    }

    /// A connection was accepted: the next back-off is a short one, and the pause may be over soon.
    pub(crate) fn recover(&mut self) {
        self.until = None;
        self.attempts = 0;
        if self.recovery == Recovery::None {
            self.recovery = Recovery::Begun;
        }
    }

    /// Takes in that time has passed. Returns whether the pause is over.
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
