use std::time::Duration;

use crate::Error;

/// A pause in accepting connections: its cause and duration.
///
/// Returned by `pause` of a server. During a pause, clients wait in the backlog.
///
/// # Examples
///
/// ```
/// use anteroom::{Error, ErrorKind, Failure, Operation, Pause};
/// use std::time::Duration;
///
/// let failure = Failure::new(Operation::Accept, ErrorKind::Resources);
/// let pause = Pause::new(Error::new(failure, None, None), Duration::from_secs(3));
/// assert_eq!(pause.error().kind(), ErrorKind::Resources);
/// assert_eq!(pause.elapsed(), Duration::from_secs(3));
/// ```
#[derive(Debug)]
pub struct Pause {
    error: Error,
    elapsed: Duration,
}

impl Pause {
    /// Creates a pause that has lasted for `elapsed`.
    pub const fn new(error: Error, elapsed: Duration) -> Self {
        Self { error, elapsed }
    }

    /// Returns the error of the latest attempt to accept.
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// Returns the time since the first failed attempt.
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl From<Pause> for Error {
    fn from(pause: Pause) -> Self {
        pause.error
    }
}
