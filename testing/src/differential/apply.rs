//! How the model applies an operation, and what can be observed after it.

use anteroom_core::{ACCEPTS_PER_TURN, ErrorKind, SocketOptions, Wait};

use super::clients::{File, Listener, ModelClient, ModelClients, Settings};
use super::faults::Faults;
use super::{ClientView, FileView, Model, Name, Names, Operation, Outcome, View};
use anteroom_conformance::{Hook, Occupant};

/// With this many clients, no operation adds more.
const MOST_CLIENTS: usize = 64;

impl Model {
    /// Creates a model of a new server without clients and files.
    pub fn new(names: Names) -> Self {
        Self {
            names,
            clients: ModelClients::default(),
            files: [File::Absent; Name::PLACES],
            listener: None,
            listeners: 0,
            settings: Settings::new(Hook::None),
            faults: Faults::default(),
        }
    }

    /// Returns the operation with a number that exists, or `None` if it does not apply.
    pub fn resolve(&self, operation: Operation) -> Option<Operation> {
        use Operation as Op;
        let client =
            |number, applies: fn(&ModelClient) -> bool| pick(number, &self.clients.0, applies);
        let taken_client = |number| {
            pick(number, &self.taken_clients(), |who| {
                !self.clients.0[*who].cut
            })
        };
        match operation {
            Op::Leave(number) => client(number, ModelClient::may_leave).map(Op::Leave),
            Op::Write(number) => client(number, ModelClient::is_connected).map(Op::Write),
            Op::HalfClose(number) => client(number, ModelClient::is_connected).map(Op::HalfClose),
            Op::Answer(number) => taken_client(number).map(Op::Answer),
            Op::Drop(number) => taken_client(number).map(Op::Drop),
            Op::Plant(name, _) if self.file(name) != Some(File::Absent) => None,
            Op::Delete(name) if self.file(name) == Some(File::Absent) => None,
            Op::AcceptFails(_) if !self.may_accept() => None,
            // The number of turns that a wait takes for many refused clients is not specified.
            Op::Wait if self.is_crowded() => None,
            Op::Adopt(name) if self.file(name) != Some(File::Absent) => None,
            Op::Dial(name) | Op::ConnectMany(name) if self.is_rival_at(name) => None,
            Op::Connect(_)
            | Op::ConnectAbstract(_)
            | Op::Add
            | Op::ConnectMany(_)
            | Op::Dial(_)
                if self.clients.0.len() >= MOST_CLIENTS =>
            {
                None
            }
            _ => Some(operation),
        }
    }

    /// Applies an operation that `resolve` returned.
    pub fn apply(&mut self, operation: Operation) -> Outcome {
        let outcome = self.outcome(operation);
        for who in self
            .clients
            .sorted(|client| client.is_waiting().then_some(()))
        {
            self.try_connect(who);
        }
        outcome
    }

    fn outcome(&mut self, operation: Operation) -> Outcome {
        use Operation as Op;
        match operation {
            Op::Listen(name) => return listened(self.listen(name)),
            Op::Connect(name) => return self.connect(name, false),
            Op::ConnectAbstract(name) => return self.connect(name, true),
            Op::Take => return self.take(),
            Op::Wait => return Outcome::Waited(self.wait()),
            Op::TakeNew => return Outcome::TakeNew(self.clients.take_new()),
            Op::Remove(name) => return self.remove(name),
            Op::Write(who) => return Outcome::Wrote(self.clients.0[usize::from(who)].send()),
            Op::Answer(place) => return Outcome::Wrote(self.taken_client(place).receive()),
            Op::Drop(place) => self.taken_client(place).cut = true,
            Op::Leave(who) => self.clients.0[usize::from(who)].left = true,
            Op::HalfClose(who) => self.clients.0[usize::from(who)].has_shut_down = true,
            Op::Add => {
                let accepted = self.clients.count(|client| client.accepted.is_some());
                self.clients.0.push(ModelClient::added(accepted));
            }
            Op::Settle => self.accept_all(),
            Op::Close => self.close(),
            Op::Drain => self.drain(),
            Op::Discard => self.clients.cut(ModelClient::is_pending),
            Op::Replace(hook) => self.renew(hook),
            Op::ConnectMany(name) => {
                (0..Op::MANY).for_each(|_| self.connect_client(name, false, false))
            }
            Op::Dial(name) => self.connect_client(name, false, true),
            Op::Adopt(name) => return self.adopt(name),
            Op::Limit(limit) => self.settings.limit = limit.into(),
            Op::Options(options) => self.settings.options = options,
            Op::Backlog(length) => self.settings.backlog = length,
            Op::Plant(name, plant) => self.files[name.index()] = File::Planted(plant),
            Op::Delete(name) => self.files[name.index()] = File::Absent,
            Op::AcceptFails(severity) => {
                self.fail_to_accept(severity);
                self.accept_all();
            }
            Op::BindFails => self.faults.bind = true,
            Op::UnlinkFails => self.faults.unlink = true,
            Op::Advance(_) => {}
        }
        Outcome::Done
    }

    fn connect(&mut self, name: Name, is_abstract: bool) -> Outcome {
        if !is_abstract && self.is_rival_at(name) {
            return Outcome::RivalServes(true);
        }
        self.connect_client(name, is_abstract, false);
        Outcome::Done
    }

    fn connect_client(&mut self, name: Name, is_abstract: bool, never_waits: bool) {
        let target = Some((name, is_abstract));
        self.clients.0.push(ModelClient {
            target,
            never_waits,
            ..ModelClient::default()
        });
        self.try_connect(self.clients.0.len() - 1);
    }

    /// Returns what exists at a name that can be a file.
    pub(super) fn file(&self, name: Name) -> Option<File> {
        self.files.get(name.index()).copied()
    }

    /// Returns whether more clients are queued than one turn accepts.
    fn is_crowded(&self) -> bool {
        let queue = self.listener.map(|listener| self.clients.queue(listener));
        queue.is_some_and(|queue| queue.len() >= ACCEPTS_PER_TURN)
    }

    fn is_rival_at(&self, name: Name) -> bool {
        self.file(name) == Some(File::Planted(Occupant::LiveServer))
    }

    /// Another program creates a listener, and the server adopts it if it may.
    fn adopt(&mut self, name: Name) -> Outcome {
        self.listeners += 1;
        self.files[name.index()] = File::Own(self.listeners, SocketOptions::empty());
        if self.listener.is_some() {
            return Outcome::AlreadyListening;
        }
        if !self.settings.options.access().is_empty() {
            self.settings.error = Some(ErrorKind::Unsupported);
            return Outcome::Failed(ErrorKind::Unsupported);
        }
        self.settings.error = None;
        self.listener = Some(Listener::adopted(self.listeners, name));
        Outcome::Succeeded
    }

    fn wait(&mut self) -> Wait {
        self.accept_all();
        match (self.clients.pending().is_empty(), self.listener) {
            (false, _) => Wait::Ready,
            (true, None) => Wait::NotListening,
            (true, Some(_)) => Wait::TimedOut,
        }
    }

    fn take(&mut self) -> Outcome {
        let first = self.clients.pending().first().copied();
        let before = self.taken_clients().len();
        if let Some(who) = first {
            self.clients.0[who].taken = Some(before);
        }
        Outcome::Taken(first)
    }

    fn remove(&mut self, name: Name) -> Outcome {
        match (name, self.files.get_mut(name.index())) {
            (Name::Nul | Name::Long | Name::Empty, _) => Outcome::Failed(ErrorKind::Name),
            (_, None | Some(File::Absent)) => Outcome::Succeeded,
            (_, Some(file)) if file.is_socket() => {
                *file = File::Absent;
                Outcome::Succeeded
            }
            _ => Outcome::Failed(ErrorKind::WrongObject),
        }
    }

    /// Returns the clients with taken connections, in the order of taking.
    fn taken_clients(&self) -> Vec<usize> {
        self.clients.sorted(|client| client.taken)
    }

    fn taken_client(&mut self, place: u8) -> &mut ModelClient {
        let who = self.taken_clients()[usize::from(place)];
        &mut self.clients.0[who]
    }

    /// Returns what can be observed.
    pub fn look(&self) -> View {
        let open = self.listener.filter(|listener| !listener.drains);
        let taken_clients = self.taken_clients();
        let taken = taken_clients.iter().map(|who| {
            let stream = self.clients.0[*who].server_side()?;
            Some((*who, stream))
        });
        View {
            listening: open.is_some(),
            server_name: open.map(|listener| match listener.is_adopted {
                true => self.names.full(listener.name, false).last_component(),
                false => self.names.given(listener.name),
            }),
            full_server_name: open
                .map(|listener| self.names.full(listener.name, listener.is_abstract)),
            has_pending: !self.clients.pending().is_empty(),
            limit: self.settings.limit,
            options: self.settings.options,
            error: self.settings.error,
            has_error_text: self.settings.error.is_some(),
            clients: self.clients.0.iter().map(client_view).collect(),
            connections: taken.collect(),
            files: self.files.map(file_view).to_vec(),
        }
    }
}

fn client_view(client: &ModelClient) -> ClientView {
    match client.failed {
        _ if client.left => ClientView::Left,
        Some(kind) => ClientView::Failed(kind),
        None if client.is_waiting() => ClientView::Waiting,
        None => ClientView::Connected(client.client_side()),
    }
}

fn file_view(file: File) -> FileView {
    match file {
        File::Absent => FileView::Absent,
        File::Planted(plant) => FileView::Planted(plant),
        File::Own(_, options) => FileView::Socket(mode(options)),
    }
}

/// Returns the mode that the options request, if they request one.
fn mode(options: SocketOptions) -> Option<u32> {
    let bits = [
        (SocketOptions::USER, 0o700),
        (SocketOptions::GROUP, 0o070),
        (SocketOptions::OTHER, 0o007),
    ];
    let asked = bits.iter().filter(|(option, _)| options.contains(*option));
    asked
        .map(|(_, mode)| *mode)
        .reduce(|one, other| one | other)
}

fn listened(result: Result<(), Option<ErrorKind>>) -> Outcome {
    match result {
        Ok(()) => Outcome::Succeeded,
        Err(Some(kind)) => Outcome::Failed(kind),
        Err(None) => Outcome::AlreadyListening,
    }
}

/// Returns the first number from this one on, modulo the length, for which `applies` holds.
fn pick<T>(number: u8, among: &[T], applies: impl Fn(&T) -> bool) -> Option<u8> {
    let count = among.len();
    (0..count)
        .map(|offset| (usize::from(number) + offset) % count)
        .find(|candidate| applies(&among[*candidate]))
        .and_then(|found| u8::try_from(found).ok())
}
