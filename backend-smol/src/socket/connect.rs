use std::ffi::OsStr;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anteroom_core::{Operation, Time};
use anteroom_std::sys::{self, Connected, NamedFailure};
use anteroom_std::{Error, Result, connect_in_attempts, local_connect_options, server_name};
use async_io::{Async, Timer};

use crate::{LocalSocket, runtime};

local_connect_options! {
    /// How to connect: to which kind of name, and how long to wait for a full queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_smol::{ConnectOptions, ErrorKind};
    /// use std::time::Duration;
    ///
    /// let options = ConnectOptions::new().timeout(Duration::from_secs(1));
    /// let error = async_io::block_on(options.connect("/nowhere/at/all")).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound);
    /// ```
    ConnectOptions
}

impl ConnectOptions {
    /// Connects to the server at `name`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound): there is no such server; perhaps not started yet.
    /// [`Name`](crate::ErrorKind::Name): the name is invalid, by the same rules as for
    /// [`listen`](crate::LocalServer::listen) of a server.
    /// [`Refused`](crate::ErrorKind::Refused): the socket there does not accept; the detail of the
    /// failure tells a server that has crashed from one that does not listen.
    /// [`WrongObject`](crate::ErrorKind::WrongObject): what is there is no socket.
    /// [`Access`](crate::ErrorKind::Access): the server's options do not admit you.
    /// [`TimedOut`](crate::ErrorKind::TimedOut): the queue was full all the time.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    ///
    /// # Platform-specific behavior
    ///
    /// Only Linux tells a full queue from a server that refuses.
    ///
    /// The first use starts async-io's reactor: see the [crate](crate#platform-specific-behavior).
    pub async fn connect(self, name: impl AsRef<OsStr>) -> Result<LocalSocket> {
        let name = server_name(name);
        if let Err(failure) = runtime::start(Operation::Connect) {
            return Err(Error::named(name, NamedFailure::new(failure, None)));
        }
        let epoch = Instant::now();
        let now = move || Time::from_epoch(epoch.elapsed());
        let sleep = |duration| Ok(sleep(duration));
        match connect_in_attempts(&name, self.options, self.timeout, now, sleep).await {
            Ok(connected) => watch(connected).map_err(|error| Error::named(name, error)),
            Err(error) => Err(Error::named(name, error)),
        }
    }
}

async fn sleep(duration: Duration) {
    Timer::after(duration).await;
}

/// Lets async-io watch a connected socket.
fn watch(connected: Connected) -> std::result::Result<LocalSocket, NamedFailure> {
    let Connected {
        socket, full_name, ..
    } = connected;
    Async::new_nonblocking(UnixStream::from(socket))
        .map(LocalSocket::from)
        .map_err(|error| {
            NamedFailure::new(sys::io_failure(Operation::Connect, &error), Some(full_name))
        })
}
