use core::fmt;

use super::Driver;
use crate::{AcceptFailure, Admit, Intake, ListenerId, Os, OsEvent, PhaseName};

/// What follows when there was no connection to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a backend has to decide between just these"
)]
pub enum Next {
    /// Wait until the listener is ready.
    Wait,
    /// The server was draining and has ended; there is no listener any more.
    Ended,
}

/// The permission to take in one connection.
///
/// It exists only while the machine wants a connection and it can be answered only once, so that
/// a backend can neither exceed the limit nor answer twice nor for an old listener. Dropping it
/// unanswered changes nothing: that is what happens when the runtime has to wait.
#[must_use = "a slot is to be filled in, found empty, or dropped on purpose"]
pub struct AcceptSlot<'a, O: Os, I> {
    driver: &'a mut Driver<O, I>,
    listener: ListenerId,
}

impl<'a, O: Os, I: Intake<O::Conn>> AcceptSlot<'a, O, I> {
    pub(super) const fn new(driver: &'a mut Driver<O, I>, listener: ListenerId) -> Self {
        Self { driver, listener }
    }

    /// Returns the listener to accept from.
    pub fn listener(&self) -> &O::Listener {
        self.driver
            .listener()
            .expect("a slot is made only while there is a listener")
    }

    /// Returns the listener to accept from, for platforms whose listener changes by accepting.
    #[inline]
    pub fn listener_mut(&mut self) -> &mut O::Listener {
        self.driver
            .listener_mut()
            .expect("a slot is made only while there is a listener")
    }

    /// Returns whether the server drains: then *no connection just now* means *none ever*.
    pub const fn is_draining(&self) -> bool {
        matches!(self.driver.server.phase(), PhaseName::Draining)
    }

    /// Returns whether accepting is paused: then ask the operating system itself, past the runtime,
    /// so that the end of the pause shows even if no client is waiting.
    pub const fn is_paused(&self) -> bool {
        self.driver.is_paused()
    }

    /// Fills the slot in: with a connection, which goes to the hook, or with a failure.
    ///
    /// # Panics
    ///
    /// Only if the hook does; the slot is filled in all the same. The connection it was given is
    /// dropped, unless it was queued before, and nothing else is lost.
    //= INC-1, ISL-1
    #[inline]
    pub fn complete(self, result: Result<O::Conn, AcceptFailure>) {
        let Self { driver, listener } = self;
        match result {
            Ok(connection) => {
                let (intake, server) = driver.intake_and_server();
                intake.incoming(connection, &mut Admit::new(server, listener));
                if driver.told_pause {
                    driver.tell_pause();
                }
            }
            Err(failure) => {
                let now = driver.os.now();
                driver.handle(OsEvent::AcceptFailed {
                    listener,
                    failure,
                    now,
                });
            }
        }
    }

    /// Reports that there is no connection to accept.
    ///
    /// While draining this ends the server, and while paused it ends the pause. So the operating
    /// system itself must have been asked, not just a runtime that has not looked yet.
    ///
    /// # Panics
    ///
    /// Only if the hook does, which is told of the end of a pause.
    pub fn empty(self) -> Next {
        let is_draining = self.is_draining();
        let Self { driver, listener } = self;
        if is_draining || driver.told_pause {
            driver.handle(OsEvent::Empty { listener });
        }
        if is_draining { Next::Ended } else { Next::Wait }
    }
}

impl<O: Os, I> fmt::Debug for AcceptSlot<'_, O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AcceptSlot").field(&self.listener).finish()
    }
}
