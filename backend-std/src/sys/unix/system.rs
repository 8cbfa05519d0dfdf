use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use anteroom_core::{
    AcceptFailure, BindError, Bound, Failure, ListenOptions, Operation, Os, Reactor, ServerName,
    Time,
};

use super::burst::Burst;
use super::{Creator, SocketFile, WakeReceiver};
use crate::sys::{self, Mode, Readiness};
use crate::{CountConnections, Permits, UnixReactor, UnixRuntime, Waiter};

/// The maximum of empty attempts in one poll despite readiness.
const EMPTY_ATTEMPTS: u8 = 4;

/// The platform of a server on Unix, on a runtime.
///
/// System calls and rules are the same for all runtimes.
#[derive(Clone, Default)]
pub struct System<R> {
    runtime: R,
    /// The runtime of the latest listener, whose clock is used.
    resolved: Option<R>,
    /// The permits of connections, if their number is limited.
    permits: Option<Permits>,
}

impl<R> System<R> {
    /// Creates the platform of servers on this runtime.
    pub const fn new(runtime: R) -> Self {
        Self {
            runtime,
            resolved: None,
            permits: None,
        }
    }
}

impl<R: UnixRuntime> System<R> {
    fn listener(
        &mut self,
        runtime: R,
        socket: R::Listener,
        file: Option<SocketFile>,
        creator: Creator,
    ) -> Listener<R> {
        self.resolved = Some(runtime.clone());
        Listener {
            socket,
            runtime,
            timer: R::Timer::default(),
            file,
            creator,
            mode: Mode::NonBlocking,
            is_shared: false,
            empty_attempts: 0,
            burst: Burst::default(),
            permits: self.permits.clone(),
        }
    }
}

impl<R: UnixRuntime> CountConnections for System<R> {
    fn count_connections(&mut self, permits: Permits) {
        self.permits = Some(permits);
    }
}

impl<R> From<R> for System<R> {
    fn from(runtime: R) -> Self {
        Self::new(runtime)
    }
}

impl<R> fmt::Debug for System<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("System")
    }
}

/// A listener that is registered with a runtime.
pub struct Listener<R: UnixRuntime> {
    socket: R::Listener,
    runtime: R,
    timer: R::Timer,
    file: Option<SocketFile>,
    /// The process that created the listener, not a forked child.
    creator: Creator,
    mode: Mode,
    /// Whether other processes share the socket, and so its mode.
    is_shared: bool,
    /// The number of consecutive empty attempts despite readiness.
    empty_attempts: u8,
    burst: Burst,
    permits: Option<Permits>,
}

impl<R: UnixRuntime> Listener<R> {
    /// Accepts in this mode.
    //= FD-4, SRV-1
    #[inline]
    fn accept(&mut self, mode: Mode) -> Result<Option<R::Socket>, AcceptFailure> {
        let descriptor = self.socket.as_fd();
        prepare(descriptor, &mut self.mode, mode, self.is_shared)?;
        let connection = sys::try_accept(descriptor, R::SOCKETS)?;
        // A blocking accept did not block: another process has changed the mode.
        self.is_shared |= connection.is_none() && mode == Mode::Blocking;
        Ok(connection.map(|connection| socket(&self.runtime, connection, &self.permits)))
    }

    fn is_ours(&self) -> bool {
        // If this is unknown, waiting with poll(2) is always correct.
        self.creator.is_this_process(self.as_fd()).unwrap_or(false)
    }
}

impl<R: UnixRuntime> AsFd for Listener<R> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl<R: UnixRuntime> fmt::Debug for Listener<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.as_fd()).finish()
    }
}

impl<R: UnixRuntime> Os for System<R> {
    type Listener = Listener<R>;
    type Conn = R::Socket;
    type Descriptor = OwnedFd;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Listener<R>>, BindError> {
        let runtime = self.runtime.resolve(Operation::Listen);
        let runtime = runtime.map_err(|failure| BindError::new(failure, None))?;
        let register = |socket| runtime.register(Operation::Listen, socket);
        let bound = sys::register(sys::bind(name, options)?, register)?;
        let (socket, file, creator) = bound.listener;
        let listener = self.listener(runtime, socket, file, creator);
        Ok(Bound::new(listener, bound.facts))
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<Listener<R>>, (OwnedFd, Failure)> {
        let runtime = match self.runtime.resolve(Operation::Adopt) {
            Ok(runtime) => runtime,
            Err(failure) => return Err((descriptor, failure)),
        };
        let register = |socket| runtime.register(Operation::Adopt, socket);
        let bound = sys::adopt(descriptor, register)?;
        let (socket, creator) = bound.listener;
        let mut listener = self.listener(runtime, socket, None, creator);
        listener.is_shared = true;
        Ok(Bound::new(listener, bound.facts))
    }

    fn refuse(&mut self, listener: &mut Listener<R>) -> Result<(), Failure> {
        sys::refuse(listener.as_fd())
    }

    fn unlink(&mut self, listener: &mut Listener<R>) -> Result<(), Failure> {
        match &listener.file {
            Some(file) => file.unlink(&listener.creator, listener.as_fd()),
            None => Ok(()),
        }
    }

    #[inline]
    fn try_accept(
        &mut self,
        listener: &mut Listener<R>,
    ) -> Result<Option<R::Socket>, AcceptFailure> {
        let connection = listener.accept(Mode::NonBlocking)?;
        listener
            .runtime
            .attempted(&mut listener.socket, connection.is_some());
        Ok(connection)
    }

    fn examine(&mut self, listener: &mut Listener<R>) -> Result<(), AcceptFailure> {
        sys::examine(listener.as_fd())
    }

    fn assume_ownership(&mut self, listener: &mut Listener<R>) {
        listener.creator.assume(listener.socket.as_fd());
    }

    fn now(&self) -> Time {
        self.resolved.as_ref().unwrap_or(&self.runtime).now()
    }
}

impl<R: UnixReactor> Reactor for System<R> {
    /// A listener that another process has shut down stays ready: after more than one empty attempt
    /// it is examined, and after a few the task wakes itself.
    #[inline]
    fn poll_accept(
        &mut self,
        listener: &mut Listener<R>,
        context: &mut Context<'_>,
    ) -> Poll<Result<R::Socket, AcceptFailure>> {
        let Listener {
            socket,
            runtime,
            mode,
            is_shared,
            empty_attempts,
            burst,
            permits,
            ..
        } = listener;
        for _ in 0..EMPTY_ATTEMPTS {
            let attempt = |descriptor: BorrowedFd<'_>| {
                // If poll(2) fails, accept returns the error.
                let look = burst.expects_client() || sys::is_readable(descriptor).unwrap_or(true);
                let mut connection = None;
                if look {
                    prepare(descriptor, mode, Mode::NonBlocking, *is_shared)?;
                    connection = sys::try_accept(descriptor, R::SOCKETS)?;
                }
                burst.learn(connection.is_some());
                Ok(connection)
            };
            if let Some(connection) = ready!(runtime.poll_attempt(socket, context, attempt))? {
                *empty_attempts = 0;
                return Poll::Ready(Ok(self::socket(runtime, connection, permits)));
            }
            if *empty_attempts > 0 {
                sys::examine(socket.as_fd())?;
            }
            *empty_attempts = empty_attempts.saturating_add(1);
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_timer(
        &mut self,
        listener: &mut Listener<R>,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        let Listener { runtime, timer, .. } = listener;
        runtime.poll_sleep(Operation::Accept, timer, until, context)
    }

    fn cooperate<T>(
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        R::cooperate(context, poll)
    }
}

impl<R: UnixRuntime> Waiter for System<R> {
    /// The process is checked only when the mode has to change.
    #[inline]
    fn may_block(&self, listener: &Listener<R>) -> bool {
        !listener.is_shared && (listener.mode == Mode::Blocking || listener.is_ours())
    }

    #[inline]
    fn accept_blocking(
        &mut self,
        listener: &mut Listener<R>,
    ) -> Result<Option<R::Socket>, AcceptFailure> {
        listener.accept(Mode::Blocking)
    }

    fn wait(
        &self,
        listener: Option<&Listener<R>>,
        waker: Option<&WakeReceiver>,
        timeout: Option<Duration>,
    ) -> Result<Readiness, Failure> {
        let listener = listener.map(AsFd::as_fd);
        sys::wait_readable(listener, waker.map(AsFd::as_fd), timeout)
            .map_err(|error| sys::io_failure(Operation::Accept, &error))
    }
}

/// Creates the socket of an accepted connection.
#[inline]
fn socket<R: UnixRuntime>(
    runtime: &R,
    connection: OwnedFd,
    permits: &Option<Permits>,
) -> R::Socket {
    let permit = permits.as_ref().map(Permits::permit);
    runtime.socket(connection, permit.unwrap_or_default())
}

/// Sets the mode of the listener. If it is shared, another process may have changed it.
#[inline]
fn prepare(
    listener: BorrowedFd<'_>,
    mode: &mut Mode,
    wanted: Mode,
    is_shared: bool,
) -> Result<(), AcceptFailure> {
    if *mode == wanted && !is_shared {
        return Ok(());
    }
    *mode = wanted;
    set_mode(listener, wanted)
}

/// If setting a flag fails, the listener is unusable.
fn set_mode(listener: BorrowedFd<'_>, mode: Mode) -> Result<(), AcceptFailure> {
    sys::set_mode(listener, mode)
        .map_err(|error| AcceptFailure::Fatal(sys::io_failure(Operation::Accept, &error)))
}
