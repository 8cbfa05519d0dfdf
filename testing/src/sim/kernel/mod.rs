//! The simulated operating system: one plain struct, which everybody changes in turn.
//!
//! Its methods are what system calls are. Each is carried out by the process that is current, as
//! whoever that process acts. There are no threads, no clocks, no chance, and nothing whose order
//! is left open: the same calls give the same answers.

mod attempts;
mod clients;
mod files;
mod listeners;
mod objects;
mod pipes;
mod processes;
mod siege;
mod streams;

use std::collections::BTreeMap;

use anteroom_core::rules::codes::UnixCodes;
use anteroom_core::{AcceptFailure, Time};

pub(super) use attempts::{AttemptId, Outcome};
pub(super) use files::{Inode, Kind, Node};
pub(super) use listeners::{Refusal, Target};
pub(super) use objects::{Address, Flags, Thing};
pub(super) use pipes::full_name as pipe_name;
pub(super) use processes::{Credentials, ProcessId};
pub(super) use streams::{ConnectionId, Side};

use self::attempts::Attempt;
use self::clients::Clients;
use self::files::Files;
use self::objects::{Object, ObjectId};
use self::pipes::PipeName;
use self::processes::Process;
use self::siege::Siege;
use self::streams::Connection;
use super::clock::Clock;
use super::profile::Profile;
use super::trace::Trace;

/// Where the cases' own files are.
pub(super) const DIRECTORY: &str = "/tmp/at-sim";

/// The calls that fail next, each once.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) accept: Option<AcceptFailure>,
    pub(super) bind: bool,
    pub(super) unlink: bool,
}

/// A whole operating system.
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
    /// The sockets that are bound to files.
    bound: BTreeMap<Inode, ObjectId>,
    abstract_names: BTreeMap<Vec<u8>, ObjectId>,
    pipes: BTreeMap<Vec<u8>, PipeName>,
    attempts: BTreeMap<AttemptId, Attempt>,
    siege: Option<Siege>,
    pub(super) faults: Faults,
    /// How many objects, connections, attempts and processes were ever made.
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
            siege: None,
            faults: Faults::default(),
            made: u64::from(first.0),
        };
        kernel.make_directory("/tmp", 0o1777);
        kernel.make_directory(DIRECTORY, 0o777);
        kernel
    }

    /// Makes a directory, as the superuser.
    pub(super) fn make_directory(&mut self, path: &str, mode: u32) {
        let kind = Kind::Directory(BTreeMap::new());
        self.files
            .create(Credentials::ROOT, path.as_bytes(), (kind, mode), 0)
            .expect("directories are made one after the other, each once");
    }

    /// Returns the process that is current.
    pub(super) const fn current(&self) -> ProcessId {
        self.current
    }

    /// Returns the current process itself.
    pub(super) fn process(&mut self) -> &mut Process {
        self.processes
            .get_mut(&self.current)
            .expect("the current process lives")
    }

    /// Returns as whom the current process acts.
    pub(super) fn credentials(&self) -> Credentials {
        self.processes[&self.current].credentials
    }

    /// Returns whether a process lives.
    pub(super) fn lives(&self, process: ProcessId) -> bool {
        self.processes.contains_key(&process)
    }

    /// Returns who forked a process.
    pub(super) fn parent(&self, process: ProcessId) -> Option<ProcessId> {
        self.processes.get(&process)?.parent
    }

    /// Forks the current process; the child is current from now on.
    pub(super) fn fork(&mut self) -> ProcessId {
        let mut child = self.process().clone();
        child.parent = Some(self.current);
        for handle in child.handles.values() {
            let object = self.objects.get_mut(&handle.object);
            object.expect("what is open exists").references += 1;
        }
        let number = u32::try_from(self.next_number()).expect("a simulation makes few processes");
        let id = ProcessId(number);
        self.processes.insert(id, child);
        self.current = id;
        id
    }

    /// Kills the current process, which cleans up nothing; its parent is current from now on.
    pub(super) fn kill_current(&mut self) {
        let process = self.current;
        let numbers: Vec<i64> = self.process().handles.keys().copied().collect();
        for number in numbers {
            self.close(process, number);
        }
        self.current = self
            .parent(process)
            .expect("only children are killed, and they have a parent");
        self.processes.remove(&process);
    }

    /// Lets time pass; who waited until some moment before the end learns of it.
    pub(super) fn pass_to(&mut self, moment: Time) {
        self.clock.pass_to(moment);
        self.expire_attempts();
    }

    /// Returns the next moment at which something happens by itself.
    pub(super) fn next_moment(&self) -> Option<Time> {
        self.attempts.values().filter_map(Attempt::deadline).min()
    }

    const fn next_number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }
}
