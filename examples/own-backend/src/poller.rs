use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::os::unix::net;
use std::task::Poll;

use anteroom_core::{AcceptFailure, Acceptor, Failure, Operation, Reactor, Time};
use anteroom_std::sys::{self, Mode, RawListener, System};
use mio::{Events, Interest, Token, net::UnixStream, unix::SourceFd};

const LISTENER: Token = Token(0);

/// The runtime: a poller, and when it has to wake up.
#[derive(Debug)]
pub(crate) struct Poller {
    poll: mio::Poll,
    events: Events,
    until: Option<Time>,
}

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            poll: mio::Poll::new()?,
            events: Events::with_capacity(1),
            until: None,
        })
    }

    /// Sleeps until the listener has news, or the moment that was asked for has come.
    pub(crate) fn sleep(&mut self) -> io::Result<()> {
        let timeout = self.until.take().map(|until| until.since(sys::now()));
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }

    /// Has the next sleep end when somebody comes, or has come since we looked.
    ///
    /// mio tells of changes only, but also how things stand when it is asked anew, as here. What
    /// it knew of a listener that was closed, the system has forgotten by itself.
    fn watch(&self, listener: &RawListener) -> io::Result<()> {
        let (registry, descriptor) = (self.poll.registry(), listener.socket.as_raw_fd());
        let mut source = SourceFd(&descriptor);
        registry
            .reregister(&mut source, LISTENER, Interest::READABLE)
            .or_else(|_| registry.register(&mut source, LISTENER, Interest::READABLE))
    }
}

impl Acceptor<System<UnixStream>> for Poller {
    fn try_accept(&mut self, from: &mut RawListener) -> Result<Option<UnixStream>, AcceptFailure> {
        let socket = sys::try_accept(from.socket.as_fd(), Mode::NonBlocking)?;
        Ok(socket.map(|socket| UnixStream::from_std(net::UnixStream::from(socket))))
    }

    fn poll_accept(&mut self, from: &mut RawListener) -> Poll<Result<UnixStream, AcceptFailure>> {
        if let Some(result) = self.try_accept(from).transpose() {
            return Poll::Ready(result);
        }
        // A listener that another process has shut down would end every sleep at once.
        self.examine(from)?;
        self.watch(from).map_err(exhausted)?;
        Poll::Pending
    }

    fn examine(&mut self, listener: &mut RawListener) -> Result<(), AcceptFailure> {
        sys::examine(listener.socket.as_fd())
    }
}

impl Reactor<System<UnixStream>> for Poller {
    fn poll_timer(&mut self, _: &mut RawListener, until: Time) -> Poll<Result<(), Failure>> {
        if until <= sys::now() {
            return Poll::Ready(Ok(()));
        }
        self.until = Some(until);
        Poll::Pending
    }

    fn wake(&mut self) {
        self.until = Some(Time::ZERO);
    }
}

/// What the poller cannot do for a lack of something is tried again after a pause.
fn exhausted(error: io::Error) -> AcceptFailure {
    AcceptFailure::Exhausted(sys::io_failure(Operation::Accept, &error))
}
