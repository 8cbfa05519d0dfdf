use std::task::Waker;

use anteroom_core::{ACCEPTS_PER_TURN, Intake};

use super::{Mode, Server, SocketOf};
use crate::Wait;

/// The limit of open connections.
impl<M: Mode, I> Server<M, I> {
    /// Returns how many connections may be open at the same time, if that is limited.
    pub fn max_connections(&self) -> Option<usize> {
        self.driver.server().max_connections()
    }

    /// Returns how many of the accepted connections are open, if their number is limited.
    pub fn open_connections(&self) -> Option<usize> {
        let open = self.driver.server().open_connections()?;
        Some(open.saturating_sub(self.closed()))
    }

    /// Returns how many connections were closed of which the machine has not heard.
    pub(super) fn closed(&self) -> usize {
        self.counted
            .as_ref()
            .map_or(0, |counted| counted.room().closed())
    }

    /// Returns whether so many connections are open that no more are accepted.
    pub(super) fn is_full(&self) -> bool {
        let server = self.driver.server();
        server.max_connections().is_some() && server.open_connections() >= server.max_connections()
    }
}

impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Learns how many connections were closed. If there are none, the next one wakes `owner`.
    #[inline]
    pub(super) fn count_closed(&mut self, owner: Option<&Waker>) -> usize {
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

    /// Looks once whether a connection is there.
    ///
    /// A client that is refused meanwhile gives its place to the next one.
    pub(super) fn look_once(&mut self) -> Wait {
        self.count_closed(None);
        for _ in 0..ACCEPTS_PER_TURN {
            let wait = self.reporting().0.driver.try_wait();
            if wait != anteroom_core::Wait::TimedOut || self.count_closed(None) == 0 {
                return wait.into();
            }
        }
        Wait::TimedOut
    }
}
