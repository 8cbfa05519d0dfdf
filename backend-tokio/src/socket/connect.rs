use std::ffi::OsStr;

use anteroom_core::{Failure, Operation, Time};
use anteroom_std::sys::NamedFailure;
use anteroom_std::{Error, Result, connect_in_attempts, local_connect_options, server_name};
use tokio::time::Instant;

use crate::{LocalSocket, runtime};

local_connect_options! {
    /// How to connect: to which kind of name, and how long to wait for a full queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_tokio::{ConnectOptions, ErrorKind};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let options = ConnectOptions::new().timeout(Duration::from_secs(1));
    /// let error = options.connect("/nowhere/at/all").await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound);
    /// # }
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
    /// [`Unsupported`](crate::ErrorKind::Unsupported): there is no runtime, or it lacks its I/O,
    /// or its timers when they are needed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    ///
    /// # Platform-specific behavior
    ///
    /// Only Linux tells a full queue from a server that refuses.
    ///
    /// In a runtime without I/O, and without timers while the queue is full, tokio panics. The
    /// panic is caught and becomes an error; with `panic = "abort"` the process ends.
    pub async fn connect(self, name: impl AsRef<OsStr>) -> Result<LocalSocket> {
        let name = server_name(name);
        match self.connect_to(&name).await {
            Ok(socket) => Ok(socket),
            Err(error) => Err(Error::named(name, error)),
        }
    }

    async fn connect_to(
        self,
        name: &anteroom_core::ServerName,
    ) -> std::result::Result<LocalSocket, NamedFailure> {
        let unnamed = |failure: Failure| NamedFailure::new(failure, None);
        runtime::current(Operation::Connect).map_err(unnamed)?;
        let epoch = Instant::now();
        let now = move || Time::from_epoch(epoch.elapsed());
        let sleep = |duration| runtime::timer(Operation::Connect, Instant::now() + duration);
        let connected = connect_in_attempts(name, self.options, self.timeout, now, sleep).await?;
        let stream = runtime::stream(Operation::Connect, connected.socket)
            .map_err(|failure| NamedFailure::new(failure, Some(connected.full_name)))?;
        Ok(LocalSocket::from(stream))
    }
}
