use super::Driver;
use crate::{Intake, Os};

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    pub(super) fn end_back_off(&mut self) {
        self.server.handle_timeout(self.os.now());
        self.tell_pause();
    }

    /// Tells the hook of the begin or the end of a pause, unless it knows.
    pub(super) fn tell_pause(&mut self) {
        let pause = self.server.pause();
        if pause.is_some() == self.told_pause {
            return;
        }
        // Noted first: a hook that panics is not called again.
        self.told_pause = pause.is_some();
        match pause {
            Some(pause) => self.intake.paused(pause.failure),
            None => self.intake.resumed(),
        }
    }
}
