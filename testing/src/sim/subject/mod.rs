//! The server under test: the shipped driver, in the loop that every backend writes.

mod fork;
mod hook;
mod sockets;
mod waiting;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use anteroom_core::{
    Backlog, Driver, Operation, Owner, Refused, ServerName, SocketOptions, Timeout, Wait,
};

use self::hook::SimHook;
use self::sockets::Sockets;
use super::kernel::ProcessId;
use super::os::{SimConnection, SimDescriptor, SimOs, remove, resolve};
use super::simulation::Simulation;
use anteroom_conformance::{
    Attempt, AttemptTag, Capability, ConnTag, Descriptor, Error, Hook, HookPauses, Observation,
    Pause, Step, Subject,
};

/// How long the event loop takes for one turn.
const TURN: Duration = Duration::from_millis(1);

/// How often the event loop turns at most without any time passing.
const MOST_TURNS: usize = 10_000;

type Server = Driver<SimOs, SimHook>;

/// The server under test, on a simulated operating system.
pub struct SimSubject {
    simulation: Simulation,
    /// Each process has its own copy.
    servers: BTreeMap<ProcessId, Server>,
    sockets: Sockets,
}

impl SimSubject {
    /// Creates a fresh server.
    pub fn new(simulation: Simulation) -> Self {
        let server = new_server(&simulation, Hook::None);
        let process = simulation.kernel().current();
        Self {
            servers: BTreeMap::from([(process, server)]),
            sockets: Sockets::new(simulation.clone()),
            simulation,
        }
    }
}

fn new_server(simulation: &Simulation, hook: Hook) -> Server {
    let os = SimOs::new(simulation.clone());
    Driver::new(os, hook::new(simulation, hook))
}

pub(in crate::sim) fn into_simulated(descriptor: Descriptor) -> SimDescriptor {
    match descriptor {
        Descriptor::Simulated(descriptor) => *descriptor.downcast().expect("it is of a simulation"),
        _ => panic!("a real descriptor was given to a simulated server"),
    }
}

impl fmt::Debug for SimSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimSubject")
            .field("simulation", &self.simulation)
            .field("server", self.server())
            .finish_non_exhaustive()
    }
}

impl Subject for SimSubject {
    fn capabilities(&self) -> Vec<Capability> {
        Capability::all_of_a_subject()
    }

    fn renew(&mut self) {
        self.renew_with_hook(Hook::None);
    }

    fn renew_with_hook(&mut self, hook: Hook) {
        let fresh = new_server(&self.simulation, hook);
        *self.server_mut() = fresh;
    }

    fn listen(&mut self, name: &ServerName) -> Result<(), Error> {
        Ok(self.server_mut().listen(name.clone())?)
    }

    fn listen_descriptor(&mut self, descriptor: Descriptor) -> Result<(), (Descriptor, Error)> {
        let result = self.server_mut().adopt(into_simulated(descriptor));
        result.map_err(|Refused { descriptor, error }| {
            (Descriptor::Simulated(Box::new(descriptor)), error.into())
        })
    }

    fn close(&mut self) {
        self.server_mut().close();
    }

    fn drain(&mut self) {
        self.server_mut().command(|server| server.drain());
    }

    fn observe(&self) -> Observation {
        let server = self.server().server();
        Observation {
            listening: server.is_listening(),
            server_name: server.server_name().cloned(),
            full_server_name: server.full_server_name().cloned(),
            has_pending: server.has_pending(),
            max_pending: server.max_pending(),
            options: server.socket_options(),
            error: server.last_error().map(Error::from),
            error_string: server.error_string(),
        }
    }

    fn pause(&self) -> Option<Pause> {
        let pause = self.server().server().pause()?;
        Some(Pause {
            error: pause.failure.into(),
            elapsed: self.simulation.now().since(pause.since),
        })
    }

    fn next_pending(&mut self) -> Option<ConnTag> {
        let connection = self.server_mut().next_pending()?;
        Some(self.sockets.add(connection))
    }

    fn take_new_connections(&mut self) -> usize {
        self.server_mut()
            .command(|server| server.take_new_connections())
    }

    fn discard_pending(&mut self) {
        self.server_mut().command(|server| server.discard_pending());
    }

    fn add_pending(&mut self) -> ConnTag {
        let (one, other) = SimConnection::pair(&self.simulation).expect("a pair can be made");
        self.server_mut().command(|server| server.add_pending(one));
        self.sockets.add(other)
    }

    fn set_max_pending(&mut self, limit: usize) {
        self.server_mut()
            .command(|server| server.set_max_pending(limit));
    }

    fn set_socket_options(&mut self, options: SocketOptions) {
        self.server_mut()
            .command(|server| server.set_socket_options(options));
    }

    fn set_owner(&mut self, owner: Owner) {
        self.server_mut().command(|server| server.set_owner(owner));
    }

    fn set_backlog(&mut self, backlog: Backlog) {
        self.server_mut()
            .command(|server| server.set_backlog(backlog));
    }

    fn remove_server(&mut self, name: &ServerName) -> Result<(), Error> {
        Ok(remove(&mut self.simulation.kernel(), name)?)
    }

    fn listener_number(&self) -> Option<i64> {
        let listener = self.server().listener()?;
        Some(listener.number())
    }

    fn assume_ownership(&mut self) {
        self.server_mut().assume_ownership();
    }

    fn settle(&mut self) {
        let server = self.server_mut();
        let rests = (0..MOST_TURNS).any(|_| {
            let progress = server.process_events();
            progress.accepted == 0 && !progress.more
        });
        assert!(rests, "the event loop spins");
        self.simulation.pass(TURN);
    }

    fn wait(&mut self, timeout: Timeout) -> Wait {
        let simulation = self.simulation.clone();
        waiting::wait(self.server_mut(), &simulation, timeout)
    }

    fn hook_calls(&self) -> usize {
        self.server().intake().calls()
    }

    fn hook_pauses(&self) -> HookPauses {
        self.server().intake().pauses()
    }

    fn hook_connections(&mut self) -> Vec<ConnTag> {
        let taken = self.server_mut().intake_mut().take();
        taken
            .into_iter()
            .map(|connection| self.sockets.add(connection))
            .collect()
    }

    fn start_connect(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        timeout: Timeout,
    ) -> AttemptTag {
        let target = resolve(
            &mut self.simulation.kernel(),
            name,
            options,
            Operation::Connect,
        );
        self.sockets.start_connect(target, timeout)
    }

    fn attempt(&mut self, attempt: AttemptTag) -> Attempt {
        self.sockets.attempt(attempt)
    }

    fn write(&mut self, connection: ConnTag, bytes: &[u8]) -> Step {
        self.sockets.get(connection).write(bytes)
    }

    fn read(&mut self, connection: ConnTag, at_most: usize) -> Step {
        self.sockets.get(connection).read(at_most)
    }

    fn shutdown_write(&mut self, connection: ConnTag) {
        self.sockets.get(connection).shutdown_write();
    }

    fn drop_connection(&mut self, connection: ConnTag) {
        self.sockets.remove(connection);
    }
}
