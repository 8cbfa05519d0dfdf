//! How much the tests of this repository try by default; the page on verification shows it.
//!
//! More of each can be asked for by environment variables, which the tests name.

/// How many lives of servers are lived in the simulation, by each of the two embedders.
pub const SEEDS: u64 = 1_000;

/// With how many seeds the simulated Linux is compared with the real one.
pub const SEEDS_AGAINST_KERNEL: u64 = 150;

/// How many scripts the model and the bare machine go through.
pub const SEQUENCES_ON_MACHINE: u32 = 10_000;

/// How many scripts the model and a server on the simulated Linux go through.
pub const SEQUENCES_ON_SIMULATION: u32 = 5_000;

/// How many scripts the model and a server on the real operating system go through.
pub const SEQUENCES_ON_SYSTEM: u32 = 300;

/// Where the scripts come from unless another seed is asked for: so tests do not fail by chance.
pub const SEED: u64 = 1;
