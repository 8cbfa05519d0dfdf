//! The reference model and the server on simulated systems run the same scripts.

#![forbid(unsafe_code)]

mod mistakes;
mod scripts;

use anteroom_testing::differential::{Search, run_on_simulation};
use anteroom_testing::effort::SEQUENCES_ON_SIMULATION;
use anteroom_testing::sim::Profile;

#[test]
fn model_and_simulated_linux_agree() {
    Search::new("sim", SEQUENCES_ON_SIMULATION)
        .with_faults()
        .run(|script| run_on_simulation(script, Profile::Linux));
}

#[test]
fn model_and_another_simulated_unix_agree() {
    // A full queue refuses there, and modes are ignored.
    Search::new("sim, another Unix", 1_000)
        .with_faults()
        .without(&["a client waits", "a socket with an exact mode"])
        .run(|script| run_on_simulation(script, Profile::OtherUnix));
}
