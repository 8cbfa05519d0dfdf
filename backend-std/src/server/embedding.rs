use std::os::fd::{AsFd as _, BorrowedFd};
use std::task::Poll;
use std::time::Duration;

use anteroom_core::{AcceptFailure, Acceptor, Intake, PhaseName, Progress};

use super::LocalServer;
use super::os::{Listener, StdOs};
use crate::LocalSocket;
use crate::sys::{self, Mode};

/// For event loops of your own.
///
/// Wait until [`listener_fd`](LocalServer::listener_fd) is readable if
/// [`wants_readable`](LocalServer::wants_readable), but no longer than
/// [`next_timeout`](LocalServer::next_timeout); then call
/// [`process_events`](LocalServer::process_events). Ask all three again after every call of
/// anything: then a full queue costs nothing and nothing is missed.
///
/// A poller that tells of changes only, such as mio's, says just once that the descriptor has
/// become readable. Remember it until a call that `wants_readable` has preceded finds nobody and
/// nothing [more](Progress::more); and call, too, when the timeout is over, since no news comes
/// after a pause.
impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Takes in the clients that are there, as far as the limit allows, and does not block.
    ///
    /// At most 64 at a time.
    ///
    /// # Specification
    ///
    /// SRV-8.
    pub fn process_events(&mut self) -> Progress {
        self.driver.process_events(&mut NoRuntime)
    }
}

impl<I> LocalServer<I> {
    /// Returns the descriptor to watch, while there is a listener.
    ///
    /// Do not accept from it, nor change its flags.
    ///
    /// # Specification
    ///
    /// Q6-3.
    //= Q6-3
    #[doc(alias = "QLocalServer::socketDescriptor")]
    pub fn listener_fd(&self) -> Option<BorrowedFd<'_>> {
        self.driver.listener().map(|listener| listener.as_fd())
    }

    /// Returns whether to wait for the descriptor to become readable.
    ///
    /// Not while the queue is full or descriptors have run out: it would be readable all the time.
    pub fn wants_readable(&self) -> bool {
        self.driver.server().wants_accept().is_some() && !self.is_draining()
    }

    /// Returns after how long to call `process_events` at the latest.
    pub fn next_timeout(&self) -> Option<Duration> {
        let server = self.driver.server();
        if self.is_draining() && server.wants_accept().is_some() {
            return Some(Duration::ZERO);
        }
        server.poll_timeout().map(|moment| moment.since(sys::now()))
    }

    fn is_draining(&self) -> bool {
        self.driver.server().phase() == PhaseName::Draining
    }
}

/// Accepting where there is no runtime to ask: there is only the operating system.
pub(super) struct NoRuntime;

impl Acceptor<StdOs> for NoRuntime {
    fn try_accept(
        &mut self,
        listener: &mut Listener,
    ) -> Result<Option<LocalSocket>, AcceptFailure> {
        listener.accept(Mode::NonBlocking)
    }

    fn poll_accept(&mut self, _: &mut Listener) -> Poll<Result<LocalSocket, AcceptFailure>> {
        Poll::Pending
    }

    fn examine(&mut self, listener: &mut Listener) -> Result<(), AcceptFailure> {
        sys::examine(listener.as_fd())
    }
}
