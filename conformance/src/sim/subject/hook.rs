use anteroom_core::{Admit, Intake};

use crate::Hook;
use crate::sim::os::SimConnection;
use crate::sim::simulation::Simulation;

/// A hook of every kind that the cases ask for.
#[derive(Debug)]
pub(super) struct SimHook {
    simulation: Simulation,
    hook: Hook,
    calls: usize,
    taken: Vec<SimConnection>,
}

impl SimHook {
    pub(super) const fn new(simulation: Simulation, hook: Hook) -> Self {
        Self {
            simulation,
            hook,
            calls: 0,
            taken: Vec::new(),
        }
    }

    /// Returns what a forked child has: the same kind of hook, with an empty hand.
    pub(super) fn inherited(&self) -> Self {
        Self::new(self.simulation.clone(), self.hook)
    }

    pub(super) const fn calls(&self) -> usize {
        match self.hook {
            Hook::None => 0,
            _ => self.calls,
        }
    }

    /// Hands out what was not queued.
    pub(super) fn take(&mut self) -> Vec<SimConnection> {
        std::mem::take(&mut self.taken)
    }
}

impl Intake<SimConnection> for SimHook {
    fn incoming(&mut self, connection: SimConnection, admit: &mut Admit<'_, SimConnection>) {
        self.calls += 1;
        match self.hook {
            Hook::None | Hook::Count => admit.enqueue(connection),
            Hook::Refuse => drop(connection),
            Hook::Take => self.taken.push(connection),
            Hook::AddOwn => {
                admit.enqueue(connection);
                let pair = SimConnection::pair(&self.simulation);
                let (one, other) = pair.expect("a pair can be made");
                admit.enqueue(one);
                self.taken.push(other);
            }
            Hook::PanicOnce if self.calls == 1 => panic!("the hook panics, as the case wants"),
            Hook::PanicOnce => admit.enqueue(connection),
        }
    }
}
