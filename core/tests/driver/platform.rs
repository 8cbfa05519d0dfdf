//! A platform that does as it is told and writes down what it was asked.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use anteroom_core::{
    AcceptFailure, AcceptSlot, BindError, Bound, BoundFacts, Driver, ErrorKind, Failure, Intake,
    ListenOptions, Operation, Os, QueueAll, ServerName, Time,
};
use core::time::Duration;

/// A connection; the count of its references tells whether it was dropped.
pub(crate) type Connection = Rc<u32>;

/// What was asked of the platform, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// Returns what was written since this was last asked.
    pub(crate) fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// A listener; dropping it is written down.
pub(crate) struct Listener {
    log: Log,
    pub(crate) accepted: u32,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.log.write("drop");
    }
}

/// The platform and its script.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) log: Log,
    pub(crate) fails_to_bind: bool,
    pub(crate) fails_to_adopt: bool,
    pub(crate) fails_to_refuse: bool,
    pub(crate) fails_to_unlink: bool,
    pub(crate) has_no_file: bool,
    pub(crate) clock: Clock,
}

/// A clock that counts how often it is read.
#[derive(Clone, Default)]
pub(crate) struct Clock(Rc<Cell<(Duration, usize)>>);

impl Clock {
    pub(crate) fn set(&self, milliseconds: u64) {
        let (_, reads) = self.0.get();
        self.0.set((Duration::from_millis(milliseconds), reads));
    }

    pub(crate) fn time(&self) -> Time {
        Time::from_epoch(self.0.get().0)
    }

    pub(crate) fn reads(&self) -> usize {
        self.0.get().1
    }
}

impl Os for Script {
    type Listener = Listener;
    type Conn = Connection;
    type Descriptor = &'static str;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Listener>, BindError> {
        self.log.write(format!(
            "bind {name} {:#x} {:?}",
            options.socket.bits(),
            options.backlog
        ));
        let full_name = full_name(name);
        if self.fails_to_bind {
            return Err(BindError::new(failure(Operation::Listen), Some(full_name)));
        }
        let facts = BoundFacts::unnamed().with_full_name(full_name);
        let facts = if self.has_no_file {
            facts
        } else {
            facts.with_file()
        };
        Ok(Bound::new(self.listener(), facts))
    }

    fn adopt(
        &mut self,
        descriptor: &'static str,
    ) -> Result<Bound<Listener>, (&'static str, Failure)> {
        self.log.write(format!("adopt {descriptor}"));
        if self.fails_to_adopt {
            return Err((descriptor, failure(Operation::Adopt)));
        }
        let facts = BoundFacts::unnamed().with_name(ServerName::from("inherited"));
        Ok(Bound::new(self.listener(), facts))
    }

    fn refuse(&mut self, _: &mut Listener) -> Result<(), Failure> {
        self.log.write("refuse");
        answer(self.fails_to_refuse, Operation::Drain)
    }

    fn unlink(&mut self, _: &mut Listener) -> Result<(), Failure> {
        self.log.write("unlink");
        answer(self.fails_to_unlink, Operation::Close)
    }

    fn now(&self) -> Time {
        let (now, reads) = self.clock.0.get();
        self.clock.0.set((now, reads + 1));
        Time::from_epoch(now)
    }
}

impl Script {
    fn listener(&self) -> Listener {
        Listener {
            log: self.log.clone(),
            accepted: 0,
        }
    }
}

fn answer(fails: bool, operation: Operation) -> Result<(), Failure> {
    if fails {
        Err(failure(operation))
    } else {
        Ok(())
    }
}

/// Returns the failure that an operation of the platform fails with.
pub(crate) const fn failure(operation: Operation) -> Failure {
    Failure::new(operation, ErrorKind::Access).with_code(13)
}

pub(crate) const fn exhausted() -> AcceptFailure {
    AcceptFailure::Exhausted(Failure::new(Operation::Accept, ErrorKind::Resources))
}

pub(crate) fn full_name(name: &ServerName) -> ServerName {
    ServerName::from(format!("/tmp/{name}"))
}

/// Creates a driver on the platform, and the platform's log.
pub(crate) fn driver(script: Script) -> (Driver<Script>, Log) {
    driver_with(script, QueueAll::new())
}

pub(crate) fn driver_with<I: Intake<Connection>>(
    script: Script,
    intake: I,
) -> (Driver<Script, I>, Log) {
    let log = script.log.clone();
    (Driver::new(script, intake), log)
}

/// Creates a driver that listens, with a log of what comes after that.
pub(crate) fn listening(script: Script) -> (Driver<Script>, Log) {
    let (mut driver, log) = driver(script);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    log.take();
    (driver, log)
}

/// Returns the slot that there has to be.
pub(crate) fn slot<I: Intake<Connection>>(
    driver: &mut Driver<Script, I>,
) -> AcceptSlot<'_, Script, I> {
    driver.accept_slot().expect("a connection may be taken in")
}

pub(crate) fn connection(number: u32) -> Connection {
    Rc::new(number)
}
