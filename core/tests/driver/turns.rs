//! The poll function of a backend with readiness: when it asks whom, and when it stops.

use std::collections::VecDeque;

use anteroom_core::{
    ACCEPTS_PER_TURN, AcceptFailure, Acceptor, Admit, ErrorKind, Failure, FirstAttempt, Operation,
    ServerName, Time, Turn, Wait,
};
use core::task::Poll;
use core::time::Duration;

use crate::platform::{
    Connection, Listener, Script, connection, driver, driver_with, exhausted, listening,
};

#[test]
fn a_pending_connection_ends_the_wait_before_anybody_is_asked() {
    let (mut driver, _) = listening(Script::default());
    driver.add_pending(connection(1));
    let mut world = World::default();

    let turn = driver.turn(FirstAttempt::Direct, &mut world);

    assert_eq!(turn, Turn::Done(Wait::Ready));
    assert_eq!(world.asked, [""; 0]);
}

#[test]
fn who_does_not_listen_is_told_so_before_anybody_is_asked() {
    let (mut driver, _) = driver(Script::default());
    let mut world = World::default();

    let turn = driver.turn(FirstAttempt::Direct, &mut world);

    assert_eq!(turn, Turn::Done(Wait::NotListening));
    assert_eq!(world.asked, [""; 0]);
}

#[test]
fn the_runtime_alone_is_asked_when_it_is_to_be_and_the_first_connection_ends_the_turn() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::with([Ok(1), Ok(2)]);

    let turn = driver.turn(FirstAttempt::Ready, &mut world);

    assert_eq!(turn, Turn::Done(Wait::Ready));
    assert_eq!(world.asked, ["runtime"]);
    assert_eq!(driver.server().pending_len(), 1);
}

#[test]
fn without_a_connection_the_task_waits_for_the_runtime() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::default();

    let turn = driver.turn(FirstAttempt::Ready, &mut world);

    assert_eq!(turn, Turn::Wait { until: None });
    assert_eq!(world.asked, ["runtime"]);
}

#[test]
fn a_direct_look_that_finds_nothing_is_followed_by_asking_the_runtime() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::default();

    let turn = driver.turn(FirstAttempt::Direct, &mut world);

    assert_eq!(turn, Turn::Wait { until: None });
    assert_eq!(world.asked, ["system", "runtime"]);
}

#[test]
fn a_direct_look_that_finds_a_connection_does_not_ask_the_runtime() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::with([Ok(1)]);

    let turn = driver.turn(FirstAttempt::Direct, &mut world);

    assert_eq!(turn, Turn::Done(Wait::Ready));
    assert_eq!(world.asked, ["system"]);
}

#[test]
fn while_draining_only_the_system_is_asked_and_its_nothing_is_the_end() {
    let (mut driver, log) = listening(Script::default());
    driver.drain();
    log.take();
    let mut world = World::default();

    let turn = driver.turn(FirstAttempt::Ready, &mut world);

    assert_eq!(turn, Turn::Done(Wait::NotListening));
    assert_eq!(world.asked, ["system"]);
    assert_eq!(log.take(), ["drop"]);
}

#[test]
fn a_drain_hands_out_those_that_had_connected_before_it_ends() {
    let (mut driver, _) = listening(Script::default());
    driver.drain();
    let mut world = World::with([Ok(1), Ok(2)]);
    let mut claimed = Vec::new();

    while driver.turn(FirstAttempt::Ready, &mut world) == Turn::Done(Wait::Ready) {
        claimed.extend(driver.next_pending());
    }

    assert_eq!(claimed, [connection(1), connection(2)]);
    assert_eq!(world.asked, ["system"; 3]);
}

#[test]
fn descriptors_that_run_out_end_the_turn_until_the_pause_is_over() {
    for look in [FirstAttempt::Direct, FirstAttempt::Ready] {
        let (mut driver, _) = listening(Script::default());
        let mut world = World::with([Err(exhausted()), Ok(1)]);
        let until = Some(Time::from_epoch(Duration::from_millis(10)));

        assert_eq!(driver.turn(look, &mut world), Turn::Wait { until });
        assert_eq!(driver.turn(look, &mut world), Turn::Wait { until });
        assert_eq!(world.asked.len(), 1);
        driver.os().clock.set(10);
        assert_eq!(driver.turn(look, &mut world), Turn::Done(Wait::Ready));
    }
}

#[test]
fn a_connection_that_is_lost_while_it_is_accepted_is_followed_by_the_next() {
    let (mut driver, _) = listening(Script::default());
    let lost = AcceptFailure::Transient(Failure::new(Operation::Accept, ErrorKind::Unknown));
    let mut world = World::with([Err(lost), Ok(1)]);

    let turn = driver.turn(FirstAttempt::Ready, &mut world);

    assert_eq!(turn, Turn::Done(Wait::Ready));
    assert_eq!(world.asked, ["runtime", "runtime"]);
}

#[test]
fn a_listener_that_becomes_unusable_ends_the_wait() {
    let (mut driver, _) = listening(Script::default());
    let fatal = AcceptFailure::Fatal(Failure::new(Operation::Accept, ErrorKind::Unknown));
    let mut world = World::with([Err(fatal), Ok(1)]);

    let turn = driver.turn(FirstAttempt::Ready, &mut world);

    assert_eq!(turn, Turn::Done(Wait::NotListening));
    assert_eq!(world.asked, ["runtime"]);
}

#[test]
fn nobody_is_asked_while_nothing_may_be_taken_in() {
    let (mut driver, _) = listening(Script::default());
    driver.set_max_pending(0);
    let mut world = World::with([Ok(1)]);

    let turn = driver.turn(FirstAttempt::Direct, &mut world);

    assert_eq!(turn, Turn::Wait { until: None });
    assert_eq!(world.asked, [""; 0]);
}

#[test]
fn a_hook_that_queues_nothing_does_not_hold_the_task_for_ever() {
    let refuse = |_: Connection, _: &mut Admit<'_, Connection>| {};
    for look in [FirstAttempt::Direct, FirstAttempt::Ready] {
        let (mut driver, _) = driver_with(Script::default(), refuse);
        driver
            .listen(ServerName::from("editor"))
            .expect("the platform agrees");
        let mut world = World::with((0..1000).map(Ok));

        let turn = driver.turn(look, &mut world);

        assert_eq!(turn, Turn::Yield);
        assert_eq!(world.asked.len(), ACCEPTS_PER_TURN);
    }
}

#[test]
fn a_connection_at_the_very_end_of_a_turn_ends_the_wait_at_once() {
    let mut left = ACCEPTS_PER_TURN;
    let queue_the_last = move |client: Connection, admit: &mut Admit<'_, Connection>| {
        left -= 1;
        if left == 0 {
            admit.enqueue(client);
        }
    };
    let (mut driver, _) = driver_with(Script::default(), queue_the_last);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    let mut world = World::with((0..1000).map(Ok));

    let turn = driver.turn(FirstAttempt::Ready, &mut world);

    assert_eq!(turn, Turn::Done(Wait::Ready));
}

#[test]
fn where_nothing_can_be_examined_a_listener_that_has_nobody_is_kept() {
    let (mut driver, _) = listening(Script::default());
    let mut world = World::default();

    let progress = driver.process_events(&mut world);

    assert_eq!((progress.accepted, progress.more), (0, false));
    assert_eq!(world.asked, ["system"]);
    assert!(driver.server().is_listening());
    assert_eq!(driver.server().last_error(), None);
}

/// What the system has to answer, and who was asked for it.
#[derive(Default)]
struct World {
    answers: VecDeque<Result<u32, AcceptFailure>>,
    asked: Vec<&'static str>,
}

impl World {
    fn with(answers: impl IntoIterator<Item = Result<u32, AcceptFailure>>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            asked: Vec::new(),
        }
    }

    fn next(&mut self) -> Option<Result<Connection, AcceptFailure>> {
        self.answers
            .pop_front()
            .map(|answer| answer.map(connection))
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
