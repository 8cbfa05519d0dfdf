//! The columns of the table: the phases, and the state of a pause.

use anteroom_core::{PhaseName, Server};
use core::fmt;

use PhaseName::{Binding, Draining, Idle, Listening};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) phase: PhaseName,
    pub(crate) pause: Pause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    None,
    BackingOff,
    RetryDue,
}

/// The origin of the listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Bound by the server, with a socket file.
    File,
    /// Bound by the server without a file: an abstract name or a pipe.
    NoFile,
    Adopted,
}

impl Column {
    pub(crate) const ALL: [Self; 8] = [
        Self::new(Idle, Pause::None),
        Self::new(Binding, Pause::None),
        Self::new(Listening, Pause::None),
        Self::new(Listening, Pause::BackingOff),
        Self::new(Listening, Pause::RetryDue),
        Self::new(Draining, Pause::None),
        Self::new(Draining, Pause::BackingOff),
        Self::new(Draining, Pause::RetryDue),
    ];

    const fn new(phase: PhaseName, pause: Pause) -> Self {
        Self { phase, pause }
    }

    pub(crate) fn of(server: &Server<u8>) -> Self {
        let pause = match (server.pause(), server.poll_timeout()) {
            (None, None) => Pause::None,
            (Some(_), Some(_)) => Pause::BackingOff,
            (Some(_), None) => Pause::RetryDue,
            (None, Some(until)) => panic!("a back-off until {until:?} without a pause"),
        };
        Self::new(server.phase(), pause)
    }

    pub(crate) const fn label(self) -> [&'static str; 2] {
        match self.pause {
            Pause::None => ["", ""],
            Pause::BackingOff => [", backing off", "Backoff"],
            Pause::RetryDue => [", paused, retry due", "Retry"],
        }
    }

    /// Returns the name of the column in a diagram.
    pub(crate) fn id(self) -> String {
        format!("{:?}{}", self.phase, self.label()[1])
    }

    /// Returns the possible origins of the listener.
    pub(crate) const fn origins(self) -> &'static [Origin] {
        match self.phase {
            Idle => &[Origin::File],
            _ => &[Origin::File, Origin::NoFile, Origin::Adopted],
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}", self.phase, self.label()[0])
    }
}
