use std::os::fd::{AsFd as _, BorrowedFd};
use std::task::Poll;
use std::time::Duration;

use anteroom_core::{ACCEPTS_PER_TURN, AcceptFailure, Acceptor, Driver, Intake, Next, PhaseName};

use super::LocalServer;
use super::os::{Listener, StdOs, shut_down_elsewhere};
use crate::LocalSocket;
use crate::sys::{self, Mode};

/// What a call of [`LocalServer::process_events`] came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many connections were taken in, queued by the hook or not.
    pub accepted: usize,
    /// Whether there may be more to take in at once: call again before you wait.
    pub more: bool,
}

/// For event loops of your own.
///
/// Wait until [`listener_fd`](LocalServer::listener_fd) is readable if
/// [`wants_readable`](LocalServer::wants_readable), but no longer than
/// [`next_timeout`](LocalServer::next_timeout); then call
/// [`process_events`](LocalServer::process_events). Ask all three again after every call of
/// anything: then a full queue costs nothing and nothing is missed.
impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Takes in the clients that are there, as far as the limit allows, and does not block.
    ///
    /// At most 64 at a time.
    ///
    /// # Specification
    ///
    /// SRV-8.
    //= SRV-8
    pub fn process_events(&mut self) -> Progress {
        let mut progress = Progress::default();
        for _ in 0..ACCEPTS_PER_TURN {
            match take_in(&mut self.driver) {
                Step::Accepted => progress.accepted += 1,
                Step::Failed => {}
                Step::Nothing => {
                    if progress.accepted == 0 {
                        self.notice_shutdown();
                    }
                    return progress;
                }
            }
        }
        progress.more = true;
        progress
    }

    /// Closes the server if its listener was shut down from elsewhere, which accepting cannot tell.
    ///
    /// Looked for only when a call found nothing, as then something else made the loop call.
    fn notice_shutdown(&mut self) {
        if let Some(slot) = self.driver.accept_slot() {
            if slot.listener().is_shut_down() {
                slot.complete(Err(shut_down_elsewhere()));
            }
        }
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

/// What one attempt to take in a client came to.
pub(super) enum Step {
    /// A client was taken in.
    Accepted,
    /// It could not be; the next attempt may succeed.
    Failed,
    /// There is no client, or none may be taken in now.
    Nothing,
}

/// Takes in one client, if there is one and the machine wants it, without blocking.
pub(super) fn take_in<I: Intake<LocalSocket>>(driver: &mut Driver<StdOs, I>) -> Step {
    let Some(mut slot) = driver.accept_slot() else {
        return Step::Nothing;
    };
    match slot.listener_mut().accept(Mode::NonBlocking) {
        Ok(Some(socket)) => {
            slot.complete(Ok(socket));
            Step::Accepted
        }
        Ok(None) => match slot.empty() {
            Next::Wait | Next::Ended => Step::Nothing,
        },
        Err(failure) => {
            slot.complete(Err(failure));
            Step::Failed
        }
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
}
