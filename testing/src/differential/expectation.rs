//! How the model goes through a script: which operations apply, and what is to be seen then.

use anteroom_core::{ACCEPTS_PER_TURN, ErrorKind, SocketOptions, Wait};

use super::faults::Faults;
use super::people::{Door, File, People, Person, Settings};
use super::{ClientView, FileView, Model, Name, Names, Operation, Outcome, View};
use anteroom_conformance::{Hook, Occupant};

/// When so many have come, nobody else comes of their own accord.
const MOST_PEOPLE: usize = 64;

impl Model {
    /// Nobody has come yet, and nothing is anywhere.
    pub fn new(names: Names) -> Self {
        Self {
            names,
            people: People::default(),
            files: [File::Absent; Name::PLACES],
            door: None,
            doors: 0,
            settings: Settings::new(Hook::None),
            faults: Faults::default(),
        }
    }

    /// Returns the operation with a number that exists, if the operation applies.
    pub fn resolve(&self, operation: Operation) -> Option<Operation> {
        use Operation as Op;
        let person = |number, applies: fn(&Person) -> bool| pick(number, &self.people.0, applies);
        let claimant = |number| pick(number, &self.claimants(), |who| !self.people.0[*who].cut);
        match operation {
            Op::Leave(number) => person(number, Person::may_leave).map(Op::Leave),
            Op::Write(number) => person(number, Person::is_connected).map(Op::Write),
            Op::HalfClose(number) => person(number, Person::is_connected).map(Op::HalfClose),
            Op::Answer(number) => claimant(number).map(Op::Answer),
            Op::Drop(number) => claimant(number).map(Op::Drop),
            Op::Plant(name, _) if self.file(name) != Some(File::Absent) => None,
            Op::Delete(name) if self.file(name) == Some(File::Absent) => None,
            Op::AcceptFails(_) if !self.may_take_in() => None,
            // How it ends that so many came, whom the hook sends away, is its own affair.
            Op::Wait if self.is_crowded() => None,
            Op::Adopt(name) if self.file(name) != Some(File::Absent) => None,
            Op::Dial(name) | Op::Crowd(name) if self.is_rival_at(name) => None,
            Op::Connect(_) | Op::ConnectAbstract(_) | Op::Add | Op::Crowd(_) | Op::Dial(_)
                if self.people.0.len() >= MOST_PEOPLE =>
            {
                None
            }
            _ => Some(operation),
        }
    }

    /// Does what an operation does that applies.
    pub fn apply(&mut self, operation: Operation) -> Outcome {
        let outcome = self.outcome(operation);
        for who in self
            .people
            .sorted(|person| person.is_waiting().then_some(()))
        {
            self.arrive(who);
        }
        outcome
    }

    fn outcome(&mut self, operation: Operation) -> Outcome {
        use Operation as Op;
        match operation {
            Op::Listen(name) => return listened(self.listen(name)),
            Op::Connect(name) => return self.connect(name, false),
            Op::ConnectAbstract(name) => return self.connect(name, true),
            Op::Claim => return self.claim(),
            Op::Wait => return Outcome::Waited(self.wait()),
            Op::News => return Outcome::News(self.people.hear_news()),
            Op::Remove(name) => return self.remove(name),
            Op::Write(who) => return Outcome::Wrote(self.people.0[usize::from(who)].say()),
            Op::Answer(place) => return Outcome::Wrote(self.claimant(place).hear()),
            Op::Drop(place) => self.claimant(place).cut = true,
            Op::Leave(who) => self.people.0[usize::from(who)].left = true,
            Op::HalfClose(who) => self.people.0[usize::from(who)].silent = true,
            Op::Add => {
                let taken = self.people.count(|person| person.taken.is_some());
                self.people.0.push(Person::who_was_added(taken));
            }
            Op::Settle => self.take_in(),
            Op::Close => self.close(),
            Op::Drain => self.drain(),
            Op::Discard => self.people.cut(Person::is_pending),
            Op::Renew(hook) => self.renew(hook),
            Op::Crowd(name) => (0..Op::CROWD).for_each(|_| self.come(name, false, false)),
            Op::Dial(name) => self.come(name, false, true),
            Op::Adopt(name) => return self.adopt(name),
            Op::Limit(limit) => self.settings.limit = limit.into(),
            Op::Options(options) => self.settings.options = options,
            Op::Backlog(length) => self.settings.backlog = length,
            Op::Plant(name, plant) => self.files[name.index()] = File::Planted(plant),
            Op::Delete(name) => self.files[name.index()] = File::Absent,
            Op::AcceptFails(severity) => self.fail_to_accept(severity),
            Op::BindFails => self.faults.bind = true,
            Op::UnlinkFails => self.faults.unlink = true,
            Op::Later(milliseconds) => self.faults.now += u32::from(milliseconds),
            Op::Repeat => {}
        }
        Outcome::Done
    }

    fn connect(&mut self, name: Name, is_abstract: bool) -> Outcome {
        if !is_abstract && self.is_rival_at(name) {
            return Outcome::RivalServes(true);
        }
        self.come(name, is_abstract, false);
        Outcome::Done
    }

    fn come(&mut self, name: Name, is_abstract: bool, is_impatient: bool) {
        let goal = Some((name, is_abstract));
        self.people.0.push(Person {
            goal,
            is_impatient,
            ..Person::default()
        });
        self.arrive(self.people.0.len() - 1);
    }

    /// Returns what is at a name that can be a file.
    pub(super) fn file(&self, name: Name) -> Option<File> {
        self.files.get(name.index()).copied()
    }

    /// Returns whether more stand at the door than are taken in in one turn.
    fn is_crowded(&self) -> bool {
        let queue = self.door.map(|door| self.people.queue(door));
        queue.is_some_and(|queue| queue.len() >= ACCEPTS_PER_TURN)
    }

    fn is_rival_at(&self, name: Name) -> bool {
        self.file(name) == Some(File::Planted(Occupant::LiveServer))
    }

    /// Somebody makes a socket that listens, and the server adopts it if it may.
    fn adopt(&mut self, name: Name) -> Outcome {
        self.doors += 1;
        self.files[name.index()] = File::Own(self.doors, SocketOptions::empty());
        if self.door.is_some() {
            return Outcome::AlreadyListening;
        }
        if !self.settings.options.access().is_empty() {
            self.settings.error = Some(ErrorKind::Unsupported);
            return Outcome::Failed(ErrorKind::Unsupported);
        }
        self.settings.error = None;
        self.door = Some(Door::adopted(self.doors, name));
        Outcome::Succeeded
    }

    fn wait(&mut self) -> Wait {
        self.take_in();
        match (self.people.pending().is_empty(), self.door) {
            (false, _) => Wait::Ready,
            (true, None) => Wait::NotListening,
            (true, Some(_)) => Wait::TimedOut,
        }
    }

    fn claim(&mut self) -> Outcome {
        let first = self.people.pending().first().copied();
        let before = self.claimants().len();
        if let Some(who) = first {
            self.people.0[who].claimed = Some(before);
        }
        Outcome::Claimed(first)
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

    /// Returns who was claimed, in the order of their claims.
    fn claimants(&self) -> Vec<usize> {
        self.people.sorted(|person| person.claimed)
    }

    fn claimant(&mut self, place: u8) -> &mut Person {
        let who = self.claimants()[usize::from(place)];
        &mut self.people.0[who]
    }

    /// Returns what is to be seen.
    pub fn look(&self) -> View {
        let open = self.door.filter(|door| !door.drains);
        let claimants = self.claimants();
        let claimed = claimants.iter().map(|who| {
            let stream = self.people.0[*who].server_side()?;
            Some((*who, stream))
        });
        View {
            listening: open.is_some(),
            server_name: open.map(|door| match door.is_adopted {
                true => self.names.full(door.name, false).last_component(),
                false => self.names.given(door.name),
            }),
            full_server_name: open.map(|door| self.names.full(door.name, door.is_abstract)),
            has_pending: !self.people.pending().is_empty(),
            limit: self.settings.limit,
            options: self.settings.options,
            error: self.settings.error,
            has_error_text: self.settings.error.is_some(),
            clients: self.people.0.iter().map(client_view).collect(),
            connections: claimed.collect(),
            files: self.files.map(file_view).to_vec(),
        }
    }
}

fn client_view(person: &Person) -> ClientView {
    match person.failed {
        _ if person.left => ClientView::Left,
        Some(kind) => ClientView::Failed(kind),
        None if person.is_waiting() => ClientView::Waiting,
        None => ClientView::Connected(person.client_side()),
    }
}

fn file_view(file: File) -> FileView {
    match file {
        File::Absent => FileView::Absent,
        File::Planted(plant) => FileView::Planted(plant),
        File::Own(_, options) => FileView::Socket(mode(options)),
    }
}

/// Returns the mode that the options ask for, if they ask for one.
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

/// Returns the first number from this one on, round and round, at which it applies.
fn pick<T>(number: u8, among: &[T], applies: impl Fn(&T) -> bool) -> Option<u8> {
    let count = among.len();
    (0..count)
        .map(|offset| (usize::from(number) + offset) % count)
        .find(|candidate| applies(&among[*candidate]))
        .and_then(|found| u8::try_from(found).ok())
}
