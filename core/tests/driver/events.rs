//! Accepting without waiting: `process_events`, the pump of an event loop, `try_wait` and `accept_one`.

use anteroom_core::{ACCEPTS_PER_TURN, Admit, Progress, Wait};

use crate::platform::{
    Connection, EXHAUSTED, LOST, Script, connection, driver, listening, listening_with, nobody,
};

#[test]
fn the_pump_takes_in_who_is_there_and_tells_how_many() {
    let (mut driver, _) = listening(Script::with([Ok(1), Ok(2)]));

    let progress = driver.process_events();

    assert_eq!((progress.accepted, progress.more), (2, false));
    assert_eq!(driver.server().pending_len(), 2);
    assert_eq!(driver.os().asked(), ["system"; 3]);
}

#[test]
fn the_pump_stops_when_it_has_been_enough_and_says_that_there_may_be_more() {
    let (mut driver, _) = listening(Script::with((0..1000).map(Ok)));
    driver.command(|server| server.set_max_pending(usize::MAX));

    let progress = driver.process_events();

    assert_eq!((progress.accepted, progress.more), (ACCEPTS_PER_TURN, true));
    assert_eq!(driver.server().pending_len(), ACCEPTS_PER_TURN);
}

#[test]
fn the_pump_goes_on_after_a_client_that_was_lost() {
    let (mut driver, _) = listening(Script::with([Err(LOST), Ok(1)]));

    let progress = driver.process_events();

    assert_eq!((progress.accepted, progress.more), (1, false));
    assert_eq!(driver.os().asked(), ["system"; 3]);
}

#[test]
fn the_pump_takes_in_nobody_while_descriptors_have_run_out() {
    let (mut driver, _) = listening(Script::with([Err(EXHAUSTED), Ok(1)]));

    assert_eq!(driver.process_events(), Progress::default());
    assert_eq!(driver.os().asked(), ["system"]);
    driver.os().clock.set(10);
    assert_eq!(driver.process_events().accepted, 1);
}

#[test]
fn the_pump_examines_a_listener_that_had_nobody_and_only_such_a_one() {
    for (answers, asked, listens) in [
        (None, ["system", "listener"], false),
        (Some(Ok(1)), ["system", "system"], true),
    ] {
        let (mut driver, _) = listening(Script::with(answers));
        driver.os().is_shut_down.set(true);

        let progress = driver.process_events();

        assert!(!progress.more);
        assert_eq!(driver.os().asked(), asked);
        assert_eq!(driver.server().is_listening(), listens);
    }
}

#[test]
fn the_pump_keeps_a_listener_that_is_examined_and_fit() {
    let (mut driver, _) = listening(Script::default());

    assert_eq!(driver.process_events(), nobody());

    assert_eq!(driver.os().asked(), ["system", "listener"]);
    assert!(driver.server().is_listening());
    assert_eq!(driver.server().last_error(), None);
}

#[test]
fn the_pump_ends_a_drain_when_nobody_is_left() {
    let (mut driver, log) = listening(Script::with([Ok(1)]));
    driver.command(|server| server.drain());
    log.take();

    let progress = driver.process_events();

    assert_eq!((progress.accepted, progress.more), (1, false));
    assert_eq!(log.take(), ["drop"]);
}

#[test]
fn without_a_listener_or_room_nobody_is_asked() {
    let (mut full, _) = listening(Script::with([Ok(1)]));
    full.command(|server| server.set_max_pending(0));
    let (idle, _) = driver(Script::with([Ok(1)]));

    for (mut driver, wait) in [(full, Wait::TimedOut), (idle, Wait::NotListening)] {
        assert_eq!(driver.process_events(), Progress::default());
        assert_eq!(driver.accept_one(), Progress::default());
        assert_eq!(driver.try_wait(), wait);

        assert_eq!(driver.os().asked(), [""; 0]);
    }
}

#[test]
fn one_attempt_tells_whether_somebody_came_was_lost_or_was_not_there() {
    let (mut driver, _) = listening(Script::with([Err(LOST), Ok(1)]));

    let attempts = [(); 3].map(|()| driver.accept_one());

    let attempts = attempts.map(|one| (one.accepted, one.more));
    assert_eq!(attempts, [(0, true), (1, true), (0, false)]);
    assert_eq!(driver.next_pending(), Some(connection(1)));
    assert_eq!(driver.os().asked(), ["system"; 3]);
}

#[test]
fn look_once_takes_in_one_client_and_goes_on_after_lost_ones() {
    let (mut driver, _) = listening(Script::with([Err(LOST), Ok(1), Ok(2)]));

    assert_eq!(driver.try_wait(), Wait::Ready);
    assert_eq!(driver.try_wait(), Wait::Ready);

    assert_eq!(driver.server().pending_len(), 1);
    assert_eq!(driver.os().asked(), ["system"; 2]);
}

#[test]
fn look_once_times_out_without_a_client_and_ends_a_drain() {
    let (mut driver, _) = listening(Script::default());
    assert_eq!(driver.try_wait(), Wait::TimedOut);
    assert_eq!(driver.os().asked(), ["system"]);

    driver.command(|server| server.drain());

    assert_eq!(driver.try_wait(), Wait::NotListening);
}

#[test]
fn look_once_ends_even_if_the_hook_queues_no_client() {
    let last = ACCEPTS_PER_TURN as u32;
    for (queued, wait) in [(last, Wait::Ready), (last + 1, Wait::TimedOut)] {
        let hook = move |client: Connection, admit: &mut Admit<'_, Connection>| {
            if *client == queued {
                admit.enqueue(client);
            }
        };
        let (mut driver, _) = listening_with(Script::with((1..1000).map(Ok)), hook);

        assert_eq!(driver.try_wait(), wait);

        assert_eq!(driver.os().asked(), ["system"; ACCEPTS_PER_TURN]);
    }
}
