//! The model and the machine, and the model and the simulated system, go through the same scripts.

#![forbid(unsafe_code)]

mod scripts;
mod search;

use anteroom_conformance::differential::{run_on_bench, run_on_machine};
use anteroom_conformance::effort::{SEQUENCES_ON_MACHINE, SEQUENCES_ON_SIMULATION};
use anteroom_conformance::sim::{Profile, bench};

#[test]
fn model_and_machine_agree() {
    search::search(
        "core",
        SEQUENCES_ON_MACHINE,
        &search::operations(true),
        &[],
        run_on_machine,
    );
}

#[test]
fn model_and_simulation_agree() {
    search::search(
        "sim",
        SEQUENCES_ON_SIMULATION,
        &search::operations(false),
        &[],
        |script| run_on_bench(script, bench(Profile::Linux)),
    );
}

#[test]
fn model_and_another_unix_agree() {
    // A full queue refuses there, and modes are ignored.
    let impossible = ["a client waits", "a socket with a mode of its own"];
    search::search(
        "sim, another Unix",
        1_000,
        &search::operations(false),
        &impossible,
        |script| run_on_bench(script, bench(Profile::OtherUnix)),
    );
}
