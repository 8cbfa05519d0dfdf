//! The model and the machine, and the model and the simulated system, go through the same scripts.

#![forbid(unsafe_code)]

mod mistakes;
mod scripts;

use anteroom_testing::differential::{Search, run_on_machine};
use anteroom_testing::effort::{SEQUENCES_ON_MACHINE, SEQUENCES_ON_SIMULATION};
use anteroom_testing::sim::{Profile, bench};

#[test]
fn model_and_machine_agree() {
    Search::new("core", SEQUENCES_ON_MACHINE)
        .with_faults()
        .run(run_on_machine);
}

#[test]
fn model_and_simulation_agree() {
    Search::new("sim", SEQUENCES_ON_SIMULATION).on_benches(|| bench(Profile::Linux));
}

#[test]
fn model_and_another_unix_agree() {
    // A full queue refuses there, and modes are ignored.
    Search::new("sim, another Unix", 1_000)
        .without(&["a client waits", "a socket with a mode of its own"])
        .on_benches(|| bench(Profile::OtherUnix));
}
