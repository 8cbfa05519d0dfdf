use core::mem::take;

use anteroom_core::{ErrorKind, SocketOptions};

use super::faults::Faults;
use super::people::{Door, File, People, Person, Settings};
use super::{Name, Names};
use anteroom_conformance::Hook;

/// What the document lets one expect: a few facts about everybody who ever came.
///
/// It keeps neither queues nor phases nor counters: who waits, who is pending and how many are
/// new is worked out from what has happened to each of the people, whenever it is asked.
#[derive(Clone, Debug)]
pub struct Model {
    pub(super) names: Names,
    pub(super) people: People,
    pub(super) files: [File; Name::PLACES],
    pub(super) door: Option<Door>,
    pub(super) doors: usize,
    pub(super) settings: Settings,
    pub(super) faults: Faults,
}

impl Model {
    pub(super) fn listen(&mut self, name: Name) -> Result<(), Option<ErrorKind>> {
        let is_abstract = self.settings.options.contains(SocketOptions::ABSTRACT);
        let is_file = !is_abstract && name.index() < Name::PLACES;
        let is_taken = is_file && self.file(name) != Some(File::Absent);
        self.settings.error = match name {
            _ if self.door.is_some() => return Err(None),
            Name::Empty => Some(ErrorKind::Name),
            Name::Nul if !is_abstract => Some(ErrorKind::Name),
            _ if take(&mut self.faults.bind) => Some(ErrorKind::Resources),
            _ if is_abstract && !self.settings.options.access().is_empty() => {
                Some(ErrorKind::Unsupported)
            }
            Name::Long => Some(ErrorKind::Name),
            Name::Lost if !is_abstract => Some(ErrorKind::NotFound),
            _ if is_taken => Some(ErrorKind::AddressInUse),
            _ => None,
        };
        if self.settings.error.is_some() {
            return Err(self.settings.error);
        }
        self.doors += 1;
        self.door = Some(Door::new(self.doors, name, &self.settings));
        if is_file {
            self.files[name.index()] = File::Own(self.doors, self.settings.options);
        }
        Ok(())
    }

    pub(super) fn close(&mut self) {
        if self.door.is_some() {
            self.settings.error = None;
            self.shut();
        }
    }

    /// Nobody else is let in, and the name is free.
    pub(super) fn drain(&mut self) {
        let Some(door) = self.door.filter(|door| !door.drains) else {
            return;
        };
        self.door = Some(door.draining());
        if door.is_abstract || door.is_adopted {
            return;
        }
        if take(&mut self.faults.unlink) {
            self.settings.error = Some(ErrorKind::Access);
        } else if let Some(file) = self.files.iter_mut().find(|file| file.is_of(door)) {
            *file = File::Absent;
        }
    }

    /// Drops the door: whoever still stands there is lost.
    pub(super) fn shut(&mut self) {
        self.drain();
        if let Some(door) = self.door.take() {
            self.people.cut(|person| person.is_queued_at(door));
        }
    }

    pub(super) fn renew(&mut self, hook: Hook) {
        self.shut();
        self.people.cut(Person::is_pending);
        self.people.hear_news();
        self.settings = Settings::new(hook);
    }

    /// Lets somebody try to connect.
    pub(super) fn arrive(&mut self, who: usize) {
        let before = self.people.count(|person| person.queued.is_some());
        let found = self.people.0[who].goal.map(|goal| self.door_at(goal));
        match found {
            Some(Err(kind)) => {
                let file = self.people.0[who]
                    .goal
                    .and_then(|(name, _)| self.file(name));
                // A backend's own client looks why it is refused; a bare one has the code alone.
                let explains = self.people.0[who].is_impatient && kind == ErrorKind::Refused;
                let is_no_socket = explains && file.is_some_and(File::is_no_socket);
                let kind = if is_no_socket {
                    ErrorKind::WrongObject
                } else {
                    kind
                };
                self.people.0[who].failed = Some(kind);
            }
            Some(Ok(door)) if self.people.queue(door).len() < door.room => {
                self.people.0[who].queued = Some((door.number, before));
            }
            Some(Ok(_)) if self.people.0[who].is_impatient => {
                self.people.0[who].failed = Some(ErrorKind::TimedOut);
            }
            Some(Ok(_)) | None => {}
        }
    }

    fn door_at(&self, (name, is_abstract): (Name, bool)) -> Result<Door, ErrorKind> {
        let file = self.file(name).filter(|_| !is_abstract);
        if !is_abstract && matches!(name, Name::Nul | Name::Long | Name::Empty) {
            return Err(ErrorKind::Name);
        }
        if !is_abstract && file.is_none_or(File::leads_nowhere) {
            return Err(ErrorKind::NotFound);
        }
        let leads_there = |door: &Door| match file {
            None => door.is_abstract && door.name == name,
            Some(file) => file.is_of(*door),
        };
        let door = self.door.filter(|door| door.lets_come());
        door.filter(leads_there).ok_or(ErrorKind::Refused)
    }

    /// Takes in whoever may come in.
    pub(super) fn take_in(&mut self) {
        while let Some(door) = self.door.filter(|_| self.may_take_in()) {
            let taken = self.people.count(|person| person.taken.is_some());
            let queue = self.people.queue(door);
            let Some(first) = queue.first() else {
                if door.drains {
                    self.shut();
                }
                return;
            };
            let claimed = self.people.count(|person| person.claimed.is_some());
            let person = &mut self.people.0[*first];
            person.taken = Some(taken);
            match self.settings.hook {
                Hook::Refuse => person.cut = true,
                Hook::Take => person.claimed = Some(claimed),
                _ => person.is_news = true,
            }
            if self.settings.hook == Hook::AddOwn {
                self.people.0.push(Person::who_was_added(taken + 1));
            }
            self.door = Some(door.without_failures());
        }
    }

    pub(super) fn may_take_in(&self) -> bool {
        let pauses = |door: Door| self.faults.now < door.pauses_until;
        !self.door.is_none_or(pauses) && self.people.pending().len() < self.settings.limit
    }
}
