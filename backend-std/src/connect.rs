#[cfg(unix)]
mod unix;

use std::fmt;
use std::marker::PhantomData;

use anteroom_core::{SocketOptions, Timeout};

use crate::Mode;

/// How to connect: to which kind of name, and how long to wait for a full queue.
///
/// Each backend has an alias of this type.
///
/// # Examples
///
/// ```
/// use anteroom::ErrorKind;
/// use anteroom::blocking::ConnectOptions;
/// use std::time::Duration;
///
/// let error = ConnectOptions::new()
///     .timeout(Duration::from_secs(1))
///     .connect("/nowhere/at/all")
///     .unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// ```
#[must_use = "it is `connect` that makes the connection"]
pub struct ConnectOptions<M> {
    options: SocketOptions,
    timeout: Timeout,
    mode: PhantomData<fn() -> M>,
}

impl<M: Mode> ConnectOptions<M> {
    /// Waits for as long as it takes, for a server with a file.
    pub const fn new() -> Self {
        Self {
            options: SocketOptions::empty(),
            timeout: Timeout::Never,
            mode: PhantomData,
        }
    }

    /// Sets the kind of the name: `SocketOptions::ABSTRACT`, or nothing.
    ///
    /// Access flags make `connect` fail with `ErrorKind::Unsupported`: only the server
    /// decides who may connect.
    pub const fn socket_options(mut self, options: SocketOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets how long to wait while the server's queue is full; zero tries once.
    //= CON-3
    pub fn timeout(mut self, timeout: impl Into<Timeout>) -> Self {
        self.timeout = timeout.into();
        self
    }
}

impl<M: Mode> Default for ConnectOptions<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> Clone for ConnectOptions<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for ConnectOptions<M> {}

impl<M> fmt::Debug for ConnectOptions<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("options", &self.options)
            .field("timeout", &self.timeout)
            .finish()
    }
}
