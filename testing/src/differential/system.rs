//! The least of an operating system that a bare machine needs to be answered.

use std::collections::{BTreeMap, VecDeque};

use anteroom_core::rules::unix::{self, Address, Environment};
use anteroom_core::{
    Backlog, BoundFacts, Effect, ErrorKind, Failure, ListenOptions, ListenerId,
    Operation as Attempted, OsEvent, ServerName, SocketOptions, Time, rules,
};

use super::FileView;
use anteroom_conformance::Occupant;

/// The temporary directory.
const TEMPORARY: &[u8] = b"/sim/tmp";

/// The directories that there are.
const DIRECTORIES: [&[u8]; 2] = [b"/sim/", b"/sim/tmp/"];

/// Files, one listener and clients, who are numbers.
#[derive(Debug, Default)]
pub(super) struct System {
    pub(super) files: BTreeMap<ServerName, Thing>,
    pub(super) clients: Vec<Client>,
    pub(super) bind_fails: bool,
    pub(super) unlink_fails: bool,
    pub(super) now: Time,
    listener: Option<Listener>,
    sockets: u32,
    to_adopt: Option<ServerName>,
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Thing {
    Planted(Occupant),
    /// A socket that was made as the how manieth, and its mode.
    Socket(u32, Option<u32>),
}

impl Thing {
    pub(super) const fn view(self) -> FileView {
        match self {
            Self::Planted(plant) => FileView::Planted(plant),
            Self::Socket(_, mode) => FileView::Socket(mode),
        }
    }
}

#[derive(Debug)]
struct Listener {
    id: ListenerId,
    socket: u32,
    address: Address,
    refuses: bool,
    backlog: Backlog,
    queue: VecDeque<u32>,
}

/// Where a client goes to, how far it has got, and who has gone.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) state: State,
    pub(super) left: bool,
    pub(super) cut: bool,
}

#[derive(Clone, Debug)]
pub(super) enum State {
    Trying(Address),
    In,
    Failed(ErrorKind),
}

impl Client {
    pub(super) const fn new(state: State) -> Self {
        Self {
            state,
            left: false,
            cut: false,
        }
    }
}

impl System {
    /// Carries out an effect, and answers.
    pub(super) fn perform(&mut self, effect: Effect<u32>) -> Option<OsEvent<u32>> {
        match effect {
            Effect::Bind {
                listener,
                name,
                options,
            } => Some(match self.bind(listener, &name, options) {
                Ok(facts) => OsEvent::Bound { listener, facts },
                Err(failure) => OsEvent::BindFailed {
                    listener,
                    failure,
                    full_name: None,
                },
            }),
            Effect::Unlink { listener } => self.unlink(listener),
            Effect::Refuse { listener } => {
                self.the(listener).refuses = true;
                None
            }
            Effect::Close { listener } => {
                let queue = core::mem::take(&mut self.the(listener).queue);
                self.listener = None;
                queue.into_iter().for_each(|client| self.cut(client));
                None
            }
            Effect::Discard(client) => {
                self.cut(client);
                None
            }
            Effect::Adopt { listener } => {
                let path = self.to_adopt.take().expect("there is something to adopt");
                let facts = BoundFacts::unnamed()
                    .with_name(path.last_component())
                    .with_full_name(path.clone());
                let address = Address::Path(path);
                self.open(listener, address, Backlog::Maximum);
                Some(OsEvent::Bound { listener, facts })
            }
        }
    }

    /// Takes the client out of the queue who came first.
    pub(super) fn accept(&mut self, listener: ListenerId) -> Option<u32> {
        self.the(listener).queue.pop_front()
    }

    /// Drops the server's side of a client's connection.
    pub(super) fn cut(&mut self, client: u32) {
        // A connection that was made up belongs to nobody.
        if let Some(client) = self.client(client) {
            client.cut = true;
        }
    }

    pub(super) fn client(&mut self, client: u32) -> Option<&mut Client> {
        self.clients.get_mut(usize::try_from(client).ok()?)
    }

    /// Lets all those try again who wait.
    pub(super) fn retry(&mut self) {
        for number in 0..self.clients.len() {
            let client = &self.clients[number];
            if let (State::Trying(address), false) = (&client.state, client.left) {
                let address = address.clone();
                self.clients[number].state = self.attempt(number, address);
            }
        }
    }

    fn attempt(&mut self, number: usize, address: Address) -> State {
        if let Address::Path(path) = &address {
            if matches!(
                self.files.get(path),
                None | Some(Thing::Planted(Occupant::DanglingLink))
            ) {
                return State::Failed(ErrorKind::NotFound);
            }
        }
        let socket = self.files.get(address.full_name()).copied();
        let listener = self.listener.as_mut().filter(|listener| !listener.refuses);
        let listener = listener.filter(|listener| match (&address, socket) {
            (Address::Abstract(_), _) => listener.address == address,
            (Address::Path(_), Some(Thing::Socket(socket, _))) => listener.socket == socket,
            (Address::Path(_), _) => false,
        });
        let Some(listener) = listener else {
            return State::Failed(ErrorKind::Refused);
        };
        if let Backlog::Limited(length) = listener.backlog {
            if listener.queue.len() > usize::try_from(length).unwrap_or(usize::MAX) {
                return State::Trying(address);
            }
        }
        let number = u32::try_from(number).expect("there are only a few clients");
        listener.queue.push_back(number);
        State::In
    }

    fn bind(
        &mut self,
        id: ListenerId,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<BoundFacts, Failure> {
        let failure = |kind| Failure::new(Attempted::Listen, kind);
        if core::mem::take(&mut self.bind_fails) {
            return Err(failure(ErrorKind::Resources));
        }
        let environment = Environment::linux(Some(TEMPORARY));
        let address = unix::resolve_to_listen(name, options, environment)?;
        self.sockets += 1;
        let facts = BoundFacts::unnamed().with_full_name(address.full_name().clone());
        let facts = match &address {
            Address::Abstract(_) => facts,
            Address::Path(path) => {
                let file = path.last_component().as_bytes().len();
                let directory = &path.as_bytes()[..path.as_bytes().len() - file];
                if !DIRECTORIES.contains(&directory) {
                    return Err(failure(ErrorKind::NotFound));
                }
                if self.files.contains_key(path) {
                    return Err(failure(ErrorKind::AddressInUse));
                }
                let socket = Thing::Socket(self.sockets, rules::mode(options.socket));
                self.files.insert(path.clone(), socket);
                facts.with_file()
            }
        };
        self.open(id, address, options.backlog);
        Ok(facts)
    }

    fn open(&mut self, id: ListenerId, address: Address, backlog: Backlog) {
        self.listener = Some(Listener {
            id,
            socket: self.sockets,
            address,
            refuses: false,
            backlog,
            queue: VecDeque::new(),
        });
    }

    /// Makes a socket at a path, which may be adopted.
    pub(super) fn offer(&mut self, path: ServerName) {
        self.sockets += 1;
        let socket = Thing::Socket(self.sockets, None);
        self.files.insert(path.clone(), socket);
        self.to_adopt = Some(path);
    }

    fn unlink(&mut self, id: ListenerId) -> Option<OsEvent<u32>> {
        if core::mem::take(&mut self.unlink_fails) {
            let failure = Failure::new(Attempted::Close, ErrorKind::Access);
            return Some(OsEvent::UnlinkFailed {
                listener: id,
                failure,
            });
        }
        let listener = self.the(id);
        let (path, own) = (listener.address.full_name().clone(), listener.socket);
        if matches!(self.files.get(&path), Some(Thing::Socket(socket, _)) if *socket == own) {
            self.files.remove(&path);
        }
        None
    }

    fn the(&mut self, id: ListenerId) -> &mut Listener {
        let listener = self.listener.as_mut();
        listener
            .filter(|listener| listener.id == id)
            .expect("the machine speaks of the listener that there is")
    }
}

/// Works out where a name leads here.
pub(super) fn resolve(
    name: &ServerName,
    options: SocketOptions,
    operation: Attempted,
) -> Result<Address, Failure> {
    let environment = Environment::linux(Some(TEMPORARY));
    unix::resolve(name, options, environment, operation)
}
