//! What was asked of the operating system, in order.

use std::fmt;

use anteroom_core::Time;

/// The calls that went through the port, and their answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    calls: Vec<(Time, String)>,
}

impl Trace {
    /// Notes a call.
    pub(super) fn note(&mut self, now: Time, call: String) {
        self.calls.push((now, call));
    }

    /// Returns how many calls there were.
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Returns the calls from a certain one on, each with its moment.
    pub(super) fn since(&self, first: usize) -> impl Iterator<Item = String> {
        self.calls[first..].iter().map(|(now, call)| {
            let milliseconds = now.since_epoch().as_millis();
            format!("{milliseconds} ms: {call}")
        })
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.since(0).try_for_each(|call| writeln!(f, "{call}"))
    }
}
