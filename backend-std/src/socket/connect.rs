use std::ffi::OsStr;

use anteroom_core::{SocketOptions, Timeout};

use crate::names::server_name;
use crate::sys;
use crate::{Error, LocalSocket, Result};

/// How to connect: to which kind of name, and how long to wait for a full queue.
///
/// # Examples
///
/// ```
/// use anteroom_std::{ConnectOptions, ErrorKind};
/// use std::time::Duration;
///
/// let error = ConnectOptions::new()
///     .timeout(Duration::from_secs(1))
///     .connect("/nowhere/at/all")
///     .unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Name);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "it is `connect` that makes the connection"]
pub struct ConnectOptions {
    options: SocketOptions,
    timeout: Timeout,
}

impl ConnectOptions {
    /// Waits for as long as it takes, for a server with a file.
    pub const fn new() -> Self {
        Self {
            options: SocketOptions::empty(),
            timeout: Timeout::Never,
        }
    }

    /// Sets the kind of the name: only [`SocketOptions::ABSTRACT`] means something to a client.
    pub const fn socket_options(mut self, options: SocketOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets how long to wait while the server's queue is full; zero tries once.
    ///
    /// # Specification
    ///
    /// CON-3.
    pub fn timeout(mut self, timeout: impl Into<Timeout>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// Connects to the server at `name`.
    ///
    /// # Errors
    ///
    /// As [`LocalSocket::connect`] and [`LocalSocket::connect_timeout`].
    pub fn connect(self, name: impl AsRef<OsStr>) -> Result<LocalSocket> {
        let name = server_name(name);
        match sys::connect(&name, self.options, self.timeout) {
            Ok(connected) => Ok(LocalSocket::from(connected.socket)),
            Err(error) => Err(Error::named(name, error)),
        }
    }
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self::new()
    }
}
