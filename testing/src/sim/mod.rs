//! A simulated operating system, on which the shipped machine and driver run.
//!
//! What is simulated lies behind the port ([`anteroom_core::Os`]): files, listeners and their
//! queues, clients, users, descriptors, processes and time. [`anteroom_core::Driver`] and
//! [`anteroom_core::Server`] are the real ones.
//!
//! - [`fixture()`] makes a [`Fixture`] of it, so that every case of the suite runs here as well, in each
//!   [`Profile`]. Where the simulation and a real system differ, the simulation is wrong.
//! - [`Simulation`] can be told to fail the next call: the random search does that.
//!
//! Everything is deterministic: there are no threads, no clocks, no order that is left to chance.
//! Time is virtual and advances only during waits.

mod clock;
mod kernel;
mod os;
mod profile;
mod random;
mod simulation;
mod subject;
mod trace;
mod world;

pub use os::{SimConnection, SimDescriptor, SimListener, SimOs};
pub use profile::Profile;
pub(crate) use profile::VARIANT;
pub use random::Random;
pub use simulation::Simulation;
pub use subject::SimSubject;
pub use world::SimWorld;

use anteroom_conformance::Fixture;

/// Puts a fresh server into a fresh simulation.
pub fn fixture(profile: Profile) -> Fixture {
    let simulation = Simulation::new(profile);
    Fixture::new(
        SimSubject::new(simulation.clone()),
        SimWorld::new(simulation),
    )
}
