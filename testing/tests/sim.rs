//! The conformance suite on the simulated operating systems.

#![forbid(unsafe_code)]

use anteroom_conformance::Bench;
use anteroom_testing::sim::{Profile, bench};

fn linux() -> Bench {
    bench(Profile::Linux)
}

fn other_unix() -> Bench {
    bench(Profile::OtherUnix)
}

fn pipes() -> Bench {
    bench(Profile::Pipes)
}

anteroom_conformance::suite!(sim_linux => linux);
anteroom_conformance::suite!(sim_other_unix => other_unix);
anteroom_conformance::suite!(sim_pipes => pipes);
