//! How much the tests of this repository try by default; the page on verification shows it.
//!
//! More of each can be asked for by environment variables, which the tests name.

/// With how many seeds the simulated Linux is compared with the real one.
pub const SEEDS_AGAINST_KERNEL: u64 = 150;

/// How many scripts the model and a server on the simulated Linux go through.
pub const SEQUENCES_ON_SIMULATION: u32 = 10_000;

/// How many scripts the model and a server on the real operating system go through.
pub const SEQUENCES_ON_SYSTEM: u32 = 300;

/// Where the scripts come from unless another seed is asked for: so tests do not fail by chance.
pub const SEED: u64 = 1;
