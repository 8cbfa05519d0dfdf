//! The poll function of a task: when it asks whom, which timers it polls, and when it ends.

use anteroom_core::{ACCEPTS_PER_TURN, Admit, Driver, Reactor as _, Wait};
use core::task::{Context, Poll, Waker};

use crate::platform::{
    Connection, EXHAUSTED, FATAL, LOST, Log, NO_TIMERS, Script, Task, at, connection, driver,
    listening, listening_with, poll,
};

#[test]
fn a_pending_connection_ends_the_wait_before_anybody_is_asked() {
    let (mut driver, _) = listening(Script::default());
    driver.command(|server| server.add_pending(connection(1)));

    assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
    assert_eq!(driver.os().asked(), [""; 0]);
}

#[test]
fn who_does_not_listen_is_told_so_before_anybody_is_asked() {
    let (mut driver, _) = driver(Script::default());

    let status = poll(&mut driver, Some(at(5)));

    assert_eq!(status, Poll::Ready(Wait::NotListening));
    assert_eq!(driver.os().asked(), [""; 0]);
}

#[test]
fn the_first_poll_asks_the_system_and_then_the_runtime_on_which_the_task_waits() {
    let (mut driver, _) = listening(Script::default());

    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.os().asked(), ["system", "runtime"]);
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.os().asked(), ["runtime"]);
}

#[test]
fn a_server_that_listens_again_looks_past_the_runtime_again() {
    let (mut driver, _) = polled_once(Script::default());
    driver.close();
    driver.adopt("descriptor").expect("the platform agrees");

    assert_eq!(poll(&mut driver, None), Poll::Pending);

    assert_eq!(driver.os().asked(), ["system", "runtime"]);
}

#[test]
fn the_first_connection_ends_the_wait_and_the_system_is_asked_until_it_has_nobody() {
    let (mut driver, _) = listening(Script::with([Ok(1), Ok(2)]));

    for number in [1, 2] {
        assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
        assert_eq!(driver.os().asked(), ["system"]);
        assert_eq!(driver.next_pending(), Some(connection(number)));
        assert_eq!(driver.next_pending(), None);
    }
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.os().asked(), ["system", "runtime"]);
}

#[test]
fn the_first_poll_looks_past_the_runtime_and_so_does_the_last() {
    let (mut driver, _) = listening(Script::default());

    let first = poll(&mut driver, Some(at(5)));
    driver.os().clock.set(5);
    driver.os().push(Ok(1));
    driver.os().has_not_looked.set(true);
    let last = poll(&mut driver, Some(at(5)));

    assert_eq!(first, Poll::Pending);
    assert_eq!(last, Poll::Ready(Wait::Ready));
    let asked = ["system", "runtime", "runtime", "system"];
    assert_eq!(driver.os().asked(), asked);
}

#[test]
fn while_draining_only_the_system_is_asked_and_its_nothing_is_the_end() {
    let (mut driver, log) = polled_once(Script::default());
    driver.command(|server| server.drain());
    log.take();

    let status = poll(&mut driver, None);

    assert_eq!(status, Poll::Ready(Wait::NotListening));
    assert_eq!(driver.os().asked(), ["system"]);
    assert_eq!(log.take(), ["drop"]);
}

#[test]
fn a_drain_hands_out_those_that_had_connected_before_it_ends() {
    let (mut driver, _) = polled_once(Script::default());
    driver.command(|server| server.drain());
    driver.os().push(Ok(1));
    driver.os().push(Ok(2));
    let mut claimed = Vec::new();

    while poll(&mut driver, None) == Poll::Ready(Wait::Ready) {
        claimed.extend(driver.next_pending());
    }

    assert_eq!(claimed, [connection(1), connection(2)]);
    assert_eq!(driver.os().asked(), ["system"; 3]);
}

#[test]
fn while_descriptors_have_run_out_nobody_is_asked() {
    for make in [listening, polled_once] {
        let (mut driver, _) = make(Script::default());
        driver.os().push(Err(EXHAUSTED));
        driver.os().push(Ok(1));

        assert_eq!(poll(&mut driver, None), Poll::Pending);
        assert_eq!(poll(&mut driver, None), Poll::Pending);
        assert_eq!(driver.os().asked().len(), 1);
        assert_eq!(driver.os().timers(), [at(10), at(10)]);
        driver.os().clock.set(10);
        assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
    }
}

#[test]
fn a_connection_that_is_lost_while_it_is_accepted_is_followed_by_the_next() {
    let (mut driver, _) = polled_once(Script::default());
    driver.os().push(Err(LOST));
    driver.os().push(Ok(1));

    assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
    assert_eq!(driver.os().asked(), ["runtime", "runtime"]);
}

#[test]
fn a_listener_that_becomes_unusable_ends_the_wait() {
    let (mut driver, _) = polled_once(Script::default());
    driver.os().push(Err(FATAL));
    driver.os().push(Ok(1));

    assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::NotListening));
    assert_eq!(driver.os().asked(), ["runtime"]);
}

#[test]
fn nobody_is_asked_while_nothing_may_be_taken_in() {
    let (mut driver, _) = listening(Script::with([Ok(1)]));
    driver.command(|server| server.set_max_pending(0));

    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.os().asked(), [""; 0]);
}

#[test]
fn a_wait_ends_when_its_time_is_over_and_not_when_a_back_off_is() {
    let (mut driver, _) = listening(Script::with([Err(EXHAUSTED), Err(EXHAUSTED)]));
    driver.os().time_flies.set(true);

    let over = poll(&mut driver, Some(at(15)));

    // The first back-off was over after 10 ms, the second would have been after 30.
    assert_eq!(over, Poll::Ready(Wait::TimedOut));
    assert_eq!(driver.os().timers(), [at(10), at(15)]);
    assert_eq!(driver.os().asked(), ["system", "system"]);
}

#[test]
fn until_its_time_is_over_a_wait_is_pending() {
    let (mut driver, _) = listening(Script::with([Err(EXHAUSTED)]));

    for now in [0, 5, 10, 14] {
        driver.os().clock.set(now);
        assert!(poll(&mut driver, Some(at(15))).is_pending());
    }

    assert_eq!(driver.os().timers(), [at(10), at(10), at(15), at(15)]);
}

#[test]
fn without_a_deadline_or_a_pause_no_timer_is_made() {
    let (mut driver, _) = listening(Script::default());

    assert_eq!(poll(&mut driver, None), Poll::Pending);

    assert_eq!(driver.os().timers(), []);
}

#[test]
fn without_timers_a_wait_that_needs_none_goes_on() {
    let (mut driver, _) = listening(Script::with([Ok(1)]));
    driver.os().has_no_timers.set(true);

    assert_eq!(poll(&mut driver, Some(at(5))), Poll::Ready(Wait::Ready));
    driver.command(|server| server.discard_pending());
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert!(driver.server().is_listening());
}

#[test]
fn without_timers_a_deadline_or_a_pause_closes_the_server_and_says_why() {
    for (answers, deadline) in [(None, Some(at(5))), (Some(Err(EXHAUSTED)), None)] {
        let (mut driver, log) = listening(Script::with(answers));
        driver.os().has_no_timers.set(true);

        let wait = poll(&mut driver, deadline);

        assert_eq!(wait, Poll::Ready(Wait::NotListening));
        assert_eq!(driver.server().last_error(), Some(NO_TIMERS));
        let loss = driver.command(|server| server.take_loss());
        assert_eq!(loss, Some(NO_TIMERS));
        assert_eq!(log.take(), ["unlink", "drop"]);
        let again = poll(&mut driver, deadline);
        assert_eq!(again, Poll::Ready(Wait::NotListening));
    }
}

#[test]
fn without_timers_a_client_that_has_connected_is_served_first() {
    let (mut driver, _) = polled_once(Script::default());
    driver.os().has_no_timers.set(true);
    driver.os().push(Ok(1));
    driver.os().has_not_looked.set(true);

    let wait = poll(&mut driver, Some(at(5)));

    assert_eq!(wait, Poll::Ready(Wait::Ready));
    assert!(driver.server().is_listening());
}

#[test]
fn a_task_that_others_have_to_wait_for_wakes_itself_unless_its_time_is_over() {
    let refuse = |_: Connection, _: &mut Admit<'_, Connection>| {};
    for (deadline, status, wakes) in [
        (None, Poll::Pending, 1),
        (Some(at(1)), Poll::Pending, 1),
        (Some(at(0)), Poll::Ready(Wait::TimedOut), 0),
    ] {
        let (mut driver, _) = listening_with(Script::with((0..1000).map(Ok)), refuse);
        let task = Task::default();

        assert_eq!(task.poll(&mut driver, deadline), status);

        assert_eq!(task.wakes(), wakes);
        assert_eq!(driver.os().asked(), ["system"; ACCEPTS_PER_TURN]);
    }
}

#[test]
fn clients_that_leave_at_once_do_not_hold_the_task_for_ever() {
    for (make, asked) in [(listening as Make, "system"), (polled_once, "runtime")] {
        let (mut driver, _) = make(Script::default());
        (0..1000).for_each(|_| driver.os().push(Err(LOST)));
        let task = Task::default();

        assert_eq!(task.poll(&mut driver, None), Poll::Pending);

        assert_eq!(task.wakes(), 1);
        assert_eq!(driver.os().asked(), [asked; ACCEPTS_PER_TURN]);
    }
}

#[test]
fn who_comes_after_many_that_left_ends_the_wait_even_at_the_very_end_of_a_turn() {
    let lost = (1..ACCEPTS_PER_TURN).map(|_| Err(LOST));
    let (mut driver, _) = listening(Script::with(lost.chain([Ok(1)])));
    let task = Task::default();

    let status = task.poll(&mut driver, None);

    assert_eq!(status, Poll::Ready(Wait::Ready));
    assert_eq!(task.wakes(), 0);
}

#[test]
fn a_runtime_without_a_budget_lets_every_step_be_made() {
    let mut context = Context::from_waker(Waker::noop());
    let cooperate = |context: &mut Context<'_>| Script::cooperate(context, |_| Poll::Ready(1));

    assert_eq!(cooperate(&mut context), Poll::Ready(1));
}

type Make = fn(Script) -> (Driver<Script>, Log);

/// Creates a driver that listens and has looked past the runtime already.
fn polled_once(script: Script) -> (Driver<Script>, Log) {
    let (mut driver, log) = listening(script);
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    driver.os().asked();
    (driver, log)
}
