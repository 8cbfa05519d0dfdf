use core::fmt;

use anteroom_core::{ListenError, ServerName, SocketOptions, Timeout};

use super::{ClientView, FileView, Name, Names, Operation, Outcome, Player, Stream, View};
use crate::{Bench, ClientState, ClientTag, ConnTag, Entry, Plant, Step};

/// A server of any backend in its world, as a player of scripts.
///
/// The system under it has to behave like Linux: that is what the model knows.
pub struct BenchPlayer {
    bench: Bench,
    names: Names,
    clients: Vec<Client>,
    connections: Vec<Option<Connection>>,
    places: [Place; Name::PLACES],
}

/// Somebody who connected.
struct Client {
    end: End,
    has_introduced_itself: bool,
    left: bool,
    stream: Stream,
}

/// Where a client is to be found.
#[derive(Clone, Copy)]
enum End {
    Bare(ClientTag),
    /// The other end of a pair that the application made itself.
    Own(ConnTag),
}

/// A claimed connection.
struct Connection {
    tag: ConnTag,
    stream: Stream,
}

/// What was done at a name.
#[derive(Clone, Copy, Default)]
struct Place {
    planted: Option<Plant>,
    /// The options decided about the mode when the server listened there.
    is_mode_exact: bool,
}

impl BenchPlayer {
    /// Plays on this bench, which has to be fresh.
    pub fn new(mut bench: Bench) -> Self {
        let world = &mut bench.world;
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
        }
    }

    fn listen(&mut self, name: Name) -> Outcome {
        let exact = !self.bench.observe().options.access().is_empty();
        match self.bench.subject.listen(&self.names.given(name)) {
            Ok(()) => {
                if let Some(place) = self.places.get_mut(name.index()) {
                    place.is_mode_exact = exact;
                }
                Outcome::Succeeded
            }
            Err(ListenError::AlreadyListening) => Outcome::AlreadyListening,
            Err(error) => error
                .failure()
                .map_or(Outcome::Done, |failure| Outcome::Failed(failure.kind())),
        }
    }

    fn connect(&mut self, name: Name, options: SocketOptions) -> Outcome {
        let is_abstract = options.contains(SocketOptions::ABSTRACT);
        let full = self.names.full(name, is_abstract);
        let place = self.places.get(name.index()).filter(|_| !is_abstract);
        if place.is_some_and(|place| place.planted == Some(Plant::LiveServer)) {
            return Outcome::RivalServes(self.bench.world.rival_serves(&full));
        }
        let client = self.bench.world.connect(&full, options);
        self.clients.push(Client::new(End::Bare(client)));
        Outcome::Done
    }

    /// Claims a connection, and learns from its first byte whose it is.
    fn claim(&mut self) -> Outcome {
        let Some(tag) = self.bench.subject.next_pending() else {
            return Outcome::Claimed(None);
        };
        let whose = match self.bench.subject.read(tag, 1) {
            Step::Read(bytes) => usize::from(bytes[0]),
            _ => usize::MAX,
        };
        let stream = Stream::default();
        self.connections.push(Some(Connection { tag, stream }));
        Outcome::Claimed(Some(whose))
    }

    fn remove(&mut self, name: Name) -> Outcome {
        match self.bench.subject.remove_server(&self.names.given(name)) {
            Ok(()) => Outcome::Succeeded,
            Err(failure) => Outcome::Failed(failure.kind()),
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
            End::Bare(tag) => self.bench.world.drop_client(tag),
            End::Own(tag) => self.bench.subject.drop_connection(tag),
        }
    }

    fn half_close(&mut self, client: u8) {
        match self.clients[usize::from(client)].end {
            End::Bare(tag) => self.bench.world.shutdown_write(tag),
            End::Own(tag) => self.bench.subject.shutdown_write(tag),
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

    fn look_at_connections(&mut self) -> Vec<Option<Stream>> {
        let connections = self.connections.iter_mut();
        connections
            .map(|slot| {
                let connection = slot.as_mut()?;
                drain(
                    &mut self.bench,
                    End::Own(connection.tag),
                    &mut connection.stream,
                );
                Some(connection.stream.clone())
            })
            .collect()
    }
}

impl Player for BenchPlayer {
    fn names(&self) -> Names {
        self.names.clone()
    }

    fn offers(&self, operation: Operation) -> bool {
        !operation.is_fault()
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
            Op::Renew(hook) => subject.renew(hook),
            Op::Limit(limit) => subject.set_max_pending(limit.into()),
            Op::Options(options) => subject.set_socket_options(options),
            Op::Backlog(length) => subject.set_backlog(super::backlog(length)),
            Op::Plant(name, plant) => {
                self.bench.world.plant(&self.names.full(name, false), plant);
                self.places[name.index()].planted = Some(plant);
            }
            Op::Delete(name) => self.bench.world.delete(&self.names.full(name, false)),
            Op::AcceptFails(_) | Op::BindFails | Op::UnlinkFails | Op::Later(_) | Op::Repeat => {
                unreachable!("a real system does not fail on command")
            }
        }
        Outcome::Done
    }

    fn look(&mut self) -> View {
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
            error: seen.error,
            has_error_text: seen.error_string.lines().count() == 1,
            clients,
            connections,
            files,
        }
    }
}

impl Client {
    fn new(end: End) -> Self {
        Self {
            end,
            has_introduced_itself: false,
            left: false,
            stream: Stream::default(),
        }
    }

    fn look(&mut self, number: usize, bench: &mut Bench) -> ClientView {
        if self.left {
            return ClientView::Left;
        }
        if let End::Bare(tag) = self.end {
            match bench.world.client(tag) {
                ClientState::Waiting => return ClientView::Waiting,
                ClientState::Failed(kind) => return ClientView::Failed(kind),
                ClientState::Connected => {}
            }
        }
        if !core::mem::replace(&mut self.has_introduced_itself, true) {
            let number = u8::try_from(number).expect("there are only a few clients");
            write(bench, self.end, number);
        }
        drain(bench, self.end, &mut self.stream);
        ClientView::Connected(self.stream.clone())
    }
}

impl Place {
    fn look(&mut self, full_name: &ServerName, bench: &mut Bench) -> FileView {
        let entry = bench.world.entry(full_name);
        if let Some(plant) = self.planted {
            if is_of_kind(entry, plant) && bench.world.is_untouched(full_name) {
                return FileView::Planted(plant);
            }
            self.planted = None;
        }
        match entry {
            Entry::Absent => FileView::Absent,
            Entry::Socket { mode, .. } => FileView::Socket(self.is_mode_exact.then_some(mode)),
            _ => FileView::Strange,
        }
    }
}

fn is_of_kind(entry: Entry, plant: Plant) -> bool {
    match plant {
        Plant::File => entry == Entry::File,
        Plant::Directory => entry == Entry::Directory,
        Plant::StaleSocket | Plant::LiveServer => entry.mode().is_some(),
        Plant::DanglingLink | Plant::LinkToFile | Plant::LinkToItself => entry == Entry::Link,
    }
}

fn write(bench: &mut Bench, end: End, byte: u8) -> bool {
    let step = match end {
        End::Bare(tag) => bench.world.write(tag, &[byte]),
        End::Own(tag) => bench.subject.write(tag, &[byte]),
    };
    step == Step::Wrote(1)
}

/// Reads what there is.
fn drain(bench: &mut Bench, end: End, stream: &mut Stream) {
    loop {
        let step = match end {
            End::Bare(tag) => bench.world.read(tag, 64),
            End::Own(tag) => bench.subject.read(tag, 64),
        };
        match step {
            Step::Read(bytes) => stream.received.extend(bytes),
            Step::End | Step::Broken => {
                stream.ended = true;
                return;
            }
            Step::Wrote(_) | Step::WouldBlock => return,
        }
    }
}

impl fmt::Debug for BenchPlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BenchPlayer").field(&self.bench).finish()
    }
}
