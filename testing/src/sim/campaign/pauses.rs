use std::time::Duration;

use anteroom_core::{AcceptFailure, Time};

use super::Witness;
use crate::sim::faults::Accepted;

const FIRST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(1);

/// Watches that a server which has run out of something pauses before it tries again.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    failures: u32,
    not_before: Option<Time>,
}

impl Pauses {
    /// Forgets everything: there is no listener any more.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Returns when the pause is over, if there is one.
    pub(super) const fn end(&self) -> Option<Time> {
        self.not_before
    }

    /// Notes an attempt.
    ///
    /// # Errors
    ///
    /// Says that it came too early.
    pub(super) fn note(
        &mut self,
        accepted: Accepted,
        now: Time,
    ) -> Result<Option<Witness>, String> {
        if let Some(end) = self.not_before.filter(|end| now < *end) {
            return Err(format!(
                "after {} failures in a row an attempt came {:?} too early",
                self.failures,
                end.since(now)
            ));
        }
        match accepted {
            Accepted::Taken => {
                let had_paused = self.failures > 0;
                self.reset();
                Ok(had_paused.then_some(Witness::Recovered))
            }
            Accepted::Failed(AcceptFailure::Exhausted(_)) => {
                let pause = FIRST
                    .saturating_mul(1 << self.failures.min(16))
                    .min(LONGEST);
                self.failures += 1;
                self.not_before = Some(now.after(pause));
                Ok(Some(if pause == LONGEST {
                    Witness::LongestBackOff
                } else {
                    Witness::BackOff
                }))
            }
            Accepted::Nobody => {
                let had_paused = self.failures > 0;
                self.reset();
                Ok(had_paused.then_some(Witness::RecoveredWithoutClient))
            }
            Accepted::Failed(_) => Ok(None),
        }
    }
}
