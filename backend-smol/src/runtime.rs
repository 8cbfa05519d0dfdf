//! async-io as a runtime.

use std::future::Future as _;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use anteroom_core::{AcceptFailure, ErrorKind, Failure, Operation, Time};
use anteroom_std::{Permit, SocketRuntime, UnixReactor, UnixRuntime, sys};
use async_io::Async;

use crate::LocalSocket;
use crate::prediction::Prediction;

/// The descriptors of the reactor on Linux: epoll, an eventfd and a timerfd.
const DESCRIPTORS: usize = 3;

/// async-io as a runtime for servers and clients. There is one for each process.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct AsyncIo;

/// A listener that is registered with async-io.
#[expect(unnameable_types, reason = "only the platform layer uses it")]
#[derive(Debug)]
pub struct Watched {
    socket: Async<UnixListener>,
    prediction: Prediction,
}

impl AsFd for Watched {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl UnixRuntime for AsyncIo {
    type Listener = Watched;
    type Socket = LocalSocket;
    type Timer = Timer;

    /// Starts async-io's reactor, before a socket file is created.
    fn resolve(&self, operation: Operation) -> Result<Self, Failure> {
        start(operation).map(|()| Self)
    }

    fn register(&self, operation: Operation, socket: OwnedFd) -> Result<Watched, Failure> {
        let socket = Async::new_nonblocking(UnixListener::from(socket))
            .map_err(|error| sys::io_failure(operation, &error))?;
        Ok(Watched {
            socket,
            prediction: Prediction::default(),
        })
    }

    #[inline]
    fn socket(&self, connection: OwnedFd, permit: Permit) -> LocalSocket {
        LocalSocket::new(connection.into(), *self, permit)
    }

    fn attempted(&self, listener: &mut Watched, found: bool) {
        listener.prediction.tried(found);
    }
}

impl UnixReactor for AsyncIo {
    /// async-io reports each event once, so that no readiness has to be cleared.
    #[inline]
    fn poll_attempt<T>(
        &self,
        listener: &mut Watched,
        context: &mut Context<'_>,
        mut attempt: impl FnMut(BorrowedFd<'_>) -> Result<Option<T>, AcceptFailure>,
    ) -> Poll<Result<Option<T>, AcceptFailure>> {
        let Watched { socket, prediction } = listener;
        if prediction.should_try() {
            let result = attempt(socket.as_fd())?;
            prediction.tried(result.is_some());
            if result.is_some() {
                return Poll::Ready(Ok(result));
            }
        }
        if let Err(error) = ready!(socket.poll_readable(context)) {
            // The reactor cannot wait now: descriptors or memory have run out.
            return Poll::Ready(Err(exhausted(&error)));
        }
        let result = attempt(socket.as_fd());
        if let Ok(Some(_)) = result {
            prediction.readiness_found();
        }
        Poll::Ready(result)
    }

    fn poll_sleep(
        &self,
        _: Operation,
        timer: &mut Timer,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        timer.poll(until, context).map(Ok)
    }
}

impl SocketRuntime for AsyncIo {
    type Native = Async<UnixStream>;

    fn register_socket(&self, socket: UnixStream) -> Result<Async<UnixStream>, Failure> {
        start(Operation::Accept)?;
        Async::new_nonblocking(socket).map_err(|error| sys::io_failure(Operation::Accept, &error))
    }
}

/// A timer of async-io.
#[expect(unnameable_types, reason = "only the platform layer uses it")]
#[derive(Debug)]
pub struct Timer {
    timer: async_io::Timer,
    set_to: Option<Time>,
}

impl Default for Timer {
    fn default() -> Self {
        Self {
            timer: async_io::Timer::never(),
            set_to: None,
        }
    }
}

impl Timer {
    fn poll(&mut self, until: Time, context: &mut Context<'_>) -> Poll<()> {
        if self.set_to != Some(until) {
            let Some(moment) = Instant::now().checked_add(until.since(sys::now())) else {
                // The clock never reaches this moment.
                return Poll::Pending;
            };
            self.timer.set_at(moment);
            self.set_to = Some(until);
        }
        // A timer that has fired does not fire again.
        Pin::new(&mut self.timer)
            .poll(context)
            .map(|_| self.set_to = None)
    }
}

/// Starts async-io's reactor, if it does not run.
///
/// async-io starts it at its first use, and panics if it cannot, usually for a lack of descriptors,
/// which are checked first. The panic is left for a lack of threads or memory, and for descriptors
/// that another thread opens in between. With `panic = "abort"` it ends the process.
fn start(operation: Operation) -> Result<(), Failure> {
    static IS_STARTED: AtomicBool = AtomicBool::new(false);
    if IS_STARTED.load(Ordering::Relaxed) {
        return Ok(());
    }
    sys::check_descriptors(DESCRIPTORS).map_err(|error| sys::io_failure(operation, &error))?;
    let mut timer = async_io::Timer::after(Duration::from_secs(1));
    let mut context = Context::from_waker(Waker::noop());
    // Polling any timer starts the reactor.
    catch_unwind(AssertUnwindSafe(|| Pin::new(&mut timer).poll(&mut context)))
        .map(|_: Poll<Instant>| IS_STARTED.store(true, Ordering::Relaxed))
        .map_err(|_| Failure::new(operation, ErrorKind::Resources))
}

/// Converts an error of the reactor.
fn exhausted(error: &io::Error) -> AcceptFailure {
    AcceptFailure::Exhausted(sys::io_failure(Operation::Accept, error))
}
