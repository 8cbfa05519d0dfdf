//! An operating system with scripted results and a log of its calls, and a task that waits.

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

/// A connection. Its reference count shows whether it was dropped.
pub(crate) type Connection = Rc<u32>;

/// The calls that concern the listener, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub(crate) fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// Removes and returns the entries.
    pub(crate) fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

pub(crate) struct Listener {
    log: Log,
    pub(crate) accepted: u32,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.log.write("drop");
    }
}

/// The operating system, and the runtime of the task.
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
    /// The results of the next attempts to accept. After them the backlog is empty.
    pub(crate) results: RefCell<VecDeque<Result<u32, AcceptFailure>>>,
    /// Whether the runtime has not seen the clients of the backlog yet.
    pub(crate) has_no_readiness: Cell<bool>,
    /// Whether another process has shut the listener down.
    pub(crate) is_shut_down: Cell<bool>,
    /// Whether polling a timer advances the clock to its end.
    pub(crate) skips_time: Cell<bool>,
    pub(crate) has_no_timers: Cell<bool>,
    pub(crate) calls: RefCell<Vec<&'static str>>,
    pub(crate) timers: RefCell<Vec<Time>>,
}

/// A clock that counts how often it is read.
#[derive(Default)]
pub(crate) struct Clock {
    time: Cell<Time>,
    reads: Cell<usize>,
}

impl Clock {
    pub(crate) fn set(&self, milliseconds: u64) {
        self.time.set(at(milliseconds));
    }

    pub(crate) fn advance(&self, milliseconds: u64) {
        let time = self.time.get();
        self.time
            .set(time.after(Duration::from_millis(milliseconds)));
    }

    pub(crate) fn reads(&self) -> usize {
        self.reads.get()
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
        let (socket, backlog) = (options.socket.bits(), options.backlog);
        self.log
            .write(format!("bind {name} {socket:#x} {backlog:?}"));
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
        if self.fails_to_adopt {
            return Err((descriptor, failure(Operation::Adopt)));
        }
        self.log.write(format!("adopt {descriptor}"));
        let facts = BoundFacts::unnamed().with_name(ServerName::from("inherited"));
        Ok(Bound::new(self.listener(), facts))
    }

    fn refuse(&mut self, _: &mut Listener) -> Result<(), Failure> {
        self.log.write("refuse");
        result(self.fails_to_refuse, Operation::Drain)
    }

    fn unlink(&mut self, _: &mut Listener) -> Result<(), Failure> {
        self.log.write("unlink");
        assert!(
            !self.panics_at_unlink,
            "the OS panics, as the test requires"
        );
        result(self.fails_to_unlink, Operation::Close)
    }

    fn try_accept(&mut self, _: &mut Listener) -> Result<Option<Connection>, AcceptFailure> {
        self.call("try_accept");
        self.next().transpose()
    }

    fn examine(&mut self, _: &mut Listener) -> Result<(), AcceptFailure> {
        self.call("examine");
        if self.is_shut_down.get() {
            Err(FATAL)
        } else {
            Ok(())
        }
    }

    fn assume_ownership(&mut self, _: &mut Listener) {
        self.log.write("own");
    }

    fn now(&self) -> Time {
        self.clock.reads.set(self.clock.reads.get() + 1);
        self.clock.time.get()
    }
}

impl Reactor for Script {
    fn poll_accept(
        &mut self,
        _: &mut Listener,
        _: &mut Context<'_>,
    ) -> Poll<Result<Connection, AcceptFailure>> {
        self.call("poll_accept");
        if self.has_no_readiness.get() {
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
        if self.skips_time.get() {
            self.clock.time.set(until);
        }
        if self.clock.time.get() < until {
            Poll::Pending
        } else {
            Poll::Ready(Ok(()))
        }
    }
}

impl Script {
    pub(crate) fn with(results: impl IntoIterator<Item = Result<u32, AcceptFailure>>) -> Self {
        let results = RefCell::new(results.into_iter().collect());
        Self {
            results,
            ..Self::default()
        }
    }

    pub(crate) fn push(&self, result: Result<u32, AcceptFailure>) {
        self.results.borrow_mut().push_back(result);
    }

    /// Removes and returns the names of the calls that concern clients.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.calls.take()
    }

    /// Removes and returns the ends of the polled timers.
    pub(crate) fn timers(&self) -> Vec<Time> {
        self.timers.take()
    }

    fn call(&self, name: &'static str) {
        self.calls.borrow_mut().push(name);
    }

    fn next(&self) -> Option<Result<Connection, AcceptFailure>> {
        let result = self.results.borrow_mut().pop_front();
        result.map(|result| result.map(connection))
    }

    fn listener(&self) -> Listener {
        let log = self.log.clone();
        Listener { log, accepted: 0 }
    }
}

fn result(fails: bool, operation: Operation) -> Result<(), Failure> {
    if fails {
        Err(failure(operation))
    } else {
        Ok(())
    }
}

/// Returns the failure of a call of the operating system.
pub(crate) const fn failure(operation: Operation) -> Failure {
    Failure::new(operation, ErrorKind::Access).with_code(13)
}

/// A client disconnected during the accept.
pub(crate) const LOST: AcceptFailure =
    AcceptFailure::Transient(Failure::new(Operation::Accept, ErrorKind::Unknown));

pub(crate) const EXHAUSTED: AcceptFailure =
    AcceptFailure::Exhausted(Failure::new(Operation::Accept, ErrorKind::Resources));

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

pub(crate) fn connection(number: u32) -> Connection {
    Rc::new(number)
}

/// Creates an idle driver.
pub(crate) fn driver(script: Script) -> (Driver<Script>, Log) {
    let log = script.log.clone();
    (Driver::new(script, QueueAll::new()), log)
}

/// Creates a driver that is listening, with an empty log.
pub(crate) fn listening(script: Script) -> (Driver<Script>, Log) {
    listening_with(script, QueueAll::new())
}

pub(crate) fn listening_with<I: Intake<Connection>>(
    script: Script,
    intake: I,
) -> (Driver<Script, I>, Log) {
    let log = script.log.clone();
    let mut driver = Driver::new(script, intake);
    let listened = driver.listen(ServerName::from("editor"));
    listened.expect("the script allows it");
    log.take();
    (driver, log)
}

/// Makes an attempt to accept with this result. The machine must want it.
pub(crate) fn answer<I: Intake<Connection>>(
    driver: &mut Driver<Script, I>,
    result: Result<Option<Connection>, AcceptFailure>,
) -> Progress {
    let mut is_made = false;
    let progress = driver.accept_with(|_, _| {
        is_made = true;
        result
    });
    assert!(is_made, "the machine wants a connection");
    progress
}

pub(crate) fn accept<I: Intake<Connection>>(driver: &mut Driver<Script, I>, number: u32) {
    answer(driver, Ok(Some(connection(number))));
}

pub(crate) fn fail<I: Intake<Connection>>(driver: &mut Driver<Script, I>, failure: AcceptFailure) {
    answer(driver, Err(failure));
}

/// Returns whether an attempt to accept is made. It finds the backlog empty.
pub(crate) fn attempts<I: Intake<Connection>>(driver: &mut Driver<Script, I>) -> bool {
    let mut is_made = false;
    driver.accept_with(|_, _| {
        is_made = true;
        Ok(None)
    });
    is_made
}

/// The progress of an attempt that finds the backlog empty.
pub(crate) fn empty() -> Progress {
    let mut progress = Progress::default();
    progress.would_block = true;
    progress
}

/// A task that counts how often it is woken.
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

    /// Returns the number of wake-ups since the last call.
    pub(crate) fn wakes(&self) -> usize {
        self.0.0.swap(0, Ordering::Relaxed)
    }
}

/// Polls a wait with a new task.
pub(crate) fn poll<I: Intake<Connection>>(
    driver: &mut Driver<Script, I>,
    deadline: Option<Time>,
) -> Poll<Wait> {
    Task::default().poll(driver, deadline)
}
