use super::Driver;
use crate::{Intake, Os};

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    pub(super) fn end_back_off(&mut self) {
        self.server.handle_timeout(self.os.now());
        self.report_pause();
    }

    /// Reports the begin or the end of a pause to the hook, once.
    pub(super) fn report_pause(&mut self) {
        let pause = self.server.pause();
        if pause.is_some() == self.reported_pause {
            return;
        }
        // Before the call: a hook that panics is not called again.
        self.reported_pause = pause.is_some();
        match pause {
            Some(pause) => self.intake.paused(pause.failure),
            None => self.intake.resumed(),
        }
    }
}
