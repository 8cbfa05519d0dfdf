//! A platform that follows a script and writes down what it was asked, and a task that waits.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use anteroom_core::{
    AcceptFailure, BindError, Bound, BoundFacts, Detail, Driver, ErrorKind, Failure, Intake,
    ListenOptions, Operation, Os, Progress, QueueAll, Reactor, ServerName, Time, Wait,
};
use core::time::Duration;

/// A connection; the count of its references tells whether it was dropped.
pub(crate) type Connection = Rc<u32>;

/// What was asked of the platform, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub(crate) fn write(&self, entry: impl Into<String>) {
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

/// The platform, the runtime through which a task sees it, and their script.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) log: Log,
    pub(crate) fails_to_bind: bool,
    pub(crate) fails_to_adopt: bool,
    pub(crate) fails_to_refuse: bool,
    pub(crate) fails_to_unlink: bool,
    pub(crate) has_no_file: bool,
    pub(crate) panics_at_unlink: bool,
    pub(crate) clock: Clock,
    /// How the next attempts to accept end; after them no client is there.
    pub(crate) answers: RefCell<VecDeque<Result<u32, AcceptFailure>>>,
    /// Whether the runtime has not yet noticed the clients that are there.
    pub(crate) has_not_looked: Cell<bool>,
    /// Whether another process has shut the listener down.
    pub(crate) is_shut_down: Cell<bool>,
    /// Whether the clock shows the time of each timer as soon as it is polled.
    pub(crate) time_flies: Cell<bool>,
    pub(crate) has_no_timers: Cell<bool>,
    pub(crate) asked: RefCell<Vec<&'static str>>,
    pub(crate) timers: RefCell<Vec<Time>>,
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
        outcome(self.fails_to_refuse, Operation::Drain)
    }

    fn unlink(&mut self, _: &mut Listener) -> Result<(), Failure> {
        self.log.write("unlink");
        assert!(
            !self.panics_at_unlink,
            "the platform panics, as the test wants"
        );
        outcome(self.fails_to_unlink, Operation::Close)
    }

    fn try_accept(&mut self, _: &mut Listener) -> Result<Option<Connection>, AcceptFailure> {
        self.ask("system");
        self.next().transpose()
    }

    fn examine(&mut self, _: &mut Listener) -> Result<(), AcceptFailure> {
        self.ask("listener");
        if self.is_shut_down.get() {
            return Err(FATAL);
        }
        Ok(())
    }

    fn assume_ownership(&mut self, _: &mut Listener) {
        self.log.write("own");
    }

    fn now(&self) -> Time {
        let (now, reads) = self.clock.0.get();
        self.clock.0.set((now, reads + 1));
        Time::from_epoch(now)
    }
}

impl Reactor for Script {
    fn poll_accept(
        &mut self,
        _: &mut Listener,
        _: &mut Context<'_>,
    ) -> Poll<Result<Connection, AcceptFailure>> {
        self.ask("runtime");
        if self.has_not_looked.get() {
            return Poll::Pending;
        }
        self.next().map_or(Poll::Pending, Poll::Ready)
    }

    fn poll_timer(
        &mut self,
        _: &mut Listener,
        until: Time,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        self.timers.borrow_mut().push(until);
        if self.has_no_timers.get() {
            return Poll::Ready(Err(NO_TIMERS));
        }
        if self.time_flies.get() {
            self.clock.set(until.since_epoch().as_millis() as u64);
        }
        if self.clock.time() < until {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl Script {
    /// Creates a platform on which the attempts to accept end like this.
    pub(crate) fn with(answers: impl IntoIterator<Item = Result<u32, AcceptFailure>>) -> Self {
        Self {
            answers: RefCell::new(answers.into_iter().collect()),
            ..Self::default()
        }
    }

    pub(crate) fn push(&self, answer: Result<u32, AcceptFailure>) {
        self.answers.borrow_mut().push_back(answer);
    }

    /// Returns who was asked since the last call: for a client the system or the runtime, about
    /// itself the listener.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        self.asked.take()
    }

    /// Returns the timers that were polled since the last call.
    pub(crate) fn timers(&self) -> Vec<Time> {
        self.timers.take()
    }

    fn ask(&self, whom: &'static str) {
        self.asked.borrow_mut().push(whom);
    }

    fn next(&self) -> Option<Result<Connection, AcceptFailure>> {
        let answer = self.answers.borrow_mut().pop_front();
        answer.map(|answer| answer.map(connection))
    }

    fn listener(&self) -> Listener {
        Listener {
            log: self.log.clone(),
            accepted: 0,
        }
    }
}

fn outcome(fails: bool, operation: Operation) -> Result<(), Failure> {
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

/// The failure of a client that was gone before it could be accepted.
pub(crate) const LOST: AcceptFailure =
    AcceptFailure::Transient(Failure::new(Operation::Accept, ErrorKind::Unknown));

pub(crate) const EXHAUSTED: AcceptFailure =
    AcceptFailure::Exhausted(Failure::new(Operation::Accept, ErrorKind::Resources));

/// The failure of a listener that cannot be used any more.
pub(crate) const FATAL: AcceptFailure =
    AcceptFailure::Fatal(Failure::new(Operation::Accept, ErrorKind::Unknown).with_code(22));

pub(crate) const NO_TIMERS: Failure = Failure::new(Operation::Accept, ErrorKind::Unsupported)
    .with_detail(Detail::Runtime("there are no timers"));

pub(crate) const fn at(milliseconds: u64) -> Time {
    Time::from_epoch(Duration::from_millis(milliseconds))
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
    listening_with(script, QueueAll::new())
}

pub(crate) fn listening_with<I: Intake<Connection>>(
    script: Script,
    intake: I,
) -> (Driver<Script, I>, Log) {
    let (mut driver, log) = driver_with(script, intake);
    let listened = driver.listen(ServerName::from("editor"));
    listened.expect("the platform agrees");
    log.take();
    (driver, log)
}

/// Lets an attempt to accept end like this; there has to be one.
pub(crate) fn answer<I: Intake<Connection>>(
    driver: &mut Driver<Script, I>,
    result: Result<Option<Connection>, AcceptFailure>,
) -> Progress {
    let mut is_asked = false;
    let progress = driver.accept_with(|_, _| {
        is_asked = true;
        result
    });
    assert!(is_asked, "a connection may be taken in");
    progress
}

/// The progress of an attempt that found no client.
pub(crate) fn nobody() -> Progress {
    let mut progress = Progress::default();
    progress.would_block = true;
    progress
}

/// Lets a connection of this number be accepted.
pub(crate) fn accept<I: Intake<Connection>>(driver: &mut Driver<Script, I>, number: u32) {
    answer(driver, Ok(Some(connection(number))));
}

/// Lets an attempt to accept fail.
pub(crate) fn fail<I: Intake<Connection>>(driver: &mut Driver<Script, I>, failure: AcceptFailure) {
    answer(driver, Err(failure));
}

/// Returns whether an attempt to accept is made; it finds nobody.
pub(crate) fn attempts<I: Intake<Connection>>(driver: &mut Driver<Script, I>) -> bool {
    let mut attempts = false;
    driver.accept_with(|_, _| {
        attempts = true;
        Ok(None)
    });
    attempts
}

pub(crate) fn connection(number: u32) -> Connection {
    Rc::new(number)
}

/// A task, which counts how often it is woken.
#[derive(Default)]
pub(crate) struct Task(Arc<Wakes>);

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Task {
    pub(crate) fn poll<I: Intake<Connection>>(
        &self,
        driver: &mut Driver<Script, I>,
        deadline: Option<Time>,
    ) -> Poll<Wait> {
        let waker = Waker::from(Arc::clone(&self.0));
        driver.poll_wait(deadline, &mut Context::from_waker(&waker))
    }

    /// Returns how often it was woken since the last call.
    pub(crate) fn wakes(&self) -> usize {
        self.0.0.swap(0, Ordering::Relaxed)
    }
}

/// Polls a wait for a task of which nothing else is to be known.
pub(crate) fn poll<I: Intake<Connection>>(
    driver: &mut Driver<Script, I>,
    deadline: Option<Time>,
) -> Poll<Wait> {
    Task::default().poll(driver, deadline)
}
