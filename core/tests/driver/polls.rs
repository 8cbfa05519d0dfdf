//! `poll_wait`: its calls of the operating system, of the runtime and of timers, and its results.

use anteroom_core::{ACCEPTS_PER_TURN, Admit, Driver, Reactor as _, Wait};
use core::task::{Context, Poll, Waker};

use crate::script::{
    Connection, EXHAUSTED, FATAL, LOST, Log, NO_TIMERS, Script, Task, at, connection, listening,
    listening_with, poll,
};

#[test]
fn a_wait_that_needs_no_accept_calls_nothing() {
    let add = |driver: &mut Driver<Script>| driver.command(|s| s.add_pending(connection(1)));
    let limit = |driver: &mut Driver<Script>| driver.command(|s| s.set_max_pending(0));
    let close = |driver: &mut Driver<Script>| driver.close();
    for (prepare, status) in [
        (add as fn(&mut _), Poll::Ready(Wait::Ready)),
        (limit, Poll::Pending),
        (close, Poll::Ready(Wait::NotListening)),
    ] {
        let (mut driver, _) = listening(Script::with([Ok(1)]));
        prepare(&mut driver);

        assert_eq!(poll(&mut driver, Some(at(5))), status);

        assert_eq!(driver.os().calls(), [""; 0]);
    }
}

#[test]
fn a_lost_connection_is_followed_by_the_next_and_a_fatal_failure_ends_the_wait() {
    for (failure, wait, calls) in [(LOST, Wait::Ready, 2), (FATAL, Wait::NotListening, 1)] {
        let (mut driver, _) = polled_once(Script::default());
        driver.os().push(Err(failure));
        driver.os().push(Ok(1));

        assert_eq!(poll(&mut driver, None), Poll::Ready(wait));
        assert_eq!(driver.os().calls(), vec!["poll_accept"; calls]);
    }
}

#[test]
fn the_first_poll_calls_the_os_and_then_the_runtime() {
    let (mut driver, _) = listening(Script::default());

    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.os().calls(), ["try_accept", "poll_accept"]);
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.os().calls(), ["poll_accept"]);
}

#[test]
fn the_first_poll_of_a_new_listener_calls_the_os() {
    let (mut driver, _) = polled_once(Script::default());
    driver.close();
    driver.adopt("descriptor").expect("the script allows it");

    assert_eq!(poll(&mut driver, None), Poll::Pending);

    assert_eq!(driver.os().calls(), ["try_accept", "poll_accept"]);
}

#[test]
fn the_os_is_called_until_the_backlog_is_empty() {
    let (mut driver, _) = listening(Script::with([Ok(1), Ok(2)]));

    for number in [1, 2] {
        assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
        assert_eq!(driver.os().calls(), ["try_accept"]);
        assert_eq!(driver.next_pending(), Some(connection(number)));
        assert_eq!(driver.next_pending(), None);
    }
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.os().calls(), ["try_accept", "poll_accept"]);
}

#[test]
fn the_os_is_called_at_the_first_poll_and_at_the_deadline() {
    let (mut driver, _) = listening(Script::default());

    let first = poll(&mut driver, Some(at(5)));
    driver.os().clock.set(5);
    driver.os().push(Ok(1));
    driver.os().has_no_readiness.set(true);
    let last = poll(&mut driver, Some(at(5)));

    assert_eq!(first, Poll::Pending);
    assert_eq!(last, Poll::Ready(Wait::Ready));
    let asked = ["try_accept", "poll_accept", "poll_accept", "try_accept"];
    assert_eq!(driver.os().calls(), asked);
}

#[test]
fn a_drain_calls_only_the_os_and_ends_with_an_empty_backlog() {
    for clients in [0, 2] {
        let (mut driver, log) = polled_once(Script::default());
        driver.command(|server| server.drain());
        log.take();
        (1..=clients).for_each(|number| driver.os().push(Ok(number)));

        for number in 1..=clients {
            assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
            assert_eq!(driver.next_pending(), Some(connection(number)));
        }

        assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::NotListening));
        assert_eq!(
            driver.os().calls(),
            vec!["try_accept"; clients as usize + 1]
        );
        assert_eq!(log.take(), ["drop"]);
    }
}

#[test]
fn a_back_off_makes_no_attempt() {
    for make in [listening, polled_once] {
        let (mut driver, _) = make(Script::default());
        driver.os().push(Err(EXHAUSTED));
        driver.os().push(Ok(1));

        assert_eq!(poll(&mut driver, None), Poll::Pending);
        assert_eq!(poll(&mut driver, None), Poll::Pending);
        assert_eq!(driver.os().calls().len(), 1);
        assert_eq!(driver.os().timers(), [at(10), at(10)]);
        driver.os().clock.set(10);
        assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
    }
}

#[test]
fn a_wait_ends_at_its_deadline_and_not_at_the_end_of_a_back_off() {
    let (mut driver, _) = listening(Script::with([Err(EXHAUSTED), Err(EXHAUSTED)]));
    driver.os().skips_time.set(true);

    let over = poll(&mut driver, Some(at(15)));

    // The first back-off ended at 10 ms. The second one would end at 30 ms.
    assert_eq!(over, Poll::Ready(Wait::TimedOut));
    assert_eq!(driver.os().timers(), [at(10), at(15)]);
    assert_eq!(driver.os().calls(), ["try_accept", "try_accept"]);
}

#[test]
fn a_wait_is_pending_until_its_deadline() {
    let (mut driver, _) = listening(Script::with([Err(EXHAUSTED)]));

    for now in [0, 5, 10, 14] {
        driver.os().clock.set(now);
        assert!(poll(&mut driver, Some(at(15))).is_pending());
    }

    assert_eq!(driver.os().timers(), [at(10), at(10), at(15), at(15)]);
}

#[test]
fn without_timers_a_wait_without_a_deadline_works() {
    let (mut driver, _) = listening(Script::with([Ok(1)]));
    driver.os().has_no_timers.set(true);

    assert_eq!(poll(&mut driver, Some(at(5))), Poll::Ready(Wait::Ready));
    driver.command(|server| server.discard_pending());
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert!(driver.server().is_listening());
}

#[test]
fn without_timers_a_deadline_or_a_pause_closes_the_server() {
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
fn without_timers_a_client_of_the_backlog_is_accepted_first() {
    let (mut driver, _) = polled_once(Script::default());
    driver.os().has_no_timers.set(true);
    driver.os().push(Ok(1));
    driver.os().has_no_readiness.set(true);

    let wait = poll(&mut driver, Some(at(5)));

    assert_eq!(wait, Poll::Ready(Wait::Ready));
    assert!(driver.server().is_listening());
}

#[test]
fn a_poll_yields_after_a_turn_unless_its_deadline_has_elapsed() {
    let refuse = |_: Connection, _: &mut Admit<'_, Connection>| {};
    for result in [Ok(1), Err(LOST)] {
        for (deadline, status, wakes) in [
            (None, Poll::Pending, 1),
            (Some(at(1)), Poll::Pending, 1),
            (Some(at(0)), Poll::Ready(Wait::TimedOut), 0),
        ] {
            let (mut driver, _) = listening_with(Script::with([result; 1000]), refuse);
            let task = Task::default();

            assert_eq!(task.poll(&mut driver, deadline), status);

            assert_eq!(task.wakes(), wakes);
            assert_eq!(driver.os().calls(), ["try_accept"; ACCEPTS_PER_TURN]);
        }
    }
}

#[test]
fn the_last_attempt_of_a_turn_can_end_the_wait() {
    let lost = (1..ACCEPTS_PER_TURN).map(|_| Err(LOST));
    let (mut driver, _) = listening(Script::with(lost.chain([Ok(1)])));
    let task = Task::default();

    assert_eq!(task.poll(&mut driver, None), Poll::Ready(Wait::Ready));
    assert_eq!(task.wakes(), 0);
}

#[test]
fn cooperate_polls_by_default() {
    let mut context = Context::from_waker(Waker::noop());
    let cooperate = |context: &mut Context<'_>| Script::cooperate(context, |_| Poll::Ready(1));

    assert_eq!(cooperate(&mut context), Poll::Ready(1));
}

/// Creates a driver that is listening, after its first poll.
fn polled_once(script: Script) -> (Driver<Script>, Log) {
    let (mut driver, log) = listening(script);
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    driver.os().calls();
    (driver, log)
}
