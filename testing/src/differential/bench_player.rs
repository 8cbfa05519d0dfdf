use core::fmt;
use core::time::Duration;
use std::time::Instant;

use anteroom_core::{ServerName, SocketOptions, Timeout};

use super::ends::{Client, End, Place, drain, kind_of, write};
use super::{ClientView, Name, Names, Operation, Outcome, Player, Stream, View};
use anteroom_conformance::clauses::Platform;
use anteroom_conformance::{
    Attempt, Capability, ConnTag, DescriptorKind, Error, ErrorKind, Fixture, Hook, Occupant, Step,
};

/// How long an attempt to connect may take that does not wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of any backend in its world, as a player of scripts.
///
/// The system under it has to be a Unix: that is what the model knows.
pub struct BenchPlayer {
    bench: Fixture,
    names: Names,
    clients: Vec<Client>,
    connections: Vec<Option<Connection>>,
    places: [Place; Name::PLACES],
    hook: Hook,
}

/// A connection that the application has.
struct Connection {
    tag: ConnTag,
    /// The number of the client, which it sent as its first byte.
    whose: usize,
    stream: Stream,
}

impl BenchPlayer {
    /// Plays on this bench, which has to be fresh.
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
            names,
            clients: Vec::new(),
            connections: Vec::new(),
            places: [Place::default(); Name::PLACES],
            hook: Hook::None,
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
        self.come(&full, options);
        Outcome::Done
    }

    fn come(&mut self, full_name: &ServerName, options: SocketOptions) {
        let client = self.bench.env.connect(full_name, options);
        self.clients.push(Client::new(End::Bare(client)));
    }

    fn crowd(&mut self, name: Name) {
        let full = self.names.full(name, false);
        (0..Operation::CROWD).for_each(|_| self.come(&full, SocketOptions::empty()));
    }

    /// Connects with the backend's own client, which gives up at once where it has to wait.
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

    /// Lets the server adopt a socket that listens.
    fn adopt(&mut self, name: Name) -> Outcome {
        let full = self.names.full(name, false);
        self.places[name.index()].is_mode_exact = false;
        let descriptor = self.bench.env.descriptor(DescriptorKind::Listening, &full);
        match self.bench.subject.listen_descriptor(descriptor) {
            Ok(()) => Outcome::Succeeded,
            Err((_, error)) => failed(error),
        }
    }

    fn claim(&mut self) -> Outcome {
        let claimed = self.bench.subject.next_pending();
        Outcome::Claimed(claimed.map(|tag| self.keep(tag)))
    }

    /// Keeps a connection of the application, and learns from its first byte whose it is.
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

    /// Asks the hook for what it has: connections taken elsewhere, or other ends of its own.
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

impl Player for BenchPlayer {
    fn names(&self) -> Names {
        self.names.clone()
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
            // What a queue of a given length holds, and what a full one does, is Linux's own.
            Operation::Backlog(_) => self.bench.env.platform() == Platform::Linux,
            operation => !operation.is_fault(),
        }
    }

    fn perform(&mut self, operation: Operation) -> Outcome {
        use Operation as Op;
        let subject = &mut self.bench.subject;
        match operation {
            Op::Listen(name) => return self.listen(name),
            Op::Connect(name) => return self.connect(name, SocketOptions::empty()),
            Op::ConnectAbstract(name) => return self.connect(name, SocketOptions::ABSTRACT),
            Op::Claim => return self.claim(),
            Op::News => return Outcome::News(subject.take_new_connections()),
            Op::Remove(name) => return self.remove(name),
            Op::Write(client) => return self.write(client),
            Op::Answer(place) => return self.answer(place),
            Op::Wait => {
                let wait = subject.wait(Timeout::default());
                // How many more a wait takes in is its own affair.
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
            Op::Renew(hook) => {
                subject.renew_with_hook(hook);
                self.hook = hook;
            }
            Op::Crowd(name) => self.crowd(name),
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
            Op::AcceptFails(_) | Op::BindFails | Op::UnlinkFails | Op::Later(_) | Op::Repeat => {
                unreachable!("a real system does not fail on command")
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
        ErrorKind::AlreadyListening => Outcome::AlreadyListening,
        kind => Outcome::Failed(kind_of(kind)),
    }
}

impl fmt::Debug for BenchPlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BenchPlayer").field(&self.bench).finish()
    }
}
