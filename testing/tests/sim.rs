//! The conformance suite on the simulated operating systems.

#![forbid(unsafe_code)]

use anteroom_conformance::Fixture;
use anteroom_testing::sim::{Profile, fixture};

fn linux() -> Fixture {
    fixture(Profile::Linux)
}

fn other_unix() -> Fixture {
    fixture(Profile::OtherUnix)
}

fn pipes() -> Fixture {
    fixture(Profile::Pipes)
}

anteroom_conformance::suite!(sim_linux => linux);
anteroom_conformance::suite!(sim_other_unix => other_unix);
anteroom_conformance::suite!(sim_pipes => pipes);
