//! The calls that the server made on the simulated operating system, in order.

use std::fmt;

use anteroom_core::Time;

/// The calls of the server, and their results.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace(Vec<(Time, String)>);

impl Trace {
    pub(super) fn note(&mut self, now: Time, call: String) {
        self.0.push((now, call));
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(now, call)| writeln!(f, "{} ms: {call}", now.since_epoch().as_millis()))
    }
}
