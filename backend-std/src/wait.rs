/// How a wait for a new connection ended.
//= WAIT-1, WAIT-2, WAIT-5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "only `Ready` means that a connection is there"]
#[non_exhaustive]
pub enum Wait {
    /// A connection is pending.
    Ready,
    /// The time was over before a connection came.
    TimedOut,
    /// The server does not listen, or ceased to.
    NotListening,
    /// A [`WakeHandle`](crate::WakeHandle) ended the wait, which only blocking servers have.
    Woken,
}

impl From<anteroom_core::Wait> for Wait {
    fn from(wait: anteroom_core::Wait) -> Self {
        match wait {
            anteroom_core::Wait::Ready => Self::Ready,
            anteroom_core::Wait::TimedOut => Self::TimedOut,
            anteroom_core::Wait::NotListening => Self::NotListening,
        }
    }
}
