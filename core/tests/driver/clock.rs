//! The clock is read only during a pause or with a deadline.

use core::task::Poll;

use anteroom_core::{Time, Wait};

use crate::script::{EXHAUSTED, Script, accept, answer, at, attempts, fail, listening, poll};

#[test]
fn accepting_without_a_pause_or_a_deadline_does_not_read_the_clock() {
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
fn wait_status_with_a_deadline_reads_the_clock_once() {
    let (driver, _) = listening(Script::default());
    driver.os().clock.set(5);

    let status = [at(6), at(5), at(4)].map(|deadline| driver.wait_status(Some(deadline)));

    let over = Poll::Ready(Wait::TimedOut);
    assert_eq!(status, [Poll::Pending, over, over]);
    assert_eq!(driver.os().clock.reads(), 3);
}

#[test]
fn attempts_read_the_clock_only_during_a_pause() {
    let (mut driver, _) = listening(Script::default());

    fail(&mut driver, EXHAUSTED);
    assert_eq!(
        driver.os().clock.reads(),
        1,
        "the back-off begins at the failure"
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
fn a_poll_reads_the_clock_once_per_attempt_during_a_pause() {
    let (mut driver, _) = listening(Script::default());
    fail(&mut driver, EXHAUSTED);
    driver.os().clock.set(10);
    driver.os().push(Ok(1));

    assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));

    assert_eq!(driver.os().clock.reads(), 2);
}

#[test]
fn next_deadline_is_the_earlier_of_the_wait_and_the_back_off() {
    let (mut driver, _) = listening(Script::default());
    assert_eq!(driver.next_deadline(None), None);
    assert_eq!(driver.next_deadline(Some(at(5))), Some(at(5)));

    fail(&mut driver, EXHAUSTED);

    assert_eq!(driver.next_deadline(None), Some(at(10)));
    assert_eq!(driver.next_deadline(Some(at(5))), Some(at(5)));
    assert_eq!(driver.next_deadline(Some(at(50))), Some(at(10)));
}
