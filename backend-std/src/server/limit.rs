use std::task::Waker;

use anteroom_core::{ACCEPTS_PER_TURN, Intake};

use super::{Mode, Server, SocketOf};
use crate::Wait;

/// The limit of open connections.
impl<M: Mode, I> Server<M, I> {
    /// Returns the limit of open connections, if there is one.
    pub fn max_connections(&self) -> Option<usize> {
        self.driver.server().max_connections()
    }

    /// Returns the number of open connections, if there is a limit.
    pub fn open_connections(&self) -> Option<usize> {
        let open = self.driver.server().open_connections()?;
        Some(open.saturating_sub(self.closed()))
    }

    /// Returns how many closed connections have not been reported to the machine.
    pub(super) fn closed(&self) -> usize {
        self.counted
            .as_ref()
            .map_or(0, |counted| counted.room().closed())
    }

    /// Returns whether the limit of open connections is reached.
    pub(super) fn is_full(&self) -> bool {
        let server = self.driver.server();
        server.max_connections().is_some() && server.open_connections() >= server.max_connections()
    }
}

impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Reports closed connections to the machine. If there are none, the next one wakes `owner`.
    #[inline]
    pub(super) fn report_closed(&mut self, owner: Option<&Waker>) -> usize {
        let Some(counted) = &self.counted else {
            return 0;
        };
        let closed = counted.room().take_closed(owner);
        if closed > 0 {
            self.driver
                .command(|server| server.connections_closed(closed));
        }
        closed
    }

    /// Checks once for a connection, without waiting.
    ///
    /// A refused client frees its place for the next one.
    pub(super) fn check_once(&mut self) -> Wait {
        self.report_closed(None);
        for _ in 0..ACCEPTS_PER_TURN {
            let wait = self.reporting().0.driver.look_once();
            if wait != anteroom_core::Wait::TimedOut || self.report_closed(None) == 0 {
                return wait.into();
            }
        }
        Wait::TimedOut
    }
}
