//! The two loops of a backend: the poll function of a task, and the pump of an event loop.

use std::collections::VecDeque;

use anteroom_core::{
    ACCEPTS_PER_TURN, AcceptFailure, Acceptor, Admit, Detail, ErrorKind, Failure, Operation,
    Progress, Reactor, ServerName, Taken, Time, Wait,
};
use core::task::Poll;
use core::time::Duration;

use crate::platform::{
    Clock, Connection, Listener, Script, connection, driver_with, exhausted, listening,
};

#[test]
fn a_wait_ends_when_its_time_is_over_and_not_when_a_back_off_is() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Err(exhausted()), Err(exhausted())]);
    let (mut driver, _) = listening(script);
    let deadline = Some(at(15));

    runtime.time_flies = true;

    let over = driver.poll_wait(deadline, &mut runtime);

    // The first back-off was over after 10 ms, the second would have been after 30.
    assert_eq!(over, Poll::Ready(Wait::TimedOut));
    assert_eq!(runtime.timers, [at(10), at(15)]);
    assert_eq!(runtime.asked, ["system", "system"]);
}

#[test]
fn until_its_time_is_over_a_wait_is_pending() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Err(exhausted())]);
    let (mut driver, _) = listening(script);

    for now in [0, 5, 10, 14] {
        runtime.clock.set(now);
        assert!(driver.poll_wait(Some(at(15)), &mut runtime).is_pending());
    }

    assert_eq!(runtime.timers, [at(10), at(10), at(15), at(15)]);
}

#[test]
fn the_first_poll_looks_past_the_runtime_and_so_does_the_last() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, []);
    let (mut driver, _) = listening(script);

    let first = driver.poll_wait(Some(at(5)), &mut runtime);
    runtime.clock.set(5);
    runtime.queue.push_back(Ok(1));
    runtime.has_not_looked = true;
    let last = driver.poll_wait(Some(at(5)), &mut runtime);

    assert_eq!(first, Poll::Pending);
    assert_eq!(last, Poll::Ready(Wait::Ready));
    let asked = ["system", "runtime", "runtime", "system"];
    assert_eq!(runtime.asked, asked);
}

#[test]
fn without_a_deadline_or_a_pause_no_timer_is_made() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, []);
    let (mut driver, _) = listening(script);

    assert_eq!(driver.poll_wait(None, &mut runtime), Poll::Pending);

    assert_eq!(runtime.timers, []);
    assert_eq!(runtime.wakes, 0);
}

#[test]
fn without_timers_a_wait_that_needs_none_goes_on() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Ok(1)]);
    let (mut driver, _) = listening(script);
    runtime.has_timers = false;

    let first = driver.poll_wait(Some(at(5)), &mut runtime);
    assert_eq!(first, Poll::Ready(Wait::Ready));
    driver.discard_pending();
    assert_eq!(driver.poll_wait(None, &mut runtime), Poll::Pending);
    assert!(driver.server().is_listening());
}

#[test]
fn without_timers_a_deadline_or_a_pause_closes_the_server_and_says_why() {
    for (queue, deadline) in [(None, Some(at(5))), (Some(Err(exhausted())), None)] {
        let script = Script::default();
        let mut runtime = Runtime::new(&script.clock, queue);
        let (mut driver, log) = listening(script);
        runtime.has_timers = false;

        let wait = driver.poll_wait(deadline, &mut runtime);

        assert_eq!(wait, Poll::Ready(Wait::NotListening));
        assert_eq!(driver.server().last_error(), Some(NO_TIMERS));
        assert_eq!(driver.take_loss(), Some(NO_TIMERS));
        assert_eq!(log.take(), ["unlink", "drop"]);
        let again = driver.poll_wait(deadline, &mut runtime);
        assert_eq!(again, Poll::Ready(Wait::NotListening));
    }
}

#[test]
fn without_timers_a_client_that_has_connected_is_served_first() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, []);
    let (mut driver, _) = listening(script);
    runtime.has_timers = false;
    // The first poll looks past the runtime.
    assert_eq!(driver.poll_wait(None, &mut runtime), Poll::Pending);
    runtime.queue.push_back(Ok(1));
    runtime.has_not_looked = true;

    let wait = driver.poll_wait(Some(at(5)), &mut runtime);

    assert_eq!(wait, Poll::Ready(Wait::Ready));
    assert!(driver.server().is_listening());
}

#[test]
fn a_task_that_others_have_to_wait_for_wakes_itself_unless_its_time_is_over() {
    let refuse = |_: Connection, _: &mut Admit<'_, Connection>| {};
    for (deadline, status, wakes) in [
        (None, Poll::Pending, 1),
        (Some(at(0)), Poll::Ready(Wait::TimedOut), 0),
    ] {
        let script = Script::default();
        let mut runtime = Runtime::new(&script.clock, (0..1000).map(Ok));
        let (mut driver, _) = driver_with(script, refuse);
        let listened = driver.listen(ServerName::from("editor"));
        listened.expect("the platform agrees");

        assert_eq!(driver.poll_wait(deadline, &mut runtime), status);

        assert_eq!(runtime.wakes, wakes);
    }
}

#[test]
fn a_connection_that_is_there_ends_a_wait() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Ok(1)]);
    let (mut driver, _) = listening(script);

    let status = driver.poll_wait(None, &mut runtime);

    assert_eq!(status, Poll::Ready(Wait::Ready));
    assert_eq!(driver.next_pending(), Some(connection(1)));
}

#[test]
fn clients_that_leave_at_once_do_not_hold_the_task_for_ever() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, (0..1000).map(|_| Err(LOST)));
    let (mut driver, _) = listening(script);

    assert_eq!(driver.poll_wait(None, &mut runtime), Poll::Pending);

    assert_eq!(runtime.wakes, 1);
    assert_eq!(runtime.asked, ["system"; ACCEPTS_PER_TURN]);
}

#[test]
fn who_comes_after_many_that_left_ends_the_wait_even_at_the_very_end_of_a_turn() {
    let script = Script::default();
    let lost = (1..ACCEPTS_PER_TURN).map(|_| Err(LOST));
    let mut runtime = Runtime::new(&script.clock, lost.chain([Ok(1)]));
    let (mut driver, _) = listening(script);

    let status = driver.poll_wait(None, &mut runtime);

    assert_eq!(status, Poll::Ready(Wait::Ready));
    assert_eq!(runtime.wakes, 0);
}

#[test]
fn the_pump_takes_in_who_is_there_and_tells_how_many() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Ok(1), Ok(2)]);
    let (mut driver, _) = listening(script);

    let progress = driver.process_events(&mut runtime);

    assert_eq!((progress.accepted, progress.more), (2, false));
    assert_eq!(driver.server().pending_len(), 2);
    assert_eq!(runtime.asked, ["system"; 3]);
}

#[test]
fn the_pump_stops_when_it_has_been_enough_and_says_that_there_may_be_more() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, (0..1000).map(Ok));
    let (mut driver, _) = listening(script);
    driver.set_max_pending(usize::MAX);

    let progress = driver.process_events(&mut runtime);

    assert_eq!((progress.accepted, progress.more), (ACCEPTS_PER_TURN, true));
    assert_eq!(driver.server().pending_len(), ACCEPTS_PER_TURN);
}

#[test]
fn the_pump_goes_on_after_a_client_that_was_lost() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Err(LOST), Ok(1)]);
    let (mut driver, _) = listening(script);

    let progress = driver.process_events(&mut runtime);

    assert_eq!((progress.accepted, progress.more), (1, false));
    assert_eq!(runtime.asked, ["system"; 3]);
}

#[test]
fn the_pump_takes_in_nobody_while_descriptors_have_run_out() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Err(exhausted()), Ok(1)]);
    let (mut driver, _) = listening(script);

    assert_eq!(driver.process_events(&mut runtime), Progress::default());
    assert_eq!(runtime.asked, ["system"]);
    runtime.clock.set(10);
    assert_eq!(driver.process_events(&mut runtime).accepted, 1);
}

#[test]
fn one_attempt_tells_whether_somebody_came_was_lost_or_was_not_there() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Err(LOST), Ok(1)]);
    let (mut driver, _) = listening(script);

    let attempts = [(); 3].map(|()| driver.take_in(&mut runtime));

    assert_eq!(attempts, [Taken::Failed, Taken::One, Taken::Nothing]);
    assert_eq!(driver.next_pending(), Some(connection(1)));
}

#[test]
fn the_pump_examines_a_listener_that_had_nobody_and_only_such_a_one() {
    let shut_down = AcceptFailure::Fatal(Failure::new(Operation::Accept, ErrorKind::Unknown));
    for (queue, examined, listens) in [(vec![], 1, false), (vec![Ok(1)], 0, true)] {
        let script = Script::default();
        let mut runtime = Runtime::new(&script.clock, queue);
        runtime.condition = Err(shut_down);
        let (mut driver, _) = listening(script);

        let progress = driver.process_events(&mut runtime);

        assert!(!progress.more);
        assert_eq!(runtime.examined, examined);
        assert_eq!(driver.server().is_listening(), listens);
    }
}

#[test]
fn the_pump_does_nothing_while_nothing_may_be_taken_in() {
    let script = Script::default();
    let mut runtime = Runtime::new(&script.clock, [Ok(1)]);
    let (mut driver, _) = listening(script);
    driver.set_max_pending(0);

    assert_eq!(driver.process_events(&mut runtime), Progress::default());

    assert_eq!((runtime.asked.len(), runtime.examined), (0, 0));
}

const NO_TIMERS: Failure =
    Failure::new(Operation::Accept, ErrorKind::Unsupported).with_detail(Detail::NoTimers);

/// What the system says of a client that was gone before it could be accepted.
const LOST: AcceptFailure =
    AcceptFailure::Transient(Failure::new(Operation::Accept, ErrorKind::Unknown));

const fn at(milliseconds: u64) -> Time {
    Time::from_epoch(Duration::from_millis(milliseconds))
}

/// A runtime with one task, and a system with a queue; who was asked for what is written down.
struct Runtime {
    queue: VecDeque<Result<u32, AcceptFailure>>,
    /// Whether the runtime does not know yet what is in the queue.
    has_not_looked: bool,
    /// What examining the listener finds.
    condition: Result<(), AcceptFailure>,
    clock: Clock,
    /// Whether it is always as late as one has to wait for.
    time_flies: bool,
    has_timers: bool,
    asked: Vec<&'static str>,
    timers: Vec<Time>,
    wakes: usize,
    examined: usize,
}

impl Runtime {
    fn new(clock: &Clock, queue: impl IntoIterator<Item = Result<u32, AcceptFailure>>) -> Self {
        Self {
            queue: queue.into_iter().collect(),
            has_not_looked: false,
            condition: Ok(()),
            clock: clock.clone(),
            time_flies: false,
            has_timers: true,
            asked: Vec::new(),
            timers: Vec::new(),
            wakes: 0,
            examined: 0,
        }
    }

    fn next(&mut self) -> Option<Result<Connection, AcceptFailure>> {
        let answer = self.queue.pop_front();
        answer.map(|answer| answer.map(connection))
    }
}

impl Acceptor<Script> for Runtime {
    fn try_accept(&mut self, _: &mut Listener) -> Result<Option<Connection>, AcceptFailure> {
        self.asked.push("system");
        self.next().transpose()
    }

    fn poll_accept(&mut self, _: &mut Listener) -> Poll<Result<Connection, AcceptFailure>> {
        self.asked.push("runtime");
        if self.has_not_looked {
            return Poll::Pending;
        }
        self.next().map_or(Poll::Pending, Poll::Ready)
    }

    fn examine(&mut self, _: &mut Listener) -> Result<(), AcceptFailure> {
        self.examined += 1;
        self.condition
    }
}

impl Reactor<Script> for Runtime {
    fn poll_timer(&mut self, _: &mut Listener, until: Time) -> Poll<Result<(), Failure>> {
        self.timers.push(until);
        if !self.has_timers {
            return Poll::Ready(Err(NO_TIMERS));
        }
        if self.time_flies {
            self.clock.set(until.since_epoch().as_millis() as u64);
        }
        if self.clock.time() >= until {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn wake(&mut self) {
        self.wakes += 1;
    }
}
