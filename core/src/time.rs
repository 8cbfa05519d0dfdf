use core::time::Duration;

/// A moment of a monotonic clock, as the duration since an epoch.
///
/// The machine does not read a clock; callers pass the time. The epoch is arbitrary, but must be the
/// same in all calls, and time must not go backwards.
///
/// # Examples
///
/// ```
/// use anteroom_core::Time;
/// use core::time::Duration;
///
/// let start = Time::ZERO;
/// let later = start.after(Duration::from_millis(10));
/// assert_eq!(later.since(start), Duration::from_millis(10));
/// assert_eq!(start.since(later), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(Duration);

impl Time {
    /// The epoch.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// Creates the moment `since_epoch` after the epoch.
    pub const fn from_epoch(since_epoch: Duration) -> Self {
        Self(since_epoch)
    }

    /// Returns the duration since the epoch.
    pub const fn since_epoch(self) -> Duration {
        self.0
    }

    /// Returns the moment `duration` later, or the latest possible one.
    #[must_use]
    pub const fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// Returns the duration since `earlier`, or zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}
