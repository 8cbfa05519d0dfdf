//! What a server holds: listeners and connections, which are closed when they are dropped.

use std::fmt;

use super::unix::SocketFile;
use crate::sim::kernel::ProcessId;
use crate::sim::simulation::Simulation;
use anteroom_conformance::Step;

/// A number that stands for something open in one process; dropping it closes it there.
struct Held {
    simulation: Simulation,
    process: ProcessId,
    number: i64,
}

impl Held {
    fn new(simulation: Simulation, number: i64) -> Self {
        let process = simulation.kernel().current();
        Self {
            simulation,
            process,
            number,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.simulation.kernel().close(self.process, self.number);
    }
}

/// A listener of the simulated operating system; dropping it closes it.
pub struct SimListener {
    held: Held,
    file: Option<SocketFile>,
}

impl SimListener {
    pub(super) fn new(simulation: Simulation, number: i64, file: Option<SocketFile>) -> Self {
        Self {
            held: Held::new(simulation, number),
            file,
        }
    }

    /// Returns the number of its descriptor.
    pub const fn number(&self) -> i64 {
        self.held.number
    }

    /// Makes the current process the one that removes the file.
    pub(super) fn assume_ownership(&mut self) {
        if let Some(file) = &mut self.file {
            file.creator = self.held.simulation.kernel().current();
        }
    }

    /// Returns what a forked child holds: the same number in another process.
    pub(in crate::sim) fn inherited_by(&self, child: ProcessId) -> Self {
        Self {
            held: Held {
                simulation: self.held.simulation.clone(),
                process: child,
                number: self.held.number,
            },
            file: self.file.clone(),
        }
    }

    pub(super) const fn process(&self) -> ProcessId {
        self.held.process
    }

    pub(super) fn is_of_current_process(&self) -> bool {
        self.held.process == self.held.simulation.kernel().current()
    }

    /// Returns whether it has a file.
    pub(in crate::sim) const fn has_file(&self) -> bool {
        self.file.is_some()
    }

    pub(super) const fn file(&self) -> Option<&SocketFile> {
        self.file.as_ref()
    }
}

impl fmt::Debug for SimListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimListener").field(&self.number()).finish()
    }
}

/// A connected socket of the simulated operating system; dropping it closes it.
pub struct SimConnection(Held);

impl SimConnection {
    /// Takes over a descriptor of the current process.
    pub(in crate::sim) fn new(simulation: Simulation, number: i64) -> Self {
        Self(Held::new(simulation, number))
    }

    /// Makes a connected pair.
    ///
    /// # Errors
    ///
    /// Reports the code of the operating system: no descriptors are left.
    pub fn pair(simulation: &Simulation) -> Result<(Self, Self), i32> {
        let (one, other) = simulation.kernel().pair()?;
        let hold = |number| Self::new(simulation.clone(), number);
        Ok((hold(one), hold(other)))
    }

    /// Writes what fits without blocking.
    pub fn write(&self, bytes: &[u8]) -> Step {
        self.0.simulation.kernel().write(self.0.number, bytes)
    }

    /// Reads what is there without blocking, up to so many bytes.
    pub fn read(&self, at_most: usize) -> Step {
        self.0.simulation.kernel().read(self.0.number, at_most)
    }

    /// Ends the writing direction.
    pub fn shutdown_write(&self) {
        self.0.simulation.kernel().shutdown_write(self.0.number);
    }
}

impl fmt::Debug for SimConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimConnection")
            .field(&self.0.number)
            .finish()
    }
}

/// A descriptor for `adopt`; dropping it closes it.
pub struct SimDescriptor(Held);

impl SimDescriptor {
    /// Takes over a descriptor of the current process.
    pub(in crate::sim) fn new(simulation: Simulation, number: i64) -> Self {
        Self(Held::new(simulation, number))
    }

    /// Returns the number.
    pub const fn number(&self) -> i64 {
        self.0.number
    }

    pub(super) fn into_listener(self) -> SimListener {
        SimListener {
            held: self.0,
            file: None,
        }
    }
}

impl fmt::Debug for SimDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SimDescriptor")
            .field(&self.number())
            .finish()
    }
}
