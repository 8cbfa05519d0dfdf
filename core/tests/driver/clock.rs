//! The clock is read only while backing off or with a deadline: reading it costs.

use core::task::Poll;

use anteroom_core::{Time, Wait};

use crate::platform::{
    EXHAUSTED, Script, accept, answer, at, attempts, driver, fail, listening, poll,
};

#[test]
fn the_steady_state_reads_no_clock() {
    let (mut driver, _) = listening(Script::default());

    for number in 0..100 {
        answer(&mut driver, Ok(None));
        assert_eq!(driver.wait_status(None), Poll::Pending);
        accept(&mut driver, number);
        assert_eq!(driver.wait_status(None), Poll::Ready(Wait::Ready));
        assert_eq!(
            driver.wait_status(Some(Time::ZERO)),
            Poll::Ready(Wait::Ready)
        );
        assert_eq!(driver.next_deadline(Some(Time::ZERO)), Some(Time::ZERO));
        assert!(driver.next_pending().is_some());
        assert_eq!(poll(&mut driver, None), Poll::Pending);
        driver.os().push(Ok(number));
        assert_eq!(poll(&mut driver, Some(at(5))), Poll::Ready(Wait::Ready));
        assert!(driver.next_pending().is_some());
    }
    driver.command(|server| server.drain());
    answer(&mut driver, Ok(None));
    driver.close();

    assert_eq!(driver.os().clock.reads(), 0);
}

#[test]
fn a_wait_with_a_deadline_reads_the_clock_once_while_nothing_is_pending() {
    let (driver, _) = listening(Script::default());
    driver.os().clock.set(5);

    let status = [at(6), at(5), at(4)].map(|deadline| driver.wait_status(Some(deadline)));

    let over = Poll::Ready(Wait::TimedOut);
    assert_eq!(status, [Poll::Pending, over, over]);
    assert_eq!(driver.os().clock.reads(), 3);
}

#[test]
fn who_does_not_listen_waits_for_nothing_even_with_a_deadline_that_is_over() {
    let (driver, _) = driver(Script::default());

    let not_listening = Poll::Ready(Wait::NotListening);
    assert_eq!(driver.wait_status(None), not_listening);
    assert_eq!(driver.wait_status(Some(Time::ZERO)), not_listening);
}

#[test]
fn only_while_paused_does_an_attempt_read_the_clock() {
    let (mut driver, _) = listening(Script::default());

    fail(&mut driver, EXHAUSTED);
    assert_eq!(
        driver.os().clock.reads(),
        1,
        "the pause is measured from the failure"
    );
    assert!(!attempts(&mut driver));
    assert_eq!(driver.os().clock.reads(), 2);
    driver.os().clock.set(10);
    assert!(attempts(&mut driver));
    assert_eq!(driver.os().clock.reads(), 3);

    accept(&mut driver, 1);
    assert!(attempts(&mut driver));
    assert_eq!(driver.os().clock.reads(), 3, "the pause is over");
}

#[test]
fn a_poll_reads_the_clock_once_for_each_attempt_in_a_pause() {
    let (mut driver, _) = listening(Script::default());
    fail(&mut driver, EXHAUSTED);
    driver.os().clock.set(10);
    driver.os().push(Ok(1));

    assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));

    assert_eq!(driver.os().clock.reads(), 2);
}

#[test]
fn the_next_deadline_is_the_earlier_one_of_the_wait_and_the_pause() {
    let (mut driver, _) = listening(Script::default());
    assert_eq!(driver.next_deadline(None), None);
    assert_eq!(driver.next_deadline(Some(at(5))), Some(at(5)));

    fail(&mut driver, EXHAUSTED);

    assert_eq!(driver.next_deadline(None), Some(at(10)));
    assert_eq!(driver.next_deadline(Some(at(5))), Some(at(5)));
    assert_eq!(driver.next_deadline(Some(at(50))), Some(at(10)));
}
