use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream as StdStream;
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};
use std::time::{self, Duration};

use anteroom_core::{AcceptFailure, Failure, Operation, Time};
use anteroom_std::{Permit, SocketRuntime, UnixReactor, UnixRuntime};
use tokio::io::Interest;
use tokio::net::{UnixDatagram, UnixStream};
use tokio::runtime::Handle;
use tokio::task::{coop, unconstrained};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::LocalSocket;
use crate::missing::{NO_RUNTIME, NO_TIMERS, driven, failure, missing, unless_it_panics};

/// A tokio runtime for servers and clients: the current one, or a given one.
///
/// # Examples
///
/// A server in a runtime that is not the current one:
///
/// ```
/// use anteroom::tokio::{LocalServer, Tokio};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let runtime = tokio::runtime::Runtime::new()?;
/// let server = LocalServer::bind_in(Tokio::from(runtime.handle().clone()), &name)?;
/// assert!(server.is_listening());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Tokio(Option<Handle>);

impl From<Handle> for Tokio {
    fn from(handle: Handle) -> Self {
        Self(Some(handle))
    }
}

impl UnixRuntime for Tokio {
    /// The listener, in tokio's stream type.
    ///
    /// Only its readiness is used, which this type offers in safe code. The platform layer accepts.
    type Listener = UnixStream;
    type Socket = LocalSocket;
    /// Created when it is needed, so that a runtime without timers can serve.
    type Timer = Option<Pin<Box<Sleep>>>;

    fn resolve(&self, operation: Operation) -> Result<Self, Failure> {
        let current = || Handle::try_current().map_err(|_| missing(operation, NO_RUNTIME));
        let handle = self.0.clone().map_or_else(current, Ok)?;
        if operation == Operation::Listen {
            // If a panic of tokio ends the process, no file may be left.
            let _entered = handle.enter();
            driven(operation, unless_it_panics(UnixDatagram::unbound))?;
        }
        Ok(Self(Some(handle)))
    }

    fn register(&self, operation: Operation, socket: OwnedFd) -> Result<UnixStream, Failure> {
        let _entered = self.handle(operation)?.enter();
        stream(operation, socket.into())
    }

    #[inline]
    fn socket(&self, connection: OwnedFd, permit: Permit) -> LocalSocket {
        LocalSocket::new(connection.into(), self.clone(), permit)
    }

    fn now(&self) -> Time {
        // Outside of the runtime, tokio's clock is not the paused one of a test.
        let _entered = self.0.as_ref().map(Handle::enter);
        let now = Instant::now().into_std();
        Time::from_epoch(now.saturating_duration_since(epoch()))
    }
}

impl SocketRuntime for Tokio {
    type Native = UnixStream;

    fn register_socket(&self, socket: StdStream) -> Result<UnixStream, Failure> {
        let _entered = self.handle(Operation::Accept)?.enter();
        stream(Operation::Accept, socket)
    }
}

impl UnixReactor for Tokio {
    /// tokio clears only the readiness that it has seen before `attempt`.
    #[inline]
    fn poll_attempt<T>(
        &self,
        listener: &mut UnixStream,
        context: &mut Context<'_>,
        mut attempt: impl FnMut(BorrowedFd<'_>) -> Result<Option<T>, AcceptFailure>,
    ) -> Poll<Result<Option<T>, AcceptFailure>> {
        // `cooperate` counts connections in the task's budget.
        let ready = pin!(unconstrained(std::future::poll_fn(
            |context| listener.poll_read_ready(context)
        )))
        .poll(context);
        if let Err(error) = ready!(ready) {
            return Poll::Ready(Err(AcceptFailure::Fatal(failure(
                Operation::Accept,
                &error,
            ))));
        }
        let mut result = Ok(None);
        // `WouldBlock` makes tokio clear the readiness.
        let _ = listener.try_io(Interest::READABLE, || {
            result = attempt(listener.as_fd());
            match result {
                Ok(None) => Err(io::Error::from(io::ErrorKind::WouldBlock)),
                _ => Ok(()),
            }
        });
        Poll::Ready(result)
    }

    fn poll_sleep(
        &self,
        operation: Operation,
        timer: &mut Self::Timer,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        let Some(moment) = epoch()
            .checked_add(until.since_epoch())
            .map(Instant::from_std)
        else {
            // The clock never reaches this moment.
            return Poll::Pending;
        };
        let _entered = self.handle(operation)?.enter();
        let no_timers = || missing(operation, NO_TIMERS);
        let sleep = match timer {
            Some(sleep) => sleep,
            none => {
                let sleep = unless_it_panics(|| sleep_until(moment)).ok_or_else(no_timers)?;
                none.insert(Box::pin(sleep))
            }
        };
        if sleep.deadline() != moment {
            sleep.as_mut().reset(moment);
        }
        // The runtime may have ended since the timer was created.
        let poll = unless_it_panics(|| sleep.as_mut().poll(context));
        poll.ok_or_else(|| missing(operation, NO_RUNTIME))?.map(Ok)
    }

    #[inline]
    fn cooperate<T>(
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let step = ready!(coop::poll_proceed(context));
        let value = ready!(poll(context));
        step.made_progress();
        Poll::Ready(value)
    }
}

impl Tokio {
    fn handle(&self, operation: Operation) -> Result<&Handle, Failure> {
        self.0
            .as_ref()
            .ok_or_else(|| missing(operation, NO_RUNTIME))
    }
}

/// The epoch of this crate's time.
///
/// It is earlier than the start of every runtime, since the clock of a paused runtime stands still.
fn epoch() -> time::Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    static EPOCH: OnceLock<time::Instant> = OnceLock::new();
    *EPOCH.get_or_init(|| {
        let now = time::Instant::now();
        now.checked_sub(YEAR).unwrap_or(now)
    })
}

fn stream(operation: Operation, socket: StdStream) -> Result<UnixStream, Failure> {
    driven(operation, unless_it_panics(|| UnixStream::from_std(socket)))
}
