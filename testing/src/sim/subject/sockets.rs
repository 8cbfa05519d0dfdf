use std::collections::BTreeMap;

use anteroom_core::{Failure, Timeout};

use crate::sim::kernel::{AttemptId, Outcome, Target};
use crate::sim::os::{SimConnection, explained};
use crate::sim::simulation::Simulation;
use anteroom_conformance::{Attempt, AttemptTag, ConnTag};

/// The sockets of the application, and the attempts to connect.
pub(super) struct Sockets {
    simulation: Simulation,
    sockets: BTreeMap<ConnTag, SimConnection>,
    attempts: Vec<Connecting>,
    made: u32,
}

#[derive(Clone, Copy)]
enum Connecting {
    Running(AttemptId),
    Ended(Attempt),
}

impl Sockets {
    pub(super) const fn new(simulation: Simulation) -> Self {
        Self {
            simulation,
            sockets: BTreeMap::new(),
            attempts: Vec::new(),
            made: 0,
        }
    }

    pub(super) fn add(&mut self, connection: SimConnection) -> ConnTag {
        let tag = ConnTag(self.made);
        self.made += 1;
        self.sockets.insert(tag, connection);
        tag
    }

    pub(super) fn get(&self, tag: ConnTag) -> &SimConnection {
        self.sockets
            .get(&tag)
            .expect("the case uses a connection that it has not dropped")
    }

    pub(super) fn remove(&mut self, tag: ConnTag) {
        self.sockets.remove(&tag);
    }

    pub(super) fn start_connect(
        &mut self,
        target: Result<Target, Failure>,
        timeout: Timeout,
    ) -> AttemptTag {
        let tag = AttemptTag(u32::try_from(self.attempts.len()).expect("a case makes only few"));
        let connecting = match target {
            Err(failure) => Connecting::Ended(Attempt::Failed(failure.into())),
            Ok(target) => {
                let mut kernel = self.simulation.kernel();
                let deadline = match timeout {
                    Timeout::After(duration) => Some(kernel.clock.ahead(duration)),
                    Timeout::Never => None,
                };
                Connecting::Running(kernel.start_attempt(target, deadline))
            }
        };
        self.attempts.push(connecting);
        tag
    }

    pub(super) fn attempt(&mut self, tag: AttemptTag) -> Attempt {
        let index = usize::try_from(tag.0).expect("a tag is an index");
        let id = match self.attempts[index] {
            Connecting::Ended(attempt) => return attempt,
            Connecting::Running(id) => id,
        };
        let outcome = self.simulation.kernel().outcome(id);
        let ended = match outcome {
            Outcome::Waiting => return Attempt::Connecting,
            Outcome::Connected(number) => {
                let connection = SimConnection::new(self.simulation.clone(), number);
                Attempt::Connected(self.add(connection))
            }
            Outcome::Failed(failure) => {
                let kernel = self.simulation.kernel();
                Attempt::Failed(explained(&kernel, failure, kernel.target_of(id)).into())
            }
        };
        self.attempts[index] = Connecting::Ended(ended);
        ended
    }
}
