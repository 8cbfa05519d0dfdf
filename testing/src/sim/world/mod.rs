//! The world around the server: what the cases do to the simulation.

mod descriptors;
mod plants;

use std::fmt;
use std::time::Duration;

use anteroom_core::{Operation, ServerName, SocketOptions};

use self::plants::Plants;
use super::kernel::{Credentials, DIRECTORY, Kind, Refusal, pipe_name};
use super::os::target;
use super::profile::{Profile, VARIANT};
use super::simulation::Simulation;
use anteroom_conformance::clauses::Platform;
use anteroom_conformance::{
    Capability, ClientState, ClientTag, Descriptor, DescriptorKind, Entry, Environment, ErrorKind,
    Occupant, Step, TemporaryDirectory,
};

/// The number of denials after which an attack ends.
const DENIALS: u32 = 100;

/// The greatest number of runs of the attacked server. An attack on an absent server is not denied.
const MOST_RUNS: u32 = 1000;

/// What tells the names of a case from those of others.
const PREFIX: &str = "at-sim";

/// The world in which a [`SimSubject`](super::SimSubject) lives.
pub struct SimWorld {
    simulation: Simulation,
    plants: Plants,
}

impl SimWorld {
    /// Enters the simulation.
    pub const fn new(simulation: Simulation) -> Self {
        Self {
            simulation,
            plants: Plants::new(),
        }
    }

    fn profile(&self) -> Profile {
        self.simulation.profile()
    }

    fn path(&self, inside: &str) -> ServerName {
        match self.profile() {
            Profile::Pipes => pipe_name(&format!("{PREFIX}-{inside}")),
            Profile::Linux | Profile::OtherUnix => {
                ServerName::from(format!("{DIRECTORY}/{inside}"))
            }
        }
    }
}

impl fmt::Debug for SimWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimWorld")
            .field("simulation", &self.simulation)
            .finish_non_exhaustive()
    }
}

impl Environment for SimWorld {
    fn capabilities(&self) -> Vec<Capability> {
        self.profile().capabilities()
    }

    fn platform(&self) -> Platform {
        self.profile().platform()
    }

    fn variant(&self) -> &'static str {
        VARIANT
    }

    fn enter_own_process(&mut self, temporary_directory: Option<TemporaryDirectory>) -> bool {
        let mut kernel = self.simulation.kernel();
        let mut fresh = || {
            let path = format!("{DIRECTORY}-temporary");
            kernel.make_directory(&path, 0o755);
            path
        };
        let value = match temporary_directory {
            None => return true,
            Some(TemporaryDirectory::Unset) => None,
            Some(TemporaryDirectory::Empty) => Some(String::new()),
            Some(TemporaryDirectory::Fresh) => Some(fresh()),
            Some(TemporaryDirectory::FreshWithSlash) => Some(fresh() + "/"),
            Some(TemporaryDirectory::Relative) => Some(String::from("inside")),
            Some(TemporaryDirectory::Missing) => Some(format!("{DIRECTORY}-missing")),
            Some(_) => return false,
        };
        kernel.process().temporary_directory = value.map(String::into_bytes);
        true
    }

    fn full_name(&mut self, stem: &str) -> ServerName {
        self.path(stem)
    }

    fn plain_name(&mut self, stem: &str) -> ServerName {
        ServerName::from(format!("{PREFIX}-{stem}"))
    }

    fn abstract_name(&mut self, stem: &str) -> ServerName {
        ServerName::from(format!("{PREFIX}-{stem}"))
    }

    fn resolved(&mut self, plain: &ServerName) -> ServerName {
        if self.profile() == Profile::Pipes {
            return pipe_name(&plain.to_string());
        }
        let directory = self
            .simulation
            .kernel()
            .process()
            .temporary_directory
            .clone();
        let directory = directory.filter(|directory| !directory.is_empty());
        let mut path = directory.unwrap_or_else(|| b"/tmp".to_vec());
        if !path.ends_with(b"/") {
            path.push(b'/');
        }
        path.extend(plain.as_bytes());
        ServerName::from(path)
    }

    fn inherit_acl(&mut self, _user: u32) -> bool {
        // Simulated files have none.
        false
    }

    fn entry(&mut self, full_name: &ServerName) -> Entry {
        let kernel = self.simulation.kernel();
        let node = kernel.files.look(Credentials::ROOT, full_name.as_bytes());
        match node.ok().flatten() {
            None => Entry::Absent,
            Some(node) => match node.kind {
                Kind::Directory(_) => Entry::Directory,
                Kind::Regular(_) => Entry::File,
                Kind::Link(_) => Entry::Link,
                Kind::Socket => Entry::Socket {
                    mode: node.mode,
                    owner: (node.user, node.group),
                    identity: (1, node.inode.0),
                },
            },
        }
    }

    fn place(&mut self, full_name: &ServerName, occupant: Occupant) {
        self.plants.plant(&self.simulation, full_name, occupant);
    }

    fn is_unchanged(&mut self, full_name: &ServerName) -> bool {
        self.plants.is_untouched(&self.simulation, full_name)
    }

    fn placed_server_answers(&mut self, full_name: &ServerName) -> bool {
        self.plants.rival_serves(&self.simulation, full_name)
    }

    fn delete(&mut self, full_name: &ServerName) {
        let mut kernel = self.simulation.kernel();
        // Nothing there is as good as removed.
        let _ = kernel.files.remove(Credentials::ROOT, full_name.as_bytes());
    }

    fn list(&mut self) -> Vec<String> {
        let names = self.simulation.kernel().files.list(DIRECTORY.as_bytes());
        let names = names.iter();
        names
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect()
    }

    fn connect(&mut self, full_name: &ServerName, options: SocketOptions) -> ClientTag {
        let target = target(self.profile(), full_name, options);
        self.simulation.kernel().add_client(target)
    }

    fn client(&mut self, client: ClientTag) -> ClientState {
        self.simulation.kernel().client_state(client)
    }

    fn write(&mut self, client: ClientTag, bytes: &[u8]) -> Step {
        let mut kernel = self.simulation.kernel();
        kernel.with_client(client, |kernel, number| kernel.write(number, bytes))
    }

    fn read(&mut self, client: ClientTag, at_most: usize) -> Step {
        let mut kernel = self.simulation.kernel();
        kernel.with_client(client, |kernel, number| kernel.read(number, at_most))
    }

    fn shutdown_write(&mut self, client: ClientTag) {
        let mut kernel = self.simulation.kernel();
        kernel.with_client(client, |kernel, number| {
            kernel.shutdown_write(number);
            Step::WouldBlock
        });
    }

    fn drop_client(&mut self, client: ClientTag) {
        self.simulation.kernel().drop_client(client);
    }

    fn connect_when_blocked(&mut self, full_name: &ServerName) -> ClientTag {
        let target = target(self.profile(), full_name, SocketOptions::empty());
        self.simulation.kernel().add_delayed_client(target)
    }

    fn connect_as(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
    ) -> Result<(), ErrorKind> {
        let target = target(self.profile(), full_name, SocketOptions::empty());
        let mut kernel = self.simulation.kernel();
        match kernel.connect(Credentials { user, group }, &target) {
            Ok(number) => {
                let process = kernel.current();
                kernel.close(process, number);
                Ok(())
            }
            Err(Refusal::Full(_)) => panic!("the queue of {full_name} is full"),
            Err(Refusal::Failed(code)) => Err(kernel
                .profile
                .failure(Operation::Connect, code)
                .kind()
                .into()),
        }
    }

    fn act_as(&mut self, user_and_group: Option<(u32, u32)>) {
        let credentials = match user_and_group {
            Some((user, group)) => Credentials { user, group },
            None => Credentials::ROOT,
        };
        self.simulation.kernel().process().credentials = credentials;
    }

    fn guarded_name(&mut self, stem: &str) -> ServerName {
        let directory = self.path("guarded");
        if self.entry(&directory) == Entry::Absent {
            let mut kernel = self.simulation.kernel();
            kernel.make_directory(&directory.to_string(), 0o755);
        }
        self.path(&format!("guarded/{stem}"))
    }

    fn attack(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
        run: &mut dyn FnMut(),
    ) -> bool {
        let who = Credentials { user, group };
        self.simulation.kernel().start_attacker(who, full_name);
        for _ in 0..MOST_RUNS {
            run();
            let (denials, is_breached) = self.simulation.kernel().attack_results();
            if is_breached || denials >= DENIALS {
                break;
            }
        }
        let (denials, is_breached) = self.simulation.kernel().attack_results();
        self.simulation.kernel().stop_attacker();
        assert!(
            is_breached || denials >= DENIALS,
            "the attacker was denied too rarely"
        );
        is_breached
    }

    fn shut_down_number(&mut self, number: i64) {
        self.simulation.kernel().spoil(number);
    }

    fn descriptor(&mut self, kind: DescriptorKind, full_name: &ServerName) -> Descriptor {
        descriptors::make(&self.simulation, kind, full_name)
    }

    fn duplicate(&mut self, descriptor: &Descriptor) -> Descriptor {
        let number = descriptors::number_of(descriptor);
        let duplicate = self.simulation.kernel().duplicate(number);
        descriptors::simulated(
            &self.simulation,
            duplicate.expect("a descriptor can be duplicated"),
        )
    }

    fn number(&mut self, descriptor: &Descriptor) -> i64 {
        descriptors::number_of(descriptor)
    }

    fn flags(&mut self, descriptor: &Descriptor) -> (bool, bool) {
        self.flags_of_number(descriptors::number_of(descriptor))
    }

    fn flags_of_number(&mut self, number: i64) -> (bool, bool) {
        let flags = self.simulation.kernel().flags(number);
        let flags = flags.expect("the descriptor is open");
        (flags.non_blocking, flags.close_on_exec)
    }

    fn address_of_number(&mut self, number: i64) -> Option<ServerName> {
        descriptors::address(&self.simulation.kernel(), number)
    }

    fn open_descriptors(&mut self) -> usize {
        self.simulation.kernel().process().open_count()
    }

    fn inheritable_descriptors(&mut self) -> usize {
        self.simulation.kernel().process().inheritable_count()
    }

    fn limit_descriptors(&mut self, spare: usize) {
        self.simulation.kernel().process().limit(spare);
    }

    fn unlimit_descriptors(&mut self) {
        self.simulation.kernel().process().set_limit(None);
    }

    fn in_forked_child(&mut self, run: &mut dyn FnMut()) {
        self.simulation.kernel().fork();
        run();
        self.simulation.kernel().kill_current();
    }

    fn in_pid_namespace(&mut self, run: &mut dyn FnMut(&mut dyn Environment)) -> bool {
        // A simulated process has one number, whoever looks.
        self.simulation.kernel().fork();
        run(self);
        self.simulation.kernel().kill_current();
        true
    }

    fn processor_time(&mut self) -> Duration {
        // What spins here never ends, which the watchdog notices.
        Duration::ZERO
    }

    fn set_umask(&mut self, umask: u32) {
        self.simulation.kernel().process().umask = umask;
    }
}
