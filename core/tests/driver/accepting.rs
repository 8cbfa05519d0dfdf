//! The results of attempts to accept, and the hook.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anteroom_core::{Admit, Driver, End, Intake, Progress};
use core::time::Duration;

use crate::script::{
    Connection, EXHAUSTED, FATAL, LOST, Script, accept, answer, attempts, connection, fail,
    listening, listening_with,
};

#[test]
fn accept_with_passes_the_os_and_the_listener() {
    let (mut driver, log) = listening(Script::default());

    driver.accept_with(|os, listener| {
        os.log.write("accept");
        listener.accepted += 1;
        Ok(Some(connection(listener.accepted)))
    });

    assert_eq!(log.take(), ["accept"]);
    let listener = driver.listener_mut().expect("the server is listening");
    assert_eq!(listener.accepted, 1);
    listener.accepted = 5;
    let accepted = driver.listener().map(|listener| listener.accepted);
    assert_eq!(accepted, Some(5));
    assert_eq!(driver.next_pending(), Some(connection(1)));
}

#[test]
fn progress_has_whether_to_continue() {
    let (mut driver, _) = listening(Script::default());

    let progress = answer(&mut driver, Ok(Some(connection(1))));
    assert_eq!((progress.accepted, progress.more), (1, true));
    let progress = answer(&mut driver, Err(LOST));
    assert_eq!((progress.accepted, progress.more), (0, true));
    let progress = answer(&mut driver, Ok(None));
    assert_eq!((progress.accepted, progress.more), (0, false));
    driver.close();
    let progress = driver.accept_with(|_, _| Ok(None));
    assert_eq!(progress, Progress::default());
}

#[test]
fn connections_are_announced_once_and_taken_in_order() {
    let (mut driver, _) = listening(Script::default());

    for number in 1..=3 {
        accept(&mut driver, number);
    }

    let announced = [(); 2].map(|()| driver.command(|server| server.take_new_connections()));
    assert_eq!(announced, [3, 0]);
    for number in 1..=3 {
        assert_eq!(driver.next_pending(), Some(connection(number)));
    }
    assert_eq!(driver.next_pending(), None);
}

#[test]
fn the_server_accepts_up_to_the_limit_and_one_more_after_each_taken() {
    let (mut driver, _) = listening(Script::default());
    driver.command(|server| server.set_max_pending(2));

    accept(&mut driver, 1);
    accept(&mut driver, 2);
    assert!(!attempts(&mut driver));

    driver.next_pending();
    accept(&mut driver, 3);
    assert!(!attempts(&mut driver));

    driver.command(|server| server.set_max_pending(3));
    assert!(attempts(&mut driver));
}

#[test]
fn a_fatal_failure_closes_the_server_and_is_announced_once() {
    let (mut driver, log) = listening(Script::default());

    fail(&mut driver, FATAL);

    assert_eq!(log.take(), ["unlink", "drop"]);
    let fatal = FATAL.failure();
    assert_eq!(driver.server().last_error(), Some(fatal));
    assert_eq!(driver.server().end(), Some(End::Lost));
    let losses = [(); 2].map(|()| driver.command(|server| server.take_loss()));
    assert_eq!(losses, [Some(fatal), None]);
    assert!(!attempts(&mut driver));
}

#[test]
fn the_hook_is_called_once_for_each_accepted_connection() {
    let mut seen = Vec::new();
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        seen.push(*client);
        admit.enqueue(client);
    };
    let (mut driver, _) = listening_with(Script::default(), hook);

    accept(&mut driver, 1);
    fail(&mut driver, EXHAUSTED);
    driver.command(|server| server.add_pending(connection(2)));
    drop(driver);

    assert_eq!(seen, [1]);
}

#[test]
fn a_connection_that_the_hook_drops_is_closed_and_not_announced() {
    let hook = |client: Connection, _: &mut Admit<'_, Connection>| drop(client);
    let (mut driver, _) = listening_with(Script::default(), hook);
    driver.command(|server| server.set_max_pending(1));
    let client = connection(1);

    for _ in 0..3 {
        let progress = answer(&mut driver, Ok(Some(Rc::clone(&client))));
        assert_eq!(progress.accepted, 1);
    }

    assert_eq!(driver.command(|server| server.take_new_connections()), 0);
    assert!(!driver.server().has_pending());
    assert_eq!(Rc::strong_count(&client), 1);
}

#[test]
fn each_connection_that_the_hook_queues_counts() {
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        admit.enqueue(connection(10 * *client));
        admit.enqueue(client);
    };
    let (mut driver, _) = listening_with(Script::default(), hook);
    driver.command(|server| server.set_max_pending(2));

    accept(&mut driver, 1);

    assert_eq!(driver.command(|server| server.take_new_connections()), 2);
    assert!(!attempts(&mut driver));
    let taken: Vec<_> = core::iter::from_fn(|| driver.next_pending()).collect();
    assert_eq!(taken, [connection(10), connection(1)]);
}

#[test]
fn a_panic_of_the_hook_loses_only_its_connection() {
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        assert_ne!(*client, 13, "the hook panics, as the test requires");
        admit.enqueue(client);
    };
    let (mut driver, log) = listening_with(Script::default(), hook);
    pause_once(&mut driver);
    let unlucky = connection(13);

    let given = Rc::clone(&unlucky);
    let panicked = catch_unwind(AssertUnwindSafe(|| answer(&mut driver, Ok(Some(given)))));

    assert!(panicked.is_err());
    assert_eq!(Rc::strong_count(&unlucky), 1);
    assert_eq!(driver.command(|server| server.take_new_connections()), 0);
    assert_eq!(
        pause_once(&mut driver),
        Duration::from_millis(10),
        "the accept succeeded"
    );
    accept(&mut driver, 1);
    assert_eq!(driver.next_pending(), Some(connection(1)));
    drop(driver);
    assert_eq!(log.take(), ["unlink", "drop"]);
}

/// Begins a back-off, and lets it elapse. Returns its length.
fn pause_once<I: Intake<Connection>>(driver: &mut Driver<Script, I>) -> Duration {
    driver.os().clock.set(0);
    fail(driver, EXHAUSTED);
    let end = driver.next_deadline(None).expect("the server backs off");
    driver.os().clock.set(10_000);
    end.since_epoch()
}
