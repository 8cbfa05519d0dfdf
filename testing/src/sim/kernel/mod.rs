//! The simulated kernel: one struct, whose methods are the system calls.
//!
//! The current process makes each call, with its credentials. There are no threads and no randomness:
//! the same calls give the same results. Rules of anteroom do not belong here; see `sim/os`.
//!
//! The modules of the state use only those above them: `credentials`, `files`, `streams`, `objects`,
//! `processes`. The others implement system calls on the whole [`Kernel`].

mod credentials;
mod files;
mod streams;

mod objects;
mod processes;

mod attacker;
mod attempts;
mod clients;
mod descriptors;
mod listeners;
mod pipes;

use std::collections::BTreeMap;

use anteroom_core::rules::codes::UnixCodes;
use anteroom_core::{AcceptFailure, Time};

pub(super) use attempts::{AttemptId, Outcome};
pub(super) use credentials::Credentials;
pub(super) use files::{Inode, Kind, Node};
pub(super) use listeners::{Refusal, Target};
pub(super) use objects::{Address, Flags, Thing};
pub(super) use pipes::full_name as pipe_name;
pub(super) use processes::ProcessId;

use self::attacker::Attacker;
use self::attempts::Attempt;
use self::clients::Clients;
use self::files::Files;
use self::objects::{Object, ObjectId};
use self::pipes::PipeName;
use self::processes::Process;
use self::streams::{Connection, ConnectionId};
use super::clock::Clock;
use super::profile::Profile;
use super::trace::Trace;

/// The directory of the files of a case.
pub(super) const DIRECTORY: &str = "/tmp/at-sim";

/// Injected faults. Each makes one call fail.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) accept: Option<AcceptFailure>,
    pub(super) bind: bool,
    pub(super) unlink: bool,
}

/// The state of the operating system.
#[derive(Debug)]
pub(super) struct Kernel {
    pub(super) profile: Profile,
    pub(super) codes: UnixCodes,
    pub(super) files: Files,
    pub(super) clock: Clock,
    pub(super) trace: Trace,
    pub(super) clients: Clients,
    processes: BTreeMap<ProcessId, Process>,
    current: ProcessId,
    objects: BTreeMap<ObjectId, Object>,
    connections: BTreeMap<ConnectionId, Connection>,
    /// The sockets bound to socket files.
    bound: BTreeMap<Inode, ObjectId>,
    abstract_names: BTreeMap<Vec<u8>, ObjectId>,
    pipes: BTreeMap<Vec<u8>, PipeName>,
    attempts: BTreeMap<AttemptId, Attempt>,
    attacker: Option<Attacker>,
    pub(super) faults: Faults,
    /// The last number of an object, connection, attempt or process.
    made: u64,
}

impl Kernel {
    /// Starts an operating system with one process and an empty directory.
    pub(super) fn new(profile: Profile) -> Self {
        let first = ProcessId(1);
        let mut kernel = Self {
            profile,
            codes: profile.codes(),
            files: Files::new(profile.codes()),
            clock: Clock::default(),
            trace: Trace::default(),
            clients: Clients::default(),
            processes: BTreeMap::from([(first, Process::new())]),
            current: first,
            objects: BTreeMap::new(),
            connections: BTreeMap::new(),
            bound: BTreeMap::new(),
            abstract_names: BTreeMap::new(),
            pipes: BTreeMap::new(),
            attempts: BTreeMap::new(),
            attacker: None,
            faults: Faults::default(),
            made: u64::from(first.0),
        };
        kernel.make_directory("/tmp", 0o1777);
        kernel.make_directory(DIRECTORY, 0o777);
        kernel
    }

    /// Creates a directory as root.
    pub(super) fn make_directory(&mut self, path: &str, mode: u32) {
        let kind = Kind::Directory(BTreeMap::new());
        self.files
            .create(Credentials::ROOT, path.as_bytes(), (kind, mode), 0)
            .expect("the parent exists, and the directory does not");
    }

    /// Returns the id of the current process.
    pub(super) const fn current(&self) -> ProcessId {
        self.current
    }

    /// Returns the current process.
    pub(super) fn process(&mut self) -> &mut Process {
        self.processes
            .get_mut(&self.current)
            .expect("the current process is alive")
    }

    /// Returns the credentials of the current process.
    pub(super) fn credentials(&self) -> Credentials {
        self.processes[&self.current].credentials
    }

    /// Returns whether a process is alive.
    pub(super) fn lives(&self, process: ProcessId) -> bool {
        self.processes.contains_key(&process)
    }

    /// Returns the parent of a process.
    pub(super) fn parent(&self, process: ProcessId) -> Option<ProcessId> {
        self.processes.get(&process)?.parent
    }

    /// Forks the current process. The child becomes the current process.
    pub(super) fn fork(&mut self) -> ProcessId {
        let mut child = self.process().clone();
        child.parent = Some(self.current);
        for handle in child.handles.values() {
            let object = self.objects.get_mut(&handle.object);
            object
                .expect("descriptors refer to open objects")
                .references += 1;
        }
        let number = u32::try_from(self.next_number()).expect("process ids fit into 32 bits");
        let id = ProcessId(number);
        self.processes.insert(id, child);
        self.current = id;
        id
    }

    /// Kills the current process, which removes no files. Its parent becomes the current process.
    pub(super) fn kill_current(&mut self) {
        let process = self.current;
        let numbers: Vec<i64> = self.process().handles.keys().copied().collect();
        for number in numbers {
            self.close(process, number);
        }
        self.current = self
            .parent(process)
            .expect("only child processes are killed");
        self.processes.remove(&process);
    }

    /// Advances the clock, and fails the connection attempts whose timeout is over.
    pub(super) fn pass_to(&mut self, moment: Time) {
        self.clock.pass_to(moment);
        self.expire_attempts();
    }

    /// Returns the earliest deadline of a connection attempt.
    pub(super) fn next_moment(&self) -> Option<Time> {
        self.attempts.values().filter_map(Attempt::deadline).min()
    }

    const fn next_number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }
}
