use std::ffi::OsStr;
use std::future::poll_fn;
use std::time::Duration;

use anteroom_core::{Failure, Operation, ServerName, SocketOptions, Timeout};

use super::ConnectOptions;
use crate::names::server_name;
use crate::sys::{self, Connected, NamedFailure, System};
use crate::{Async, Blocking, Error, Permit, Result, UnixReactor, UnixRuntime};

/// The delay after the first attempt that finds a full backlog.
const FIRST_DELAY: Duration = Duration::from_millis(1);

/// The longest delay between two attempts.
const LONGEST_DELAY: Duration = Duration::from_millis(50);

impl<R: UnixRuntime> ConnectOptions<Blocking<System<R>>> {
    /// Connects to the server at `name`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound): no such socket exists; the server may not have
    /// started yet. [`Name`](crate::ErrorKind::Name): the name is invalid, as for `listen`.
    /// [`Refused`](crate::ErrorKind::Refused): no server listens on the socket; the detail tells a
    /// crashed server from one that does not listen.
    /// [`WrongObject`](crate::ErrorKind::WrongObject): the file is not a socket.
    /// [`Access`](crate::ErrorKind::Access): the permissions deny access.
    /// [`TimedOut`](crate::ErrorKind::TimedOut): the backlog was full until the timeout.
    ///
    /// # Platform-specific behavior
    ///
    /// Only Linux tells a full backlog from a refusing server.
    pub fn connect(self, name: impl AsRef<OsStr>) -> Result<R::Socket>
    where
        R: Default,
    {
        self.connect_in(R::default(), name)
    }

    /// Connects to the server at `name`, on the given runtime.
    ///
    /// # Errors
    ///
    /// See [`connect`](Self::connect).
    pub fn connect_in(self, runtime: R, name: impl AsRef<OsStr>) -> Result<R::Socket> {
        let name = server_name(name);
        let connect = |runtime: R| {
            let connected = sys::connect(&name, self.options, self.timeout)?;
            Ok(runtime.socket(connected.socket, Permit::default()))
        };
        resolved(&runtime)
            .and_then(connect)
            .map_err(|error| Error::named(name, error))
    }
}

impl<R: UnixReactor> ConnectOptions<Async<System<R>>> {
    /// Connects to the server at `name`.
    ///
    /// While the server's backlog is full, it tries again after delays that grow up to 50 ms.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound): no such socket exists; the server may not have
    /// started yet. [`Name`](crate::ErrorKind::Name): the name is invalid, as for `listen`.
    /// [`Refused`](crate::ErrorKind::Refused): no server listens on the socket; the detail tells a
    /// crashed server from one that does not listen.
    /// [`WrongObject`](crate::ErrorKind::WrongObject): the file is not a socket.
    /// [`Access`](crate::ErrorKind::Access): the permissions deny access.
    /// [`TimedOut`](crate::ErrorKind::TimedOut): the backlog was full until the timeout.
    /// [`Unsupported`](crate::ErrorKind::Unsupported): there is no runtime, or it lacks I/O or
    /// timers.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the socket.
    ///
    /// # Platform-specific behavior
    ///
    /// Only Linux tells a full backlog from a refusing server.
    pub async fn connect(self, name: impl AsRef<OsStr>) -> Result<R::Socket>
    where
        R: Default,
    {
        self.connect_in(R::default(), name).await
    }

    /// Connects to the server at `name`, on the given runtime.
    ///
    /// # Errors
    ///
    /// See [`connect`](Self::connect).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the socket.
    pub async fn connect_in(self, runtime: R, name: impl AsRef<OsStr>) -> Result<R::Socket> {
        let name = server_name(name);
        let connected = async {
            let runtime = resolved(&runtime)?;
            let connected =
                connect_in_attempts(&runtime, &name, self.options, self.timeout).await?;
            Ok(runtime.socket(connected.socket, Permit::default()))
        };
        connected.await.map_err(|error| Error::named(name, error))
    }
}

fn resolved<R: UnixRuntime>(runtime: &R) -> std::result::Result<R, NamedFailure> {
    runtime
        .resolve(Operation::Connect)
        .map_err(|failure| NamedFailure::new(failure, None))
}

/// Connects by non-blocking attempts, with growing delays while the backlog is full.
///
/// Read the clock and create a timer only if the first attempt has to wait.
//= CON-1, CON-2, CON-3
async fn connect_in_attempts<R: UnixReactor>(
    runtime: &R,
    name: &ServerName,
    options: SocketOptions,
    timeout: Timeout,
) -> std::result::Result<Connected, NamedFailure> {
    let address = sys::resolve(name, options, Operation::Connect)
        .map_err(|failure| NamedFailure::new(failure, None))?;
    let named = |failure| NamedFailure::new(failure, Some(address.full_name().clone()));
    let mut deadline = None;
    let mut delay = FIRST_DELAY;
    loop {
        if let Some(socket) = sys::try_connect(&address).map_err(named)? {
            return Ok(Connected::new(socket, address.full_name().clone()));
        }
        let now = runtime.now();
        let remaining = match timeout {
            Timeout::Never => delay,
            Timeout::After(limit) => deadline.get_or_insert_with(|| now.after(limit)).since(now),
        };
        if remaining.is_zero() {
            return Err(named(sys::timed_out()));
        }
        sleep(runtime, delay.min(remaining)).await.map_err(named)?;
        delay = (delay * 2).min(LONGEST_DELAY);
    }
}

async fn sleep<R: UnixReactor>(
    runtime: &R,
    duration: Duration,
) -> std::result::Result<(), Failure> {
    let mut timer = R::Timer::default();
    let until = runtime.now().after(duration);
    poll_fn(|context| runtime.poll_sleep(Operation::Connect, &mut timer, until, context)).await
}
