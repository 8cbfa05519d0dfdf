//! Attempts to connect that block in the system until there is room.

use anteroom_core::{ErrorKind, Failure, Operation, ServerName, Time};

use super::objects::{Address, ObjectId, Thing};
use super::{Credentials, Kernel, ProcessId, Refusal, Side, Target};

/// The number of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct AttemptId(u64);

/// How an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Outcome {
    Waiting,
    /// This descriptor is connected.
    Connected(i64),
    Failed(Failure),
}

/// An attempt.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    target: Target,
    who: Credentials,
    process: ProcessId,
    /// The socket, which is open all the while.
    number: i64,
    deadline: Option<Time>,
    /// Who has to make room, if it is one listener alone.
    waits_for: Option<ObjectId>,
    outcome: Outcome,
}

impl Attempt {
    /// Returns when it gives up.
    pub(super) fn deadline(&self) -> Option<Time> {
        self.deadline.filter(|_| self.is_waiting())
    }

    fn is_waiting(&self) -> bool {
        self.outcome == Outcome::Waiting
    }
}

impl Kernel {
    /// Starts to connect, and goes on until it succeeds, fails, or the time is over.
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

    /// Returns where an attempt leads.
    pub(in crate::sim) fn target_of(&self, id: AttemptId) -> &Target {
        &self.attempts[&id].target
    }

    /// Returns how an attempt stands.
    pub(in crate::sim) fn outcome(&self, id: AttemptId) -> Outcome {
        self.attempts[&id].outcome
    }

    /// Lets those know who wait for this listener, of whom one has room now.
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

    /// Lets all know who wait for this listener, which is gone.
    pub(super) fn wake_all(&mut self, object: ObjectId) {
        self.wake(|attempt| attempt.waits_for == Some(object));
    }

    /// Lets all know who wait for this pipe.
    pub(super) fn wake_pipe(&mut self, name: &ServerName) {
        let key = super::pipes::key(name);
        self.wake(|attempt| match &attempt.target {
            Target::Pipe(name) => super::pipes::key(name) == key,
            Target::Path(_) | Target::Abstract(_) => false,
        });
    }

    /// Ends the attempts whose time is over.
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
        let attempt = self.attempts.get_mut(&id).expect("it was there just now");
        attempt.outcome = outcome;
        attempt.waits_for = waits_for;
    }
}
