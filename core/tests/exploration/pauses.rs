//! The events about pauses, as an application reads them: all of them, but not at once.

use anteroom_core::{Event, Server};

use crate::ledger::{Checked, ensure};
use crate::step::Given;

/// What an application knows that reads the events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Reader {
    knows_of_pause: bool,
}

impl Reader {
    /// Notes what was read.
    pub(crate) fn note(&mut self, given: Given) -> Checked<()> {
        match given {
            Given::Told(Some(event)) => self.read(event),
            _ => Ok(()),
        }
    }

    /// Checks that pauses go with a listener, back-offs with a pause, and that whoever reads all
    /// events knows whether accepting is paused.
    pub(crate) fn check(mut self, server: &Server<u8>, has_listener: bool) -> Checked<()> {
        let is_paused = server.pause().is_some();
        ensure(
            has_listener || !is_paused,
            "accepting is paused only while there is a listener",
        )?;
        ensure(
            is_paused || server.poll_timeout().is_none(),
            "only a server that is paused waits for time",
        )?;
        let mut copy = server.clone();
        while let Some(event) = copy.poll_event() {
            self.read(event)?;
        }
        ensure(
            self.knows_of_pause == is_paused,
            "the last event about a pause says how things stand",
        )
    }

    fn read(&mut self, event: Event) -> Checked<()> {
        let begins = match event {
            Event::Paused(_) => true,
            Event::Resumed => false,
            _ => return Ok(()),
        };
        let alternates = begins != self.knows_of_pause;
        self.knows_of_pause = begins;
        ensure(alternates, "the begin and the end of pauses alternate")
    }
}
