//! Pauses: the hook is told of each begin and each end, and a retry asks the system itself.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anteroom_core::{
    AcceptFailure, Acceptor, Admit, Driver, ErrorKind, Event, Failure, FirstAttempt, Intake, Next,
    Operation, Reactor, ServerName, Taken, Time, Turn, Wait,
};
use core::task::Poll;

use crate::platform::{
    Connection, Listener, Script, connection, driver_with, exhausted, listening, slot,
};

#[test]
fn the_hook_is_told_once_of_the_begin_and_once_of_the_end() {
    let (mut driver, told) = listening_with(Hook::default());

    for _ in 0..3 {
        exhaust(&mut driver);
        pass(&driver);
    }
    assert_eq!(told.take(), ["paused"]);
    slot(&mut driver).complete(Ok(connection(1)));
    assert_eq!(told.take(), ["incoming"]);
    assert_eq!(slot(&mut driver).empty(), Next::Wait);

    assert_eq!(told.take(), ["resumed"]);
    assert_eq!(driver.server().pause(), None);
}

/// While clients wait for more descriptors than there are, each that is accepted is followed by a
/// failure.
#[test]
fn connections_between_failures_do_not_end_a_pause() {
    let (mut driver, told) = listening_with(Hook::default());
    exhaust(&mut driver);
    let since = driver.server().pause().map(|pause| pause.since);
    assert_eq!(told.take(), ["paused"]);

    for _ in 0..200 {
        pass(&driver);
        slot(&mut driver).complete(Ok(connection(1)));
        assert!(driver.next_pending().is_some());
        exhaust(&mut driver);
    }

    assert!(told.take().iter().all(|call| *call == "incoming"));
    assert_eq!(driver.server().pause().map(|pause| pause.since), since);
}

#[test]
fn a_second_without_a_failure_ends_a_pause_of_a_busy_server() {
    let (mut driver, told) = listening_with(Hook::default());
    exhaust(&mut driver);
    driver.os().clock.set(10_000);
    slot(&mut driver).complete(Ok(connection(1)));
    slot(&mut driver).complete(Ok(connection(2)));
    assert_eq!(told.take(), ["paused", "incoming", "incoming"]);

    driver.os().clock.set(10_999);
    slot(&mut driver).complete(Ok(connection(3)));
    assert_eq!(told.take(), ["incoming"]);
    driver.os().clock.set(11_000);
    slot(&mut driver).complete(Ok(connection(4)));

    assert_eq!(told.take(), ["resumed", "incoming"]);
    assert_eq!(driver.server().pause(), None);
}

#[test]
fn a_second_pause_is_told_again() {
    let (mut driver, told) = listening_with(Hook::default());

    for _ in 0..2 {
        exhaust(&mut driver);
        pass(&driver);
        assert_eq!(slot(&mut driver).empty(), Next::Wait);
        assert_eq!(told.take(), ["paused", "resumed"]);
    }
}

#[test]
fn a_close_a_loss_and_the_end_of_a_drain_end_a_pause() {
    let close = |driver: &mut Paused| driver.close();
    let lose = |driver: &mut Paused| slot(driver).complete(Err(AcceptFailure::Fatal(FAILURE)));
    let drain = |driver: &mut Paused| {
        driver.drain();
        assert_eq!(slot(driver).empty(), Next::Ended);
    };
    for end in [close, lose, drain] {
        let (mut driver, told) = listening_with(Hook::default());
        exhaust(&mut driver);
        pass(&driver);

        end(&mut driver);

        assert_eq!(told.take(), ["paused", "resumed"]);
        driver.close();
        assert_eq!(told.take(), [""; 0]);
    }
}

#[test]
fn a_drain_goes_on_with_the_pause() {
    let (mut driver, told) = listening_with(Hook::default());
    exhaust(&mut driver);

    driver.drain();

    assert_eq!(told.take(), ["paused"]);
    assert!(driver.server().pause().is_some());
    assert!(driver.accept_slot().is_none());
}

#[test]
fn dropping_a_server_that_is_paused_does_not_call_the_hook() {
    let (mut driver, told) = listening_with(Hook::default());
    exhaust(&mut driver);

    drop(driver);

    assert_eq!(told.take(), ["paused"]);
}

#[test]
fn the_events_tell_the_same_as_the_hook() {
    let (mut driver, _) = listening_with(Hook::default());
    exhaust(&mut driver);
    pass(&driver);
    slot(&mut driver).complete(Ok(connection(1)));
    assert_eq!(slot(&mut driver).empty(), Next::Wait);

    let events: Vec<_> = core::iter::from_fn(|| driver.poll_event()).collect();

    let failure = exhausted().failure();
    let all = [Event::NewConnection, Event::Paused(failure), Event::Resumed];
    assert_eq!(events, all);
}

#[test]
fn a_hook_that_panics_at_a_begin_or_an_end_is_not_told_again_and_the_server_goes_on() {
    for panics_at in ["paused", "resumed"] {
        let (mut driver, told) = listening_with(Hook {
            panics_at: Some(panics_at),
            ..Hook::default()
        });

        let begun = catch_unwind(AssertUnwindSafe(|| exhaust(&mut driver)));
        pass(&driver);
        let ended = catch_unwind(AssertUnwindSafe(|| slot(&mut driver).empty()));

        let panicked = (begun.is_err(), ended.is_err());
        assert_eq!(panicked, (panics_at == "paused", panics_at == "resumed"));
        assert_eq!(told.take(), ["paused", "resumed"]);
        slot(&mut driver).complete(Ok(connection(1)));
        assert_eq!(driver.next_pending(), Some(connection(1)));
        assert_eq!(told.take(), ["incoming"]);
    }
}

#[test]
fn a_hook_that_panics_at_a_connection_is_told_of_the_end_of_the_pause() {
    let (mut driver, told) = listening_with(Hook {
        panics_at: Some("incoming"),
        ..Hook::default()
    });
    exhaust(&mut driver);
    pass(&driver);

    let accepted = catch_unwind(AssertUnwindSafe(|| {
        slot(&mut driver).complete(Ok(connection(1)));
    }));
    assert!(accepted.is_err());
    assert_eq!(told.take(), ["paused", "incoming"]);

    assert_eq!(slot(&mut driver).empty(), Next::Wait);
    assert_eq!(told.take(), ["resumed"]);
}

#[test]
fn after_a_back_off_the_system_itself_is_asked_and_an_empty_backlog_ends_the_pause() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::with([Err(exhausted())]);
    assert!(matches!(
        driver.turn(FirstAttempt::Ready, &mut world),
        Turn::Wait { until: Some(_) }
    ));
    driver.os().clock.set(10);

    let turn = driver.turn(FirstAttempt::Ready, &mut world);

    assert_eq!(turn, Turn::Wait { until: None });
    assert_eq!(world.asked, ["runtime", "system", "runtime"]);
    assert_eq!(driver.server().pause(), None);
}

#[test]
fn after_a_pause_the_runtime_is_asked_again() {
    let (mut driver, _) = listening(Script::default());
    slot(&mut driver).complete(Err(exhausted()));
    driver.os().clock.set(10);
    let mut world = World::with([Ok(1)]);

    let turn = driver.turn(FirstAttempt::Ready, &mut world);
    assert_eq!(turn, Turn::Done(Wait::Ready));
    assert_eq!(driver.next_pending(), Some(connection(1)));
    assert!(driver.server().pause().is_some());
    let turn = driver.turn(FirstAttempt::Ready, &mut world);
    assert_eq!(turn, Turn::Wait { until: None });

    // The system has nobody, which ends the pause, and then the runtime is asked.
    assert_eq!(world.asked, ["system", "system", "runtime"]);
    assert_eq!(driver.server().pause(), None);
}

#[test]
fn a_wait_notices_by_itself_that_a_pause_is_over() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::with([Err(exhausted())]);
    assert_eq!(driver.poll_wait(None, &mut world), Poll::Pending);
    assert!(driver.server().pause().is_some());

    driver.os().clock.set(10);
    world.is_time = true;
    assert_eq!(driver.poll_wait(None, &mut world), Poll::Pending);

    assert_eq!(driver.server().pause(), None);
    assert_eq!(driver.next_deadline(None), None);
}

#[test]
fn one_attempt_that_finds_nobody_ends_a_pause() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::with([Err(exhausted())]);
    assert_eq!(driver.take_in(&mut world), Taken::Failed);
    driver.os().clock.set(10);

    assert_eq!(driver.take_in(&mut world), Taken::Nothing);

    assert_eq!(driver.server().pause(), None);
}

#[test]
fn the_clock_is_read_only_while_there_is_a_pause() {
    let (mut driver, _) = listening(Script::default());
    slot(&mut driver).complete(Err(exhausted()));
    driver.os().clock.set(10);
    assert_eq!(slot(&mut driver).empty(), Next::Wait);
    let reads = driver.os().clock.reads();

    assert!(driver.accept_slot().is_some());
    slot(&mut driver).complete(Ok(connection(1)));
    assert!(driver.accept_slot().is_some());

    assert_eq!(driver.os().clock.reads(), reads);
}

const FAILURE: Failure = Failure::new(Operation::Accept, ErrorKind::Unknown);

type Paused = Driver<Script, Hook>;

/// A hook that writes down its calls, and panics at the first of one kind.
#[derive(Default)]
struct Hook {
    told: Rc<RefCell<Vec<&'static str>>>,
    panics_at: Option<&'static str>,
}

impl Hook {
    fn note(&mut self, call: &'static str) {
        self.told.borrow_mut().push(call);
        let panics = self.panics_at.take_if(|at| *at == call);
        assert!(panics.is_none(), "the hook panics, as the test wants");
    }
}

impl Intake<Connection> for Hook {
    fn incoming(&mut self, connection: Connection, admit: &mut Admit<'_, Connection>) {
        self.note("incoming");
        admit.enqueue(connection);
    }

    fn paused(&mut self, failure: Failure) {
        assert_eq!(failure, exhausted().failure());
        self.note("paused");
    }

    fn resumed(&mut self) {
        self.note("resumed");
    }
}

fn listening_with(hook: Hook) -> (Paused, Rc<RefCell<Vec<&'static str>>>) {
    let told = Rc::clone(&hook.told);
    let (mut driver, _) = driver_with(Script::default(), hook);
    let listened = driver.listen(ServerName::from("editor"));
    listened.expect("the platform agrees");
    (driver, told)
}

fn exhaust(driver: &mut Paused) {
    slot(driver).complete(Err(exhausted()));
}

/// Lets the longest back-off pass.
fn pass(driver: &Paused) {
    let now = driver.os().clock.time().since_epoch().as_millis() as u64;
    driver.os().clock.set(now + 1000);
}

/// A system with a queue, and a runtime with a timer; who was asked is written down.
#[derive(Default)]
struct World {
    answers: VecDeque<Result<u32, AcceptFailure>>,
    asked: Vec<&'static str>,
    is_time: bool,
}

impl World {
    fn with(answers: impl IntoIterator<Item = Result<u32, AcceptFailure>>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            ..Self::default()
        }
    }

    fn next(&mut self) -> Option<Result<Connection, AcceptFailure>> {
        let answer = self.answers.pop_front();
        answer.map(|answer| answer.map(connection))
    }
}

impl Acceptor<Script> for World {
    fn try_accept(&mut self, _: &mut Listener) -> Result<Option<Connection>, AcceptFailure> {
        self.asked.push("system");
        self.next().transpose()
    }

    fn poll_accept(&mut self, _: &mut Listener) -> Poll<Result<Connection, AcceptFailure>> {
        self.asked.push("runtime");
        self.next().map_or(Poll::Pending, Poll::Ready)
    }
}

impl Reactor<Script> for World {
    fn poll_timer(&mut self, _: &mut Listener, _: Time) -> Poll<Result<(), Failure>> {
        if self.is_time {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn wake(&mut self) {}
}
