use core::time::Duration;

/// The result of a wait for a connection.
//= WAIT-1, WAIT-2, WAIT-5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "only `Ready` means that a connection is pending"]
#[expect(clippy::exhaustive_enums, reason = "a wait has no other results")]
pub enum Wait {
    /// A connection is pending.
    Ready,
    /// The timeout elapsed.
    TimedOut,
    /// The server is not listening, or stopped listening during the wait.
    NotListening,
}

/// The timeout of a wait. Default: zero, which does not block.
///
/// # Examples
///
/// ```
/// use anteroom_core::Timeout;
/// use core::time::Duration;
///
/// assert_eq!(Timeout::default(), Timeout::After(Duration::ZERO));
/// assert_eq!(Timeout::from(Duration::from_secs(1)), Timeout::After(Duration::from_secs(1)));
/// assert_eq!(Timeout::from(None), Timeout::Never);
/// ```
//= WAIT-3, WAIT-4
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a timeout is finite or infinite")]
pub enum Timeout {
    /// Return after this time. Zero does not block.
    After(Duration),
    /// Wait without a limit.
    Never,
}

impl Default for Timeout {
    fn default() -> Self {
        Self::After(Duration::ZERO)
    }
}

impl From<Duration> for Timeout {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}

impl From<Option<Duration>> for Timeout {
    fn from(duration: Option<Duration>) -> Self {
        duration.map_or(Self::Never, Self::After)
    }
}
