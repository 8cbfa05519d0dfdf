//! What only a simulated system does, as the model knows it.

use anteroom_core::ErrorKind;

use super::{Model, Severity};

/// What a simulated system is about to do, and its clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    pub(super) bind: bool,
    pub(super) unlink: bool,
    pub(super) now: u32,
}

impl Model {
    pub(super) fn fail_to_accept(&mut self, severity: Severity) {
        let Some(mut door) = self.door.filter(|_| self.may_take_in()) else {
            return;
        };
        self.settings.error = Some(match severity {
            Severity::Transient => ErrorKind::Unknown,
            Severity::Exhausted => ErrorKind::Resources,
            Severity::Fatal => ErrorKind::WrongObject,
        });
        if severity == Severity::Exhausted {
            door.pauses_until = self.faults.now + (10 << door.failures.min(7)).min(1000);
            door.failures += 1;
            self.door = Some(door);
        } else if severity == Severity::Fatal {
            self.shut();
        }
    }
}
