use core::fmt;
use core::time::Duration;
use std::time::Instant;

use anteroom_core::{
    AcceptFailure, ErrorKind, Failure, Operation as Attempted, ServerName, SocketOptions, Timeout,
};

use super::endpoints::{Client, End, Place, drain, kind_of, write};
use super::{ClientView, Name, Names, Operation, Outcome, Player, Severity, Stream, View};
use crate::sim::{Profile, SimSubject, SimWorld, Simulation};
use anteroom_conformance::clauses::Platform;
use anteroom_conformance::{
    self as suite, Attempt, Capability, ConnTag, DescriptorKind, Error, Fixture, Hook, Occupant,
    Step,
};

/// The longest time for an attempt to connect that does not wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of any backend in its environment.
///
/// The operating system has to be a Unix: the model knows no other.
pub struct FixturePlayer {
    bench: Fixture,
    /// The simulated operating system, whose calls can fail.
    simulation: Option<Simulation>,
    names: Names,
    clients: Vec<Client>,
    connections: Vec<Option<Connection>>,
    places: [Place; Name::PLACES],
    hook: Hook,
}

/// A connection that the application has taken.
struct Connection {
    tag: ConnTag,
    /// The number of the client, which it sent as its first byte.
    whose: usize,
    stream: Stream,
}

impl FixturePlayer {
    /// Creates a player with a new fixture.
    pub fn new(mut bench: Fixture) -> Self {
        let world = &mut bench.env;
        let (first, second) = (world.full_name("first"), world.full_name("second"));
        let plain = world.plain_name("plain");
        let tail =
            |name: ServerName, tail: &[u8]| ServerName::from([name.as_bytes(), tail].concat());
        let names = Names {
            full: [first.clone(), second.clone(), world.resolved(&plain)],
            given: [
                first,
                second,
                plain,
                tail(world.full_name("nul"), b"\0x"),
                tail(world.full_name("long"), &[b'g'; 200]),
                ServerName::default(),
                tail(world.full_name("lost"), b"/socket"),
            ],
        };
        Self {
            bench,
            simulation: None,
            names,
            clients: Vec::new(),
            connections: Vec::new(),
            places: [Place::default(); Name::PLACES],
            hook: Hook::None,
        }
    }

    /// Creates a player on a simulated operating system.
    pub fn simulated(profile: Profile) -> Self {
        let simulation = Simulation::new(profile);
        let subject = SimSubject::new(simulation.clone());
        let world = SimWorld::new(simulation.clone());
        Self {
            simulation: Some(simulation),
            ..Self::new(Fixture::new(subject, world))
        }
    }

    /// Injects a fault, or advances the clock.
    fn fail(&mut self, fault: Operation) {
        let simulation = self.simulation.as_ref();
        let simulation = simulation.expect("a real system does not fail on command");
        match fault {
            Operation::AcceptFails(severity) => {
                let failed = |kind| Failure::new(Attempted::Accept, kind);
                simulation.fail_accept(match severity {
                    Severity::Transient => AcceptFailure::Transient(failed(ErrorKind::Unknown)),
                    Severity::Exhausted => AcceptFailure::Exhausted(failed(ErrorKind::Resources)),
                    Severity::Fatal => AcceptFailure::Fatal(failed(ErrorKind::WrongObject)),
                });
                self.bench.subject.settle();
            }
            Operation::BindFails => simulation.fail_bind(),
            Operation::UnlinkFails => simulation.fail_unlink(),
            Operation::Advance(milliseconds) => {
                simulation.pass(Duration::from_millis(milliseconds.into()));
            }
            other => unreachable!("`{other}` is no fault"),
        }
    }

    fn listen(&mut self, name: Name) -> Outcome {
        let options = self.bench.observe().options;
        let is_abstract = options.contains(SocketOptions::ABSTRACT);
        match self.bench.subject.listen(&self.names.given(name)) {
            Ok(()) => {
                let place = self.places.get_mut(name.index());
                if let Some(place) = place.filter(|_| !is_abstract) {
                    place.is_mode_exact = !options.access().is_empty();
                }
                Outcome::Succeeded
            }
            Err(error) => failed(error),
        }
    }

    fn connect(&mut self, name: Name, options: SocketOptions) -> Outcome {
        let is_abstract = options.contains(SocketOptions::ABSTRACT);
        let full = self.names.full(name, is_abstract);
        let place = self.places.get(name.index()).filter(|_| !is_abstract);
        if place.is_some_and(|place| place.planted == Some(Occupant::LiveServer)) {
            return Outcome::RivalServes(self.bench.env.placed_server_answers(&full));
        }
        self.connect_client(&full, options);
        Outcome::Done
    }

    fn connect_client(&mut self, full_name: &ServerName, options: SocketOptions) {
        let client = self.bench.env.connect(full_name, options);
        self.clients.push(Client::new(End::Bare(client)));
    }

    fn connect_many(&mut self, name: Name) {
        let full = self.names.full(name, false);
        (0..Operation::MANY).for_each(|_| self.connect_client(&full, SocketOptions::empty()));
    }

    /// Connects with the backend's own client and a timeout of zero.
    fn dial(&mut self, name: Name) {
        let (name, options) = (self.names.given(name), SocketOptions::empty());
        let subject = &mut self.bench.subject;
        let attempt = subject.start_connect(&name, options, Timeout::default());
        let start = Instant::now();
        let end = loop {
            match subject.attempt(attempt) {
                Attempt::Connected(tag) => break End::Own(tag),
                Attempt::Failed(error) => break End::Failed(kind_of(error.kind)),
                Attempt::Connecting => std::thread::yield_now(),
            }
            assert!(
                start.elapsed() < PATIENCE,
                "connecting to {name} does not end"
            );
        };
        self.clients.push(Client::new(end));
    }

    /// Passes a listening descriptor to the server.
    fn adopt(&mut self, name: Name) -> Outcome {
        let full = self.names.full(name, false);
        self.places[name.index()].is_mode_exact = false;
        let descriptor = self.bench.env.descriptor(DescriptorKind::Listening, &full);
        match self.bench.subject.listen_descriptor(descriptor) {
            Ok(()) => Outcome::Succeeded,
            Err((_, error)) => failed(error),
        }
    }

    fn take(&mut self) -> Outcome {
        let taken = self.bench.subject.next_pending();
        Outcome::Taken(taken.map(|tag| self.keep(tag)))
    }

    /// Stores a connection, and reads the number of its client.
    fn keep(&mut self, tag: ConnTag) -> usize {
        let whose = match self.bench.subject.read(tag, 1) {
            Step::Read(bytes) => usize::from(bytes[0]),
            _ => usize::MAX,
        };
        let stream = Stream::default();
        self.connections
            .push(Some(Connection { tag, whose, stream }));
        whose
    }

    /// Takes the connections that the hook has kept.
    fn collect(&mut self) {
        for tag in self.bench.subject.hook_connections() {
            if self.hook == Hook::AddOwn {
                self.clients.push(Client::new(End::Own(tag)));
            } else {
                self.keep(tag);
            }
        }
    }

    fn remove(&mut self, name: Name) -> Outcome {
        match self.bench.subject.remove_server(&self.names.given(name)) {
            Ok(()) => Outcome::Succeeded,
            Err(error) => Outcome::Failed(kind_of(error.kind)),
        }
    }

    fn write(&mut self, client: u8) -> Outcome {
        let end = self.clients[usize::from(client)].end;
        Outcome::Wrote(write(&mut self.bench, end, b's'))
    }

    fn answer(&mut self, place: u8) -> Outcome {
        let connection = &self.connections[usize::from(place)];
        let end = connection
            .as_ref()
            .map(|connection| End::Own(connection.tag));
        Outcome::Wrote(end.is_some_and(|end| write(&mut self.bench, end, b'h')))
    }

    fn leave(&mut self, client: u8) {
        let client = &mut self.clients[usize::from(client)];
        client.left = true;
        match client.end {
            End::Bare(tag) => self.bench.env.drop_client(tag),
            End::Own(tag) => self.bench.subject.drop_connection(tag),
            End::Failed(_) => {}
        }
    }

    fn half_close(&mut self, client: u8) {
        match self.clients[usize::from(client)].end {
            End::Bare(tag) => self.bench.env.shutdown_write(tag),
            End::Own(tag) => self.bench.subject.shutdown_write(tag),
            End::Failed(_) => {}
        }
    }

    fn add(&mut self) {
        let other = self.bench.subject.add_pending();
        self.clients.push(Client::new(End::Own(other)));
    }

    fn look_at_clients(&mut self) -> Vec<ClientView> {
        let clients = self.clients.iter_mut().enumerate();
        clients
            .map(|(number, client)| client.look(number, &mut self.bench))
            .collect()
    }

    fn look_at_connections(&mut self) -> Vec<Option<(usize, Stream)>> {
        let connections = self.connections.iter_mut();
        connections
            .map(|slot| {
                let connection = slot.as_mut()?;
                drain(
                    &mut self.bench,
                    End::Own(connection.tag),
                    &mut connection.stream,
                );
                Some((connection.whose, connection.stream.clone()))
            })
            .collect()
    }
}

impl Player for FixturePlayer {
    fn names(&self) -> Names {
        self.names.clone()
    }

    fn now(&self) -> u32 {
        let simulation = self.simulation.as_ref();
        let now = simulation.map(|simulation| simulation.now().since_epoch().as_millis());
        now.map_or(0, |now| u32::try_from(now).expect("scripts are short"))
    }

    fn offers(&self, operation: Operation) -> bool {
        let caps = self.bench.env.capabilities();
        let has = |capability| caps.contains(&capability);
        match operation {
            Operation::ConnectAbstract(_) => has(Capability::AbstractNames),
            Operation::Options(options) => {
                let is_abstract = options.contains(SocketOptions::ABSTRACT);
                let has_mode = !options.access().is_empty();
                (has(Capability::AbstractNames) || !is_abstract)
                    && (has(Capability::Modes) || !has_mode)
            }
            // The capacity of a backlog is specified on Linux only.
            Operation::Backlog(_) => self.bench.env.platform() == Platform::Linux,
            // Where a listener cannot be shut down, a file that stays still admits clients.
            Operation::UnlinkFails if self.bench.env.platform() != Platform::Linux => false,
            operation => self.simulation.is_some() || !operation.is_fault(),
        }
    }

    fn perform(&mut self, operation: Operation) -> Outcome {
        use Operation as Op;
        let subject = &mut self.bench.subject;
        match operation {
            Op::Listen(name) => return self.listen(name),
            Op::Connect(name) => return self.connect(name, SocketOptions::empty()),
            Op::ConnectAbstract(name) => return self.connect(name, SocketOptions::ABSTRACT),
            Op::Take => return self.take(),
            Op::TakeNew => return Outcome::TakeNew(subject.take_new_connections()),
            Op::Remove(name) => return self.remove(name),
            Op::Write(client) => return self.write(client),
            Op::Answer(place) => return self.answer(place),
            Op::Wait => {
                let wait = subject.wait(Timeout::default());
                // The number of connections that a wait accepts is not specified.
                subject.settle();
                return Outcome::Waited(wait);
            }
            Op::Drop(place) => {
                if let Some(connection) = self.connections[usize::from(place)].take() {
                    subject.drop_connection(connection.tag);
                }
            }
            Op::Leave(client) => self.leave(client),
            Op::HalfClose(client) => self.half_close(client),
            Op::Add => self.add(),
            Op::Settle => subject.settle(),
            Op::Close => subject.close(),
            Op::Drain => subject.drain(),
            Op::Discard => subject.discard_pending(),
            Op::Replace(hook) => {
                subject.renew_with_hook(hook);
                self.hook = hook;
            }
            Op::ConnectMany(name) => self.connect_many(name),
            Op::Dial(name) => self.dial(name),
            Op::Adopt(name) => return self.adopt(name),
            Op::Limit(limit) => subject.set_max_pending(limit.into()),
            Op::Options(options) => subject.set_socket_options(options),
            Op::Backlog(length) => subject.set_backlog(super::backlog(length)),
            Op::Plant(name, plant) => {
                self.bench.env.place(&self.names.full(name, false), plant);
                self.places[name.index()].planted = Some(plant);
            }
            Op::Delete(name) => self.bench.env.delete(&self.names.full(name, false)),
            Op::AcceptFails(_) | Op::BindFails | Op::UnlinkFails | Op::Advance(_) => {
                self.fail(operation);
            }
        }
        Outcome::Done
    }

    fn look(&mut self) -> View {
        self.collect();
        let clients = self.look_at_clients();
        let connections = self.look_at_connections();
        let places = self.places.iter_mut().zip(&self.names.full);
        let files = places
            .map(|(place, name)| place.look(name, &mut self.bench))
            .collect();
        let seen = self.bench.observe();
        View {
            listening: seen.listening,
            server_name: seen.server_name,
            full_server_name: seen.full_server_name,
            has_pending: seen.has_pending,
            limit: seen.max_pending,
            options: seen.options,
            error: seen.error.map(|error| kind_of(error.kind)),
            has_error_text: seen.error_string.lines().count() == 1,
            clients,
            connections,
            files,
        }
    }
}

fn failed(error: Error) -> Outcome {
    match error.kind {
        suite::ErrorKind::AlreadyListening => Outcome::AlreadyListening,
        kind => Outcome::Failed(kind_of(kind)),
    }
}

impl fmt::Debug for FixturePlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FixturePlayer").field(&self.bench).finish()
    }
}
