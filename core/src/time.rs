use core::time::Duration;

/// A moment, measured from an epoch of the caller's choice.
///
/// The machine never reads a clock: every moment it knows was handed to it. All that it asks of
/// a caller is that the same epoch is used throughout and that time does not run backwards.
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
    /// The epoch itself.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// Creates the moment that lies `since_epoch` after the epoch.
    pub const fn from_epoch(since_epoch: Duration) -> Self {
        Self(since_epoch)
    }

    /// Returns the time between the epoch and this moment.
    pub const fn since_epoch(self) -> Duration {
        self.0
    }

    /// Returns the moment `duration` later, or the last one there is.
    #[must_use]
    pub const fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// Returns the time since `earlier`, or zero when that lies ahead.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}
