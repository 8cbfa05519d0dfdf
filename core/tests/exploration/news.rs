//! What the application has not been told yet, and how the last listener ended.

use anteroom_core::{End, Server};
use core::mem;

use crate::ledger::{Checked, ensure};
use crate::step::{Given, Step};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct News {
    /// How many connections became available.
    connections: usize,
    has_loss: bool,
    end: Option<End>,
}

impl News {
    pub(crate) const fn connections(self) -> usize {
        self.connections
    }

    /// Notes what a command has told, or discarded.
    pub(crate) fn note_given(&mut self, given: Given) -> Checked<()> {
        match given {
            Given::NewConnections(number) => ensure(
                number == mem::take(&mut self.connections),
                "all connections that are news are told at once",
            ),
            Given::Loss(is_told) => ensure(
                is_told == mem::take(&mut self.has_loss),
                "a loss that is news is told",
            ),
            Given::Listening(true) => {
                self.has_loss = false;
                Ok(())
            }
            Given::Nothing | Given::Listening(false) | Given::Claimed(_) => Ok(()),
        }
    }

    pub(crate) const fn note_connections(&mut self, enqueued: usize) {
        self.connections += enqueued;
    }

    /// Notes whether the server had a listener before a step, and has one now.
    pub(crate) fn note_listener(&mut self, step: Step, had: bool, has: bool) -> Checked<()> {
        match (had, has) {
            (_, true) => self.end = None,
            (true, false) => {
                self.end = match step {
                    Step::Close => Some(End::Closed),
                    Step::Empty { .. } => Some(End::Drained),
                    Step::AcceptFailedFatal { .. } => Some(End::Lost),
                    _ => None,
                };
                self.has_loss = self.end == Some(End::Lost);
                ensure(
                    self.end.is_some(),
                    "a listener is closed by `close`, by its loss or by the end of a drain",
                )?;
            }
            (false, false) => {}
        }
        Ok(())
    }

    /// Checks that the machine knows the same.
    pub(crate) fn check(self, server: &Server<u8>) -> Checked<()> {
        ensure(server.end() == self.end, "the end is told as it was")?;
        let mut copy = server.clone();
        ensure(
            copy.take_new_connections() == self.connections,
            "as many connections are announced as were enqueued since the last time",
        )?;
        ensure(
            copy.take_loss().is_some() == self.has_loss,
            "a loss is news until it is told or the next `listen`",
        )
    }
}
