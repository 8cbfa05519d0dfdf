//! The port, and what a platform layer does behind it.

mod handles;
mod names;
mod pipes;
mod unix;

use anteroom_core::{
    AcceptFailure, BindError, Bound, BoundFacts, Detail, ErrorKind, Failure, ListenOptions,
    Operation, Os, ServerName, Time,
};

pub use handles::{SimConnection, SimDescriptor, SimListener};
use names::resolve_to_listen;
pub(super) use names::{resolve, target};
pub(super) use unix::{explained, remove};

use super::kernel::Target;
use super::profile::Profile;
use super::simulation::Simulation;

/// The port of the machine, on a simulated operating system.
#[derive(Debug)]
pub struct SimOs {
    simulation: Simulation,
    /// What a forked server has from its parent, instead of binding.
    inherited: Option<Bound<SimListener>>,
}

impl SimOs {
    /// Creates the port.
    pub const fn new(simulation: Simulation) -> Self {
        Self {
            simulation,
            inherited: None,
        }
    }

    /// Creates the port of a forked server: the next `bind` gives what it has inherited.
    pub(super) const fn inheriting(simulation: Simulation, bound: Bound<SimListener>) -> Self {
        Self {
            simulation,
            inherited: Some(bound),
        }
    }

    fn bind_target(
        &self,
        target: &Target,
        options: ListenOptions,
    ) -> Result<Bound<SimListener>, Failure> {
        let mut kernel = self.simulation.kernel();
        let capacity = kernel.profile.queue_capacity(options.backlog);
        let (number, file) = match target {
            Target::Pipe(name) => (pipes::listen(&mut kernel, name, capacity)?, None),
            _ => unix::listen(&mut kernel, target, options, capacity)?,
        };
        drop(kernel);
        let facts = BoundFacts::unnamed().with_full_name(target.full_name().clone());
        let facts = match file {
            Some(_) => facts.with_file(),
            None => facts,
        };
        let listener = SimListener::new(self.simulation.clone(), number, file);
        Ok(Bound::new(listener, facts))
    }

    fn note(&self, call: &str, answer: &impl std::fmt::Debug) {
        let mut kernel = self.simulation.kernel();
        let now = kernel.clock.now();
        kernel.trace.note(now, format!("{call}: {answer:?}"));
    }
}

impl Os for SimOs {
    type Listener = SimListener;
    type Conn = SimConnection;
    type Descriptor = SimDescriptor;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<SimListener>, BindError> {
        if let Some(bound) = self.inherited.take() {
            return Ok(bound);
        }
        let target = resolve_to_listen(&mut self.simulation.kernel(), name, options);
        let target = target.map_err(|failure| BindError::new(failure, None))?;
        let fails = std::mem::take(&mut self.simulation.kernel().faults.bind);
        let bound = match fails {
            true => Err(Failure::new(Operation::Listen, ErrorKind::Resources)),
            false => self.bind_target(&target, options),
        };
        let answer = bound.as_ref().map(|bound| bound.listener.number());
        self.note(&format!("bind {name}"), &answer.map_err(|error| *error));
        bound.map_err(|failure| BindError::new(failure, Some(target.full_name().clone())))
    }

    fn adopt(
        &mut self,
        descriptor: SimDescriptor,
    ) -> Result<Bound<SimListener>, (SimDescriptor, Failure)> {
        let profile = self.simulation.profile();
        let number = descriptor.number();
        let adopted = match profile {
            Profile::Pipes => {
                let failure = Failure::new(Operation::Adopt, ErrorKind::Unsupported);
                Err(failure.with_detail(Detail::NoAdoption))
            }
            Profile::Linux | Profile::OtherUnix => {
                unix::adopt(&mut self.simulation.kernel(), number)
            }
        };
        self.note(&format!("adopt {number}"), &adopted);
        match adopted {
            Ok(facts) => Ok(Bound::new(descriptor.into_listener(), facts)),
            Err(failure) => Err((descriptor, failure)),
        }
    }

    fn refuse(&mut self, listener: &mut SimListener) -> Result<(), Failure> {
        let number = listener.number();
        let refused = {
            let mut kernel = self.simulation.kernel();
            let refused = match kernel.refuse(number) {
                // There it is impossible for every socket; the name is gone, which does as well.
                Err(code) if Some(code) == kernel.profile.shutdown_error() => Ok(()),
                refused => refused,
            };
            refused.map_err(|code| kernel.profile.failure(Operation::Drain, code))
        };
        self.note(&format!("refuse {number}"), &refused);
        refused
    }

    fn unlink(&mut self, listener: &mut SimListener) -> Result<(), Failure> {
        let unlinked = match listener.file() {
            // A process that was killed removes nothing, whatever becomes of its memory.
            Some(file) if listener.is_of_current_process() => {
                let mut kernel = self.simulation.kernel();
                match std::mem::take(&mut kernel.faults.unlink) {
                    true => Err(Failure::new(Operation::Close, ErrorKind::Access)),
                    false => unix::unlink(&mut kernel, file),
                }
            }
            _ => Ok(()),
        };
        self.note(&format!("unlink {}", listener.number()), &unlinked);
        unlinked
    }

    fn try_accept(
        &mut self,
        listener: &mut SimListener,
    ) -> Result<Option<SimConnection>, AcceptFailure> {
        if let Some(failure) = self.simulation.kernel().faults.accept.take() {
            return Err(failure);
        }
        let (process, number) = (listener.process(), listener.number());
        let accepted = self.simulation.kernel().accept(process, number);
        self.note(&format!("accept {number}"), &accepted);
        match accepted {
            Ok(accepted) => {
                Ok(accepted.map(|number| SimConnection::new(self.simulation.clone(), number)))
            }
            Err(code) => Err(accept_failure(self.simulation.profile(), code)),
        }
    }

    fn examine(&mut self, listener: &mut SimListener) -> Result<(), AcceptFailure> {
        if self.simulation.kernel().is_hung_up(listener.number()) {
            let failure = Failure::new(Operation::Accept, ErrorKind::Unknown);
            let failure = failure.with_detail(Detail::ShutDownElsewhere);
            return Err(AcceptFailure::Fatal(failure));
        }
        Ok(())
    }

    fn assume_ownership(&mut self, listener: &mut SimListener) {
        listener.assume_ownership();
    }

    fn now(&self) -> Time {
        self.simulation.now()
    }
}

/// Returns what a code means which accepting ended with.
fn accept_failure(profile: Profile, code: i32) -> AcceptFailure {
    match profile {
        Profile::Pipes => anteroom_core::rules::codes::windows_accept_failure(code),
        Profile::Linux | Profile::OtherUnix => profile.codes().accept_failure(code),
    }
}
