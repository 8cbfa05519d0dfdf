use core::time::Duration;

/// How a wait for a new connection ended.
///
/// One enum, so that there are no two flags which could disagree.
//= WAIT-1, WAIT-2, WAIT-5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "only `Ready` means that a connection is there"]
#[expect(clippy::exhaustive_enums, reason = "a wait ends in one of these ways")]
pub enum Wait {
    /// A connection is pending.
    Ready,
    /// The time was over before a connection came.
    TimedOut,
    /// The server does not listen, or ceased to.
    NotListening,
}

/// How long to wait at most: not at all by default.
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
#[expect(clippy::exhaustive_enums, reason = "a wait has an end or it has none")]
pub enum Timeout {
    /// Give up after this time; zero looks once and does not block.
    After(Duration),
    /// Wait for as long as it takes.
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
