use std::task::Waker;

use anteroom_core::{Intake, PhaseName, Reactor, Server as Machine};

use super::{Async, Mode, Server, SocketOf};
use crate::StopHandle;
use crate::stop::{Request, Shared};

impl<M: Mode, I> Server<M, I> {
    /// Returns a guard for changes, which reports the state of the server to stop handles when it
    /// is dropped, also if the hook panics.
    #[inline]
    pub(super) const fn reporting(&mut self) -> Reporting<'_, M, I> {
        Reporting(self)
    }

    /// Returns whether there is a pending request of a stop handle.
    pub(super) fn has_request(&self) -> bool {
        self.stop.shared().is_some_and(Shared::has_request)
    }
}

/// Reports the state of the server to its stop handles when it is dropped.
pub(super) struct Reporting<'a, M: Mode, I>(pub(super) &'a mut Server<M, I>);

impl<M: Mode, I> Drop for Reporting<'_, M, I> {
    #[inline]
    fn drop(&mut self) {
        if let Some(shared) = self.0.stop.shared() {
            let server = self.0.driver.server();
            shared.report(server.phase() != PhaseName::Idle, server.end());
        }
    }
}

impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Carries out the request of a stop handle. Later requests wake `owner`.
    #[inline]
    pub(super) fn carry_out_requests(&mut self, owner: Option<&Waker>) {
        let Some(shared) = self.stop.shared() else {
            return;
        };
        if let Some(request) = shared.take_request(owner) {
            let driver = &mut self.reporting().0.driver;
            match request {
                Request::Drain => driver.command(Machine::drain),
                Request::Close => driver.close(),
            }
        }
    }
}

impl<O: Reactor, I: Intake<O::Conn>> Server<Async<O>, I> {
    /// Returns a handle that stops the server from other threads and tasks.
    pub fn stop_handle(&mut self) -> StopHandle {
        let (handle, is_first) = self.reporting().0.stop.handle();
        if is_first {
            // A waiting task polls again, which registers its waker with the handles.
            self.driver.wake_waiter();
        }
        handle
    }
}
