//! The bodies of the fuzz targets. Each panics if a promise is broken.
//!
//! The programs in `fuzz/` call them, and the test `fuzz_replay` replays the corpus.

mod names;

pub use names::names;

use crate::differential::{Difference, Run, Script, run_on_simulation};
use crate::sim::Profile;

/// The bytes of an input that are used. Longer scripts find nothing more.
const LONGEST: usize = 400;

/// Runs a script on the reference model and a server on the simulated Linux.
///
/// # Panics
///
/// Panics if they differ, or if an invariant of the machine or the simulation is violated.
pub fn scripts(bytes: &[u8]) {
    expect_agreement(run_on_simulation(&script(bytes), Profile::Linux));
}

fn script(bytes: &[u8]) -> Script {
    Script::from_bytes(&bytes[..bytes.len().min(LONGEST)])
}

fn expect_agreement(result: Result<Run, Box<Difference>>) {
    if let Err(difference) = result {
        panic!("{difference}");
    }
}
