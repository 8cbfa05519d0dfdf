use core::mem::take;

use anteroom_core::{ErrorKind, SocketOptions, Wait};

use super::people::{Door, Faults, File, Person, Settings};
use super::{Name, Names, Severity};
use crate::Plant;

/// What the document lets one expect: a few facts about everybody who ever came.
///
/// It keeps neither queues nor phases nor counters: who waits, who is pending and how many are
/// new is worked out from what has happened to each of the people, whenever it is asked.
#[derive(Clone, Debug)]
pub struct Model {
    pub(super) names: Names,
    pub(super) people: Vec<Person>,
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
        self.settings.error = match name {
            _ if self.door.is_some() => return Err(None),
            Name::Empty => Some(ErrorKind::Name),
            Name::Nul if !is_abstract => Some(ErrorKind::Name),
            _ if take(&mut self.faults.bind) => Some(ErrorKind::Resources),
            Name::Long => Some(ErrorKind::Name),
            Name::Lost if !is_abstract => Some(ErrorKind::Name),
            _ if is_file && self.files[name.index()] != File::Absent => {
                Some(ErrorKind::AddressInUse)
            }
            _ => None,
        };
        if self.settings.error.is_some() {
            return Err(self.settings.error);
        }
        self.doors += 1;
        let backlog = self.settings.backlog;
        self.door = Some(Door::new(self.doors, name, is_abstract, backlog));
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
        self.door = Some(Door {
            drains: true,
            ..door
        });
        if !door.is_abstract && take(&mut self.faults.unlink) {
            self.settings.error = Some(ErrorKind::Access);
        } else if let Some(file) = self.files.iter_mut().find(|file| file.is_of(door)) {
            *file = File::Absent;
        }
    }

    /// Drops the door: whoever still stands there is lost.
    fn shut(&mut self) {
        self.drain();
        if let Some(door) = self.door.take() {
            self.cut(|person| person.is_queued_at(door));
        }
    }

    pub(super) fn renew(&mut self, refuses: bool) {
        self.shut();
        self.cut(Person::is_pending);
        self.people
            .iter_mut()
            .for_each(|person| person.is_news = false);
        self.settings = Settings::new(refuses);
    }

    /// Lets somebody try to connect.
    pub(super) fn arrive(&mut self, who: usize) {
        let before = self.count(|person| person.queued.is_some());
        let found = self.people[who].goal.map(|goal| self.door_at(goal));
        match found {
            Some(Err(kind)) => self.people[who].failed = Some(kind),
            Some(Ok(door)) if self.count(|person| person.is_queued_at(door)) < door.room => {
                self.people[who].queued = Some((door.number, before));
            }
            Some(Ok(_)) | None => {}
        }
    }

    fn door_at(&self, (name, is_abstract): (Name, bool)) -> Result<Door, ErrorKind> {
        let file = self.files.get(name.index()).filter(|_| !is_abstract);
        if let Some(File::Absent | File::Planted(Plant::DanglingLink)) = file {
            return Err(ErrorKind::Name);
        }
        let door = self.door.filter(|door| !door.drains);
        let leads_there = |door: &Door| match file {
            None => door.is_abstract && door.name == name,
            Some(file) => file.is_of(*door),
        };
        door.filter(leads_there).ok_or(ErrorKind::Refused)
    }

    /// Takes in whoever may come in.
    pub(super) fn take_in(&mut self) {
        while let Some(door) = self.door.filter(|_| self.may_take_in()) {
            let queue = self.sorted(|person| person.queued.filter(|_| person.is_queued_at(door)));
            let taken = self.count(|person| person.taken.is_some());
            let Some(first) = queue.first() else {
                return if door.drains {
                    self.shut()
                };
            };
            let person = &mut self.people[*first];
            person.taken = Some(taken);
            person.cut = self.settings.refuses;
            person.is_news = !self.settings.refuses;
            self.door = Some(Door {
                failures: 0,
                ..door
            });
        }
    }

    pub(super) fn may_take_in(&self) -> bool {
        let pauses = |door: Door| self.faults.now < door.pauses_until;
        !self.door.is_none_or(pauses) && self.pending().len() < self.settings.limit
    }

    pub(super) fn wait(&mut self) -> Wait {
        self.take_in();
        match (self.pending().is_empty(), self.door) {
            (false, _) => Wait::Ready,
            (true, None) => Wait::NotListening,
            (true, Some(_)) => Wait::TimedOut,
        }
    }

    pub(super) fn fail_to_accept(&mut self, severity: Severity) {
        let Some(mut door) = self.door.filter(|_| self.may_take_in()) else {
            return;
        };
        self.settings.error = Some(match severity {
            Severity::Transient => ErrorKind::Unknown,
            Severity::Exhausted => ErrorKind::Resources,
            Severity::Fatal => ErrorKind::WrongObject,
        });
        if severity == Severity::Exhausted {
            door.pauses_until = self.faults.now + (10 << door.failures.min(7)).min(1000);
            door.failures += 1;
            self.door = Some(door);
        } else if severity == Severity::Fatal {
            self.shut();
        }
    }

    pub(super) fn pending(&self) -> Vec<usize> {
        self.sorted(|person| person.taken.filter(|_| person.is_pending()))
    }

    pub(super) fn cut(&mut self, whom: impl Fn(&Person) -> bool) {
        let concerned = self.people.iter_mut().filter(|person| whom(person));
        concerned.for_each(|person| person.cut = true);
    }

    pub(super) fn count(&self, which: impl Fn(&Person) -> bool) -> usize {
        self.people.iter().filter(|person| which(person)).count()
    }

    /// Returns the numbers of the people who have a rank, in its order.
    pub(super) fn sorted<R: Ord>(&self, rank: impl Fn(&Person) -> Option<R>) -> Vec<usize> {
        let people = self.people.iter().enumerate();
        let mut ranked: Vec<(R, usize)> = people
            .filter_map(|(who, person)| Some((rank(person)?, who)))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, who)| who).collect()
    }
}
