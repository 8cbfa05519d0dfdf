/// The result of a wait for a new connection.
//= WAIT-1, WAIT-2, WAIT-5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "only `Ready` means that a connection is there"]
#[non_exhaustive]
pub enum Wait {
    /// A connection is pending.
    Ready,
    /// The timeout was over.
    TimedOut,
    /// The server does not listen, or has stopped listening.
    NotListening,
    /// A [`WakeHandle`](crate::WakeHandle) of a blocking server ended the wait.
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
