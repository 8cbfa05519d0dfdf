//! The conformance suite on the simulated operating systems.

#![forbid(unsafe_code)]

use anteroom_conformance::Fixture;
use anteroom_testing::sim::{Profile, bench};

fn linux() -> Fixture {
    bench(Profile::Linux)
}

fn other_unix() -> Fixture {
    bench(Profile::OtherUnix)
}

fn pipes() -> Fixture {
    bench(Profile::Pipes)
}

anteroom_conformance::suite!(sim_linux => linux);
anteroom_conformance::suite!(sim_other_unix => other_unix);
anteroom_conformance::suite!(sim_pipes => pipes);
