use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll, ready};

use anteroom_core::{AcceptFailure, Acceptor, Failure, Operation, Reactor, Time};
use anteroom_std::sys::{self, Mode};
use async_io::Async;

use super::os::{Listener, SmolOs};
use crate::LocalSocket;

/// How a task accepts and waits on async-io.
pub(crate) struct SmolReactor<'a, 'b> {
    context: &'a mut Context<'b>,
}

impl<'a, 'b> SmolReactor<'a, 'b> {
    pub(super) const fn new(context: &'a mut Context<'b>) -> Self {
        Self { context }
    }
}

impl Acceptor<SmolOs> for SmolReactor<'_, '_> {
    //= FD-4, SRV-1
    fn try_accept(
        &mut self,
        listener: &mut Listener,
    ) -> Result<Option<LocalSocket>, AcceptFailure> {
        let result = accept(listener);
        if let Ok(client) = &result {
            listener.foresight.has_looked(client.is_some());
        }
        result
    }

    #[inline]
    fn poll_accept(&mut self, listener: &mut Listener) -> Poll<Result<LocalSocket, AcceptFailure>> {
        if listener.foresight.shall_look() {
            if let Some(result) = self.try_accept(listener).transpose() {
                return Poll::Ready(result);
            }
        }
        loop {
            if let Err(error) = ready!(listener.socket.poll_readable(self.context)) {
                return Poll::Ready(Err(exhausted(&error)));
            }
            if let Some(result) = accept(listener).transpose() {
                listener.foresight.was_announced();
                return Poll::Ready(result);
            }
            self.examine(listener)?;
        }
    }

    fn examine(&mut self, listener: &mut Listener) -> Result<(), AcceptFailure> {
        sys::examine(listener.as_fd())
    }
}

impl Reactor<SmolOs> for SmolReactor<'_, '_> {
    fn poll_timer(&mut self, listener: &mut Listener, until: Time) -> Poll<Result<(), Failure>> {
        listener.timer.poll(until, self.context).map(Ok)
    }

    fn wake(&mut self) {
        self.context.waker().wake_by_ref();
    }
}

/// Accepts past the reactor, and lets it watch the socket.
#[inline]
fn accept(listener: &Listener) -> Result<Option<LocalSocket>, AcceptFailure> {
    let Some(socket) = sys::try_accept(listener.as_fd(), Mode::NonBlocking)? else {
        return Ok(None);
    };
    // It does not block already, which saves a system call.
    Async::new_nonblocking(UnixStream::from(socket))
        .map(|socket| Some(LocalSocket::from(socket)))
        .map_err(|error| exhausted(&error))
}

/// The reactor could not take a socket, or not wait for it.
fn exhausted(error: &io::Error) -> AcceptFailure {
    AcceptFailure::Exhausted(sys::io_failure(Operation::Accept, error))
}
