#[cfg(unix)]
mod unix;

use std::fmt;
use std::marker::PhantomData;

use anteroom_core::{SocketOptions, Timeout};

use crate::Mode;

/// Options for connecting: the kind of the name, and the timeout for a full backlog.
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
    /// Connects to a path, without a timeout.
    pub const fn new() -> Self {
        Self {
            options: SocketOptions::empty(),
            timeout: Timeout::Never,
            mode: PhantomData,
        }
    }

    /// Sets the kind of the name: `SocketOptions::ABSTRACT`, or no option.
    ///
    /// With access options `connect` fails with `ErrorKind::Unsupported`: they apply to servers
    /// only.
    pub const fn socket_options(mut self, options: SocketOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the timeout for a full backlog. Zero tries once. Default: no timeout.
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
