use std::io::{Error, Result};

use crate::sim::os::SimConnection;
use crate::sim::simulation::Simulation;
use anteroom_conformance::{Hook, TestHook};

type Pair = Box<dyn FnMut() -> Result<(SimConnection, SimConnection)>>;

/// A hook whose own connections are made in this simulation.
pub(super) type SimHook = TestHook<SimConnection, Pair>;

pub(super) fn new(simulation: &Simulation, kind: Hook) -> SimHook {
    let simulation = simulation.clone();
    let pair = move || SimConnection::pair(&simulation).map_err(Error::from_raw_os_error);
    TestHook::new(kind, Box::new(pair))
}
