//! Accepting without waiting: `process_events`, `try_wait` and `accept_one`.

use anteroom_core::{ACCEPTS_PER_TURN, Admit, Progress, Wait};

use crate::script::{
    Connection, EXHAUSTED, LOST, Script, connection, driver, listening, listening_with,
};

#[test]
fn process_events_accepts_until_the_backlog_is_empty() {
    for (answers, accepted, calls) in [
        (vec![Ok(1), Ok(2)], 2, &["try_accept"; 3][..]),
        (vec![Err(LOST), Ok(1)], 1, &["try_accept"; 3]),
        (vec![], 0, &["try_accept", "examine"]),
    ] {
        let (mut driver, _) = listening(Script::with(answers));

        let progress = driver.process_events();

        let progress = (progress.accepted, progress.more, progress.would_block);
        assert_eq!(progress, (accepted, false, true));
        assert_eq!(driver.server().pending_len(), accepted);
        assert_eq!(driver.os().calls(), calls);
        assert!(driver.server().is_listening());
    }
}

#[test]
fn process_events_closes_a_server_whose_listener_is_shut_down() {
    for (answer, is_listening) in [(None, false), (Some(Ok(1)), true)] {
        let (mut driver, _) = listening(Script::with(answer));
        driver.os().is_shut_down.set(true);

        assert!(!driver.process_events().more);

        // It is examined only if no client was accepted.
        assert_eq!(driver.server().is_listening(), is_listening);
    }
}

#[test]
fn process_events_stops_after_a_turn_and_reports_that_there_may_be_more() {
    let (mut driver, _) = listening(Script::with((0..1000).map(Ok)));
    driver.command(|server| server.set_max_pending(usize::MAX));

    let progress = driver.process_events();

    assert_eq!((progress.accepted, progress.more), (ACCEPTS_PER_TURN, true));
    assert_eq!(driver.server().pending_len(), ACCEPTS_PER_TURN);
}

#[test]
fn process_events_accepts_none_during_a_back_off() {
    let (mut driver, _) = listening(Script::with([Err(EXHAUSTED), Ok(1)]));

    assert_eq!(driver.process_events(), Progress::default());
    assert_eq!(driver.os().calls(), ["try_accept"]);
    driver.os().clock.set(10);
    assert_eq!(driver.process_events().accepted, 1);
}

#[test]
fn process_events_ends_a_drain_if_the_backlog_is_empty() {
    let (mut driver, log) = listening(Script::with([Ok(1)]));
    driver.command(|server| server.drain());
    log.take();

    let progress = driver.process_events();

    assert_eq!((progress.accepted, progress.more), (1, false));
    assert_eq!(log.take(), ["drop"]);
}

#[test]
fn without_a_listener_or_a_place_no_attempt_is_made() {
    let (mut full, _) = listening(Script::with([Ok(1)]));
    full.command(|server| server.set_max_pending(0));
    let (idle, _) = driver(Script::with([Ok(1)]));

    for (mut driver, wait) in [(full, Wait::TimedOut), (idle, Wait::NotListening)] {
        assert_eq!(driver.process_events(), Progress::default());
        assert_eq!(driver.accept_one(), Progress::default());
        assert_eq!(driver.try_wait(), wait);

        assert_eq!(driver.os().calls(), [""; 0]);
    }
}

#[test]
fn accept_one_reports_the_result_of_one_attempt() {
    let (mut driver, _) = listening(Script::with([Err(LOST), Ok(1)]));

    let attempts = [(); 3].map(|()| driver.accept_one());

    let attempts = attempts.map(|one| (one.accepted, one.more));
    assert_eq!(attempts, [(0, true), (1, true), (0, false)]);
    assert_eq!(driver.next_pending(), Some(connection(1)));
    assert_eq!(driver.os().calls(), ["try_accept"; 3]);
}

#[test]
fn try_wait_accepts_one_client_and_skips_lost_ones() {
    let (mut driver, _) = listening(Script::with([Err(LOST), Ok(1), Ok(2)]));

    assert_eq!(driver.try_wait(), Wait::Ready);
    assert_eq!(driver.try_wait(), Wait::Ready);

    assert_eq!(driver.server().pending_len(), 1);
    assert_eq!(driver.os().calls(), ["try_accept"; 2]);
}

#[test]
fn try_wait_times_out_without_a_client_and_ends_a_drain() {
    let (mut driver, _) = listening(Script::default());
    assert_eq!(driver.try_wait(), Wait::TimedOut);
    assert_eq!(driver.os().calls(), ["try_accept"]);

    driver.command(|server| server.drain());

    assert_eq!(driver.try_wait(), Wait::NotListening);
}

#[test]
fn try_wait_returns_even_if_the_hook_queues_no_client() {
    let last = ACCEPTS_PER_TURN as u32;
    for (queued, wait) in [(last, Wait::Ready), (last + 1, Wait::TimedOut)] {
        let hook = move |client: Connection, admit: &mut Admit<'_, Connection>| {
            if *client == queued {
                admit.enqueue(client);
            }
        };
        let (mut driver, _) = listening_with(Script::with((1..1000).map(Ok)), hook);

        assert_eq!(driver.try_wait(), wait);

        assert_eq!(driver.os().calls(), ["try_accept"; ACCEPTS_PER_TURN]);
    }
}
