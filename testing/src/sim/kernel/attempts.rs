//! Blocking `connect`: waits while the backlog is full.

use anteroom_core::{ErrorKind, Failure, Operation, ServerName, Time};

use super::Kernel;
use super::credentials::Credentials;
use super::listeners::{Refusal, Target};
use super::objects::{Address, ObjectId, Thing};
use super::processes::ProcessId;
use super::streams::Side;

/// Identifies a connection attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct AttemptId(u64);

/// The state of a connection attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Outcome {
    Waiting,
    /// Connected, with this descriptor.
    Connected(i64),
    Failed(Failure),
}

/// A connection attempt.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    target: Target,
    who: Credentials,
    process: ProcessId,
    /// The descriptor of the socket, which is open while it waits.
    number: i64,
    deadline: Option<Time>,
    /// The listener whose backlog is full. Instances of a pipe may have several owners.
    waits_for: Option<ObjectId>,
    outcome: Outcome,
}

impl Attempt {
    /// Returns the deadline of an attempt that waits.
    pub(super) fn deadline(&self) -> Option<Time> {
        self.deadline.filter(|_| self.is_waiting())
    }

    fn is_waiting(&self) -> bool {
        self.outcome == Outcome::Waiting
    }
}

impl Kernel {
    /// Starts to connect. The attempt ends when it succeeds, fails or times out.
    pub(in crate::sim) fn start_attempt(
        &mut self,
        target: Target,
        deadline: Option<Time>,
    ) -> AttemptId {
        let id = AttemptId(self.next_number());
        let socket = self.open(Thing::Socket {
            address: Address::None,
            is_stream: true,
        });
        let outcome = match socket {
            Ok(_) => Outcome::Waiting,
            Err(code) => Outcome::Failed(self.profile.failure(Operation::Connect, code)),
        };
        let attempt = Attempt {
            target,
            who: self.credentials(),
            process: self.current,
            number: socket.unwrap_or(-1),
            deadline,
            waits_for: None,
            outcome,
        };
        self.attempts.insert(id, attempt);
        self.try_attempt(id);
        self.expire_attempts();
        id
    }

    /// Returns the address of an attempt.
    pub(in crate::sim) fn target_of(&self, id: AttemptId) -> &Target {
        &self.attempts[&id].target
    }

    /// Returns the state of an attempt.
    pub(in crate::sim) fn outcome(&self, id: AttemptId) -> Outcome {
        self.attempts[&id].outcome
    }

    /// Retries the first attempt that waits for this listener, which has accepted a client.
    pub(super) fn wake_one(&mut self, object: ObjectId) {
        let waiting = self.attempts.iter();
        let first = waiting
            .filter(|(_, attempt)| attempt.is_waiting() && attempt.waits_for == Some(object))
            .map(|(id, _)| *id)
            .next();
        if let Some(id) = first {
            self.try_attempt(id);
        }
    }

    /// Retries all attempts that wait for this listener, which was closed.
    pub(super) fn wake_all(&mut self, object: ObjectId) {
        self.wake(|attempt| attempt.waits_for == Some(object));
    }

    /// Retries all attempts that wait for this pipe.
    pub(super) fn wake_pipe(&mut self, name: &ServerName) {
        let key = super::pipes::key(name);
        self.wake(|attempt| match &attempt.target {
            Target::Pipe(name) => super::pipes::key(name) == key,
            Target::Path(_) | Target::Abstract(_) => false,
        });
    }

    /// Fails the attempts whose deadline has passed.
    pub(super) fn expire_attempts(&mut self) {
        let now = self.clock.now();
        let code = self.profile.would_block();
        let mut ended = Vec::new();
        for attempt in self.attempts.values_mut() {
            if attempt.deadline().is_some_and(|deadline| deadline <= now) {
                let failure = Failure::new(Operation::Connect, ErrorKind::TimedOut);
                attempt.outcome = Outcome::Failed(failure.with_code(code));
                ended.push((attempt.process, attempt.number));
            }
        }
        for (process, number) in ended {
            self.close(process, number);
        }
    }

    fn wake(&mut self, is_concerned: impl Fn(&Attempt) -> bool) {
        let waiting = self.attempts.iter();
        let concerned: Vec<AttemptId> = waiting
            .filter(|(_, attempt)| attempt.is_waiting() && is_concerned(attempt))
            .map(|(id, _)| *id)
            .collect();
        for id in concerned {
            self.try_attempt(id);
        }
    }

    fn try_attempt(&mut self, id: AttemptId) {
        let attempt = &self.attempts[&id];
        if !attempt.is_waiting() {
            return;
        }
        let (who, process, number) = (attempt.who, attempt.process, attempt.number);
        let target = attempt.target.clone();
        let (outcome, waits_for) = match self.reach(who, &target) {
            Ok(connection) => {
                self.replace(process, number, Thing::Stream(connection, Side::Client));
                (Outcome::Connected(number), None)
            }
            Err(Refusal::Full(listener)) => (Outcome::Waiting, listener),
            Err(Refusal::Failed(code)) => {
                let failure = self.profile.failure(Operation::Connect, code);
                self.close(process, number);
                (Outcome::Failed(failure), None)
            }
        };
        let attempt = self.attempts.get_mut(&id).expect("the attempt exists");
        attempt.outcome = outcome;
        attempt.waits_for = waits_for;
    }
}
