//! The clock is read only while backing off or with a deadline: reading it costs.

use core::task::Poll;
use core::time::Duration;

use anteroom_core::{Next, ServerName, Time, Wait};

use crate::platform::{Script, connection, driver, exhausted, slot};

#[test]
fn the_steady_state_reads_no_clock() {
    let script = Script::default();
    let clock = script.clock.clone();
    let (mut driver, _) = driver(script);

    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    for number in 0..100 {
        assert_eq!(slot(&mut driver).empty(), Next::Wait);
        assert_eq!(driver.wait_status(None), Poll::Pending);
        slot(&mut driver).complete(Ok(connection(number)));
        assert_eq!(driver.wait_status(None), Poll::Ready(Wait::Ready));
        assert_eq!(
            driver.wait_status(Some(Time::ZERO)),
            Poll::Ready(Wait::Ready)
        );
        assert_eq!(driver.next_deadline(Some(Time::ZERO)), Some(Time::ZERO));
        assert!(driver.next_pending().is_some());
    }
    driver.drain();
    assert_eq!(slot(&mut driver).empty(), Next::Ended);
    driver.close();

    assert_eq!(clock.reads(), 0);
}

#[test]
fn a_wait_with_a_deadline_reads_the_clock_once_while_nothing_is_pending() {
    let script = Script::default();
    let clock = script.clock.clone();
    let (mut driver, _) = driver(script);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    clock.set(5);

    let status = [at(6), at(5), at(4)].map(|deadline| driver.wait_status(Some(deadline)));

    let over = Poll::Ready(Wait::TimedOut);
    assert_eq!(status, [Poll::Pending, over, over]);
    assert_eq!(clock.reads(), 3);
}

#[test]
fn who_does_not_listen_waits_for_nothing_even_with_a_deadline_that_is_over() {
    let (driver, _) = driver(Script::default());

    let not_listening = Poll::Ready(Wait::NotListening);
    assert_eq!(driver.wait_status(None), not_listening);
    assert_eq!(driver.wait_status(Some(Time::ZERO)), not_listening);
}

#[test]
fn only_while_paused_does_a_slot_cost_a_look_at_the_clock() {
    let script = Script::default();
    let clock = script.clock.clone();
    let (mut driver, _) = driver(script);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");

    slot(&mut driver).complete(Err(exhausted()));
    assert_eq!(clock.reads(), 1, "the pause is measured from the failure");
    assert!(driver.accept_slot().is_none());
    assert_eq!(clock.reads(), 2);
    clock.set(10);
    assert!(driver.accept_slot().is_some());
    assert_eq!(clock.reads(), 3);

    assert_eq!(slot(&mut driver).empty(), Next::Wait);
    let reads = clock.reads();
    assert!(driver.accept_slot().is_some());
    assert_eq!(clock.reads(), reads, "the pause is over");
}

#[test]
fn the_next_deadline_is_the_earlier_one_of_the_wait_and_the_pause() {
    let (mut driver, _) = driver(Script::default());
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    assert_eq!(driver.next_deadline(None), None);
    assert_eq!(driver.next_deadline(Some(at(5))), Some(at(5)));

    slot(&mut driver).complete(Err(exhausted()));

    assert_eq!(driver.next_deadline(None), Some(at(10)));
    assert_eq!(driver.next_deadline(Some(at(5))), Some(at(5)));
    assert_eq!(driver.next_deadline(Some(at(50))), Some(at(10)));
}

const fn at(milliseconds: u64) -> Time {
    Time::from_epoch(Duration::from_millis(milliseconds))
}
