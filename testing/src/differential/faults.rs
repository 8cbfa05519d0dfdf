//! Faults, which only a simulated operating system injects.

use anteroom_core::ErrorKind;

use super::{Model, Severity};

/// The next faults, and the clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    pub(super) bind: bool,
    pub(super) unlink: bool,
    pub(super) now: u32,
}

impl Model {
    pub(super) const fn set_time(&mut self, now: u32) {
        self.faults.now = now;
    }

    pub(super) fn fail_to_accept(&mut self, severity: Severity) {
        let Some(mut listener) = self.listener.filter(|_| self.may_accept()) else {
            return;
        };
        self.settings.error = Some(match severity {
            Severity::Transient => ErrorKind::Unknown,
            Severity::Exhausted => ErrorKind::Resources,
            Severity::Fatal => ErrorKind::WrongObject,
        });
        if severity == Severity::Exhausted {
            listener.pauses_until = self.faults.now + (10 << listener.failures.min(7)).min(1000);
            listener.failures += 1;
            self.listener = Some(listener);
        } else if severity == Severity::Fatal {
            self.stop_listening();
        }
    }
}
