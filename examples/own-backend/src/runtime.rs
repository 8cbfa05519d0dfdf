use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::task::{Context, Poll};

use anteroom_core::{AcceptFailure, Failure, Operation, Time};
use anteroom_std::{Permit, UnixReactor, UnixRuntime, sys};
use mio::Interest;
use mio::net::UnixStream;

use crate::poller::{Direction, Source, Timer};
use crate::{LocalSocket, Mio};

impl UnixRuntime for Mio {
    type Listener = Source;
    type Socket = LocalSocket;
    type Timer = Timer;

    fn resolve(&self, _: Operation) -> Result<Self, Failure> {
        Ok(self.clone())
    }

    fn register(&self, operation: Operation, socket: OwnedFd) -> Result<Source, Failure> {
        let failure = |error: io::Error| sys::io_failure(operation, &error);
        let mut listener = Source::new(self, socket);
        listener.watch(Interest::READABLE).map_err(failure)?;
        Ok(listener)
    }

    fn socket(&self, connection: OwnedFd, permit: Permit) -> LocalSocket {
        LocalSocket(Source::new(self, connection), permit)
    }
}

impl UnixReactor for Mio {
    fn poll_attempt<T>(
        &self,
        listener: &mut Source,
        context: &mut Context<'_>,
        mut attempt: impl FnMut(BorrowedFd<'_>) -> Result<Option<T>, AcceptFailure>,
    ) -> Poll<Result<Option<T>, AcceptFailure>> {
        // An attempt that fails leaves the listener ready: there may still be a client.
        let attempt = |socket: &UnixStream| attempt(socket.as_fd()).transpose();
        let result = listener.poll_attempt(Direction::Read, context, attempt);
        result.map(Option::transpose)
    }

    fn poll_sleep(
        &self,
        _: Operation,
        timer: &mut Timer,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        timer.poll(self, until, context).map(Ok)
    }
}
