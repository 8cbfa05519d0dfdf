use core::task::Poll;

use anteroom_core::rules::unix::Address;
use anteroom_core::{
    AcceptFailure, BoundFacts, ErrorKind, Failure, ListenError, ListenerId, Operation as Attempted,
    OsEvent, PhaseName, Server, ServerName, SocketOptions,
};

use super::system::{self, Client, State, System, Thing};
use super::{
    ClientView, FileView, Name, Names, Operation, Outcome, Player, Severity, Stream, View,
};
use anteroom_conformance::{Hook, Occupant};

/// A connection that nobody made, for facts that come late.
const NOBODY: u32 = u32::MAX;

/// More connections than a script can bring about.
const ENOUGH: usize = 1000;

/// The bare machine, whose facts are made up.
///
/// It does what a backend does, with numbers for connections: no bytes flow.
#[derive(Debug)]
pub struct MachinePlayer {
    names: Names,
    server: Server<u32>,
    system: System,
    hook: Hook,
    listeners: Vec<ListenerId>,
    claimed: Vec<Option<u32>>,
}

impl MachinePlayer {
    /// A fresh machine, in a world where nothing has happened.
    pub fn new() -> Self {
        Self {
            names: names(),
            server: Server::new(),
            system: System::default(),
            hook: Hook::None,
            listeners: Vec::new(),
            claimed: Vec::new(),
        }
    }

    fn listen(&mut self, name: Name) -> Outcome {
        let listened = self.server.listen(self.names.given(name));
        self.carry_out();
        match (listened, self.server.last_error()) {
            (Err(ListenError::AlreadyListening), _) => Outcome::AlreadyListening,
            (_, Some(failure)) => Outcome::Failed(failure.kind()),
            (Ok(listener), None) => {
                self.listeners.push(listener);
                Outcome::Succeeded
            }
            (Err(_), None) => Outcome::Done,
        }
    }

    fn connect(&mut self, name: Name, is_abstract: bool) -> Outcome {
        let full = self.names.full(name, is_abstract);
        let address = if is_abstract {
            Address::Abstract(full)
        } else if self.system.files.get(&full) == Some(&Thing::Planted(Occupant::LiveServer)) {
            return Outcome::RivalServes(true);
        } else {
            Address::Path(full)
        };
        self.come(address);
        Outcome::Done
    }

    fn come(&mut self, address: Address) {
        self.system
            .clients
            .push(Client::new(State::Trying(address)));
    }

    fn is_no_socket(&self, address: &Address) -> bool {
        let thing = self.system.files.get(address.full_name());
        let is_planted = |plant| thing == Some(&Thing::Planted(plant));
        is_planted(Occupant::File) || is_planted(Occupant::Directory)
    }

    /// Connects as a backend's own client would that does not wait.
    fn dial(&mut self, name: Name) {
        let name = self.names.given(name);
        let address = system::resolve(&name, SocketOptions::empty(), Attempted::Connect);
        match address {
            Ok(address) if self.is_no_socket(&address) => {
                let failed = Client::new(State::Failed(ErrorKind::WrongObject));
                self.system.clients.push(failed);
            }
            Ok(address) => self.come(address),
            Err(failure) => {
                let failed = Client::new(State::Failed(failure.kind()));
                self.system.clients.push(failed);
            }
        }
        self.system.retry();
        if let Some(client) = self.system.clients.last_mut() {
            if matches!(client.state, State::Trying(_)) {
                client.state = State::Failed(ErrorKind::TimedOut);
            }
        }
    }

    fn adopt(&mut self, name: Name) -> Outcome {
        self.system.offer(self.names.full(name, false));
        match self.server.listen_adopted() {
            Ok(listener) => {
                self.carry_out();
                self.listeners.push(listener);
                Outcome::Succeeded
            }
            Err(ListenError::Failed(failure)) => Outcome::Failed(failure.kind()),
            Err(_) => Outcome::AlreadyListening,
        }
    }

    fn settle(&mut self) {
        for _ in 0..ENOUGH {
            let Some(listener) = self.server.wants_accept() else {
                return;
            };
            match self.system.accept(listener) {
                Some(client) => self.take_in(listener, client),
                None if self.server.phase() == PhaseName::Draining => {
                    self.report(OsEvent::Empty { listener });
                }
                None => return,
            }
        }
        panic!("the machine wants connections for ever");
    }

    fn take_in(&mut self, listener: ListenerId, client: u32) {
        let queued = match self.hook {
            Hook::Refuse => {
                self.system.cut(client);
                None
            }
            Hook::Take => {
                self.claimed.push(Some(client));
                None
            }
            _ => Some(client),
        };
        self.report(OsEvent::Accepted { listener, queued });
        if self.hook == Hook::AddOwn {
            self.add();
        }
    }

    fn wait(&mut self) -> Outcome {
        self.settle();
        let now = self.system.now;
        match self.server.wait_status(Some(now), now) {
            Poll::Ready(wait) => Outcome::Waited(wait),
            Poll::Pending => panic!("a wait whose deadline is now is over"),
        }
    }

    fn add(&mut self) {
        let number = u32::try_from(self.system.clients.len()).expect("there are only a few");
        self.system.clients.push(Client::new(State::In));
        self.server.add_pending(number);
    }

    fn claim(&mut self) -> Outcome {
        let client = self.server.next_pending();
        self.claimed.extend(client.map(Some));
        Outcome::Claimed(client.and_then(|client| usize::try_from(client).ok()))
    }

    fn renew(&mut self, hook: Hook) {
        self.server.close();
        self.carry_out();
        while let Some(client) = self.server.next_pending() {
            self.system.cut(client);
        }
        self.server = Server::new();
        self.listeners.clear();
        self.hook = hook;
    }

    fn fail_to_accept(&mut self, severity: Severity) {
        let failed = |kind| Failure::new(Attempted::Accept, kind);
        let failure = match severity {
            Severity::Transient => AcceptFailure::Transient(failed(ErrorKind::Unknown)),
            Severity::Exhausted => AcceptFailure::Exhausted(failed(ErrorKind::Resources)),
            Severity::Fatal => AcceptFailure::Fatal(failed(ErrorKind::WrongObject)),
        };
        if let Some(listener) = self.server.wants_accept() {
            let now = self.system.now;
            self.report(OsEvent::AcceptFailed {
                listener,
                failure,
                now,
            });
        }
    }

    /// Reports once more what is known already or does not matter any more.
    fn repeat(&mut self) {
        let current = self.server.wants_accept();
        let failure = Failure::new(Attempted::Listen, ErrorKind::Unsupported);
        for listener in self.listeners.clone() {
            let facts = BoundFacts::unnamed().with_file();
            self.report(OsEvent::Bound { listener, facts });
            self.report(OsEvent::BindFailed {
                listener,
                failure,
                full_name: None,
            });
        }
        let mut late = self.listeners.clone();
        late.pop();
        let now = self.system.now;
        for listener in late {
            self.report(OsEvent::Accepted {
                listener,
                queued: Some(NOBODY),
            });
            self.report(OsEvent::AcceptFailed {
                listener,
                failure: AcceptFailure::Fatal(failure),
                now,
            });
            self.report(OsEvent::RefuseFailed { listener, failure });
            self.report(OsEvent::Empty { listener });
        }
        assert_eq!(
            self.server.wants_accept(),
            current,
            "late facts change nothing"
        );
    }

    fn report(&mut self, event: OsEvent<u32>) {
        self.server.handle(event);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        let mut answers = Vec::new();
        while let Some(effect) = self.server.poll_effect() {
            answers.extend(self.system.perform(effect));
        }
        for answer in answers {
            self.report(answer);
        }
    }

    fn look_at_client(client: &Client) -> ClientView {
        match client.state {
            _ if client.left => ClientView::Left,
            State::Trying(_) => ClientView::Waiting,
            State::Failed(kind) => ClientView::Failed(kind),
            State::In => ClientView::Connected(Stream {
                received: Vec::new(),
                ended: client.cut,
            }),
        }
    }

    fn look_at_claimed(&self, client: u32) -> Option<(usize, Stream)> {
        let number = usize::try_from(client).ok()?;
        let client = self.system.clients.get(number)?;
        let stream = Stream {
            received: Vec::new(),
            ended: client.left,
        };
        Some((number, stream))
    }
}

impl Default for MachinePlayer {
    fn default() -> Self {
        Self::new()
    }
}

impl Player for MachinePlayer {
    fn names(&self) -> Names {
        self.names.clone()
    }

    /// No bytes flow here, and removing what a server left is no business of the machine.
    fn offers(&self, operation: Operation) -> bool {
        use Operation as Op;
        !matches!(
            operation,
            Op::Write(_) | Op::HalfClose(_) | Op::Answer(_) | Op::Remove(_)
        )
    }

    fn perform(&mut self, operation: Operation) -> Outcome {
        use Operation as Op;
        match operation {
            Op::Listen(name) => return self.listen(name),
            Op::Connect(name) => return self.connect(name, false),
            Op::ConnectAbstract(name) => return self.connect(name, true),
            Op::Claim => return self.claim(),
            Op::Wait => return self.wait(),
            Op::News => return Outcome::News(self.server.take_new_connections()),
            Op::Drop(place) => {
                if let Some(client) = self.claimed[usize::from(place)].take() {
                    self.system.cut(client);
                }
            }
            Op::Leave(client) => {
                if let Some(client) = self.system.client(client.into()) {
                    client.left = true;
                }
            }
            Op::Add => self.add(),
            Op::Settle => self.settle(),
            Op::Close => self.server.close(),
            Op::Drain => self.server.drain(),
            Op::Discard => self.server.discard_pending(),
            Op::Renew(hook) => self.renew(hook),
            Op::Crowd(name) => {
                let address = Address::Path(self.names.full(name, false));
                (0..Op::CROWD).for_each(|_| self.come(address.clone()));
            }
            Op::Dial(name) => self.dial(name),
            Op::Adopt(name) => return self.adopt(name),
            Op::Limit(limit) => self.server.set_max_pending(limit.into()),
            Op::Options(options) => self.server.set_socket_options(options),
            Op::Backlog(length) => self.server.set_backlog(super::backlog(length)),
            Op::Plant(name, plant) => {
                let full = self.names.full(name, false);
                self.system.files.insert(full, Thing::Planted(plant));
            }
            Op::Delete(name) => {
                self.system.files.remove(&self.names.full(name, false));
            }
            Op::AcceptFails(severity) => self.fail_to_accept(severity),
            Op::BindFails => self.system.bind_fails = true,
            Op::UnlinkFails => self.system.unlink_fails = true,
            Op::Later(milliseconds) => {
                let passed = core::time::Duration::from_millis(milliseconds.into());
                self.system.now = self.system.now.after(passed);
                self.server.handle_timeout(self.system.now);
            }
            Op::Repeat => self.repeat(),
            Op::Write(_) | Op::HalfClose(_) | Op::Answer(_) | Op::Remove(_) => {
                unreachable!("this is not offered")
            }
        }
        self.carry_out();
        Outcome::Done
    }

    fn look(&mut self) -> View {
        self.system.retry();
        let full = &self.names.full;
        let files = full.iter().map(|name| self.system.files.get(name));
        let claimed = self.claimed.iter();
        let clients = self.system.clients.iter();
        View {
            listening: self.server.is_listening(),
            server_name: self.server.server_name().cloned(),
            full_server_name: self.server.full_server_name().cloned(),
            has_pending: self.server.has_pending(),
            limit: self.server.max_pending(),
            options: self.server.socket_options(),
            error: self.server.last_error().map(Failure::kind),
            has_error_text: self.server.error_string().lines().count() == 1,
            clients: clients.map(Self::look_at_client).collect(),
            connections: claimed
                .map(|claimed| self.look_at_claimed((*claimed)?))
                .collect(),
            files: files
                .map(|file| file.map_or(FileView::Absent, |thing| thing.view()))
                .collect(),
        }
    }
}

fn names() -> Names {
    let long = [b"/sim/".as_slice(), &[b'g'; 200]].concat();
    Names {
        full: ["/sim/first", "/sim/second", "/sim/tmp/plain"].map(ServerName::from),
        given: [
            ServerName::from("/sim/first"),
            ServerName::from("/sim/second"),
            ServerName::from("plain"),
            ServerName::from("/sim/nul\0x"),
            ServerName::from(long),
            ServerName::default(),
            ServerName::from("/lost/socket"),
        ],
    }
}
