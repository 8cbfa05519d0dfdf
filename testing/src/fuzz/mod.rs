//! What a fuzzer calls with made-up bytes: each function panics if a promise is broken.
//!
//! The targets in `fuzz/` call one of them each, and a test replays the corpus that is kept there.

mod names;

pub use names::names;

use crate::differential::{Difference, Run, Script, run_on_simulation};
use crate::sim::Profile;

/// How many bytes of an input count; longer scripts find nothing more, only later.
const LONGEST: usize = 400;

/// Lets the model and a server in a simulated world go through a script.
///
/// # Panics
///
/// Panics when they differ, and when the machine or the simulation breaks an invariant of its own.
pub fn world(bytes: &[u8]) {
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
