use std::time::{Duration, Instant};

use nix::time::ClockId;

/// Measures what a batch takes.
///
/// The clock of the process counts every thread of it, in user space and in the kernel, so that no
/// runtime can hide work on a thread of its own. The clients are another process.
#[derive(Debug)]
pub(crate) struct Meter {
    began: Instant,
    used_before: Duration,
}

/// What a batch took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// The time that passed.
    pub(crate) wall: Duration,
    /// The time for which this process had a CPU.
    pub(crate) cpu: Duration,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self {
            began: Instant::now(),
            used_before: used(),
        }
    }

    pub(crate) fn stop(&self) -> Cost {
        let cpu = used().saturating_sub(self.used_before);
        Cost {
            wall: self.began.elapsed(),
            cpu,
        }
    }
}

/// By way of the C library, so that the program can also be run under valgrind: it cannot stand
/// how rustix finds its clocks.
fn used() -> Duration {
    ClockId::CLOCK_PROCESS_CPUTIME_ID
        .now()
        .map_or(Duration::ZERO, Duration::from)
}
