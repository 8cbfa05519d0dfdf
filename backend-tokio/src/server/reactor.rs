use std::io;
use std::os::fd::AsFd as _;
use std::task::{Context, Poll};

use anteroom_core::{AcceptFailure, Acceptor, Detail, Failure, Operation, Reactor, Time};
use anteroom_std::sys::{self, Mode};
use tokio::task::coop;

use super::os::{Listener, TokioOs};
use crate::{LocalSocket, runtime};

/// How a task on tokio accepts and waits.
pub(crate) struct TokioReactor<'a, 'b> {
    context: &'a mut Context<'b>,
}

impl<'a, 'b> TokioReactor<'a, 'b> {
    pub(super) const fn new(context: &'a mut Context<'b>) -> Self {
        Self { context }
    }
}

impl Acceptor<TokioOs> for TokioReactor<'_, '_> {
    /// Leaves alone what tokio knows about readiness, so that no wake-up is lost.
    //= FD-4, SRV-1
    fn try_accept(
        &mut self,
        listener: &mut Listener,
    ) -> Result<Option<LocalSocket>, AcceptFailure> {
        let Some(socket) = sys::try_accept(listener.as_fd(), Mode::NonBlocking)? else {
            return Ok(None);
        };
        let _entered = listener.runtime.enter();
        runtime::stream(Operation::Accept, socket)
            .map(|stream| Some(LocalSocket::from(stream)))
            .map_err(|failure| match failure.detail() {
                Detail::NoRuntime => AcceptFailure::Fatal(failure),
                _ => AcceptFailure::Exhausted(failure),
            })
    }

    #[inline]
    fn poll_accept(&mut self, listener: &mut Listener) -> Poll<Result<LocalSocket, AcceptFailure>> {
        let _entered = listener.runtime.enter();
        match listener.socket.poll_accept(self.context) {
            Poll::Ready(Ok((stream, _))) => Poll::Ready(Ok(LocalSocket::from(stream))),
            Poll::Ready(Err(error)) => Poll::Ready(Err(accept_failure(&error))),
            Poll::Pending if coop::has_budget_remaining() => Poll::Pending,
            // Either the task has done much, or the listener is ready for ever and nobody comes.
            Poll::Pending => match self.examine(listener) {
                Ok(()) => Poll::Pending,
                Err(failure) => Poll::Ready(Err(failure)),
            },
        }
    }

    fn examine(&mut self, listener: &mut Listener) -> Result<(), AcceptFailure> {
        sys::examine(listener.as_fd())
    }
}

impl Reactor<TokioOs> for TokioReactor<'_, '_> {
    fn poll_timer(&mut self, listener: &mut Listener, until: Time) -> Poll<Result<(), Failure>> {
        let _entered = listener.runtime.enter();
        listener.timer.poll(until, self.context)
    }

    fn wake(&mut self) {
        self.context.waker().wake_by_ref();
    }
}

/// What an error of tokio's listener means: without a code, its runtime has ended.
fn accept_failure(error: &io::Error) -> AcceptFailure {
    error.raw_os_error().map_or_else(
        || AcceptFailure::Fatal(runtime::failure(Operation::Accept, error)),
        |code| sys::CODES.accept_failure(code),
    )
}
