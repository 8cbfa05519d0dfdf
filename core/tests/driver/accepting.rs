//! Connections, failures and the hook: what becomes of what an attempt to accept ends with.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anteroom_core::{Admit, Driver, End, Intake, Progress, ServerName};
use core::time::Duration;

use crate::platform::{
    Connection, EXHAUSTED, FATAL, LOST, Script, accept, answer, at, attempts, connection, driver,
    fail, listening, listening_with,
};

#[test]
fn nothing_is_accepted_before_listening_and_after_closing() {
    let (mut driver, _) = driver(Script::default());

    assert!(!attempts(&mut driver));
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    assert!(attempts(&mut driver));
    driver.close();
    assert!(!attempts(&mut driver));
}

#[test]
fn an_attempt_is_given_the_platform_and_the_listener_that_it_is_for() {
    let (mut driver, log) = listening(Script::default());

    driver.accept_with(|os, listener| {
        os.log.write("accept");
        listener.accepted += 1;
        Ok(Some(connection(listener.accepted)))
    });

    assert_eq!(log.take(), ["accept"]);
    let listener = driver.listener_mut().expect("it listens");
    assert_eq!(listener.accepted, 1);
    listener.accepted = 5;
    let accepted = driver.listener().map(|listener| listener.accepted);
    assert_eq!(accepted, Some(5));
    assert_eq!(driver.next_pending(), Some(connection(1)));
}

#[test]
fn an_attempt_tells_whether_another_may_succeed_at_once() {
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
fn connections_are_queued_announced_once_and_claimed_in_order() {
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
fn as_many_are_accepted_as_the_limit_allows_and_one_more_for_each_claimed() {
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
fn what_the_application_adds_counts_and_may_exceed_the_limit() {
    let (mut driver, _) = listening(Script::default());
    driver.command(|server| server.set_max_pending(1));

    driver.command(|server| server.add_pending(connection(1)));
    driver.command(|server| server.add_pending(connection(2)));

    assert!(!attempts(&mut driver));
    assert_eq!(driver.command(|server| server.take_new_connections()), 2);
    driver.next_pending();
    assert!(!attempts(&mut driver));
    driver.next_pending();
    assert!(attempts(&mut driver));
}

#[test]
fn discarding_drops_every_pending_connection() {
    let (mut driver, _) = listening(Script::default());
    let clients = [connection(1), connection(2)];
    for client in &clients {
        answer(&mut driver, Ok(Some(Rc::clone(client))));
    }

    driver.command(|server| server.discard_pending());

    assert_eq!(driver.next_pending(), None);
    assert_eq!(clients.each_ref().map(Rc::strong_count), [1, 1]);
}

#[test]
fn an_attempt_that_finds_nobody_changes_nothing_while_listening() {
    let (mut driver, log) = listening(Script::default());
    let before = driver.server().clone();

    answer(&mut driver, Ok(None));

    assert_eq!(driver.server(), &before);
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_connection_that_is_lost_while_it_is_accepted_is_just_recorded() {
    let (mut driver, _) = listening(Script::default());

    fail(&mut driver, LOST);

    assert_eq!(driver.server().last_error(), Some(LOST.failure()));
    assert!(attempts(&mut driver));
}

#[test]
fn descriptors_that_run_out_pause_the_server_and_it_goes_on_by_itself() {
    let (mut driver, log) = listening(Script::default());
    driver.os().clock.set(1000);

    fail(&mut driver, EXHAUSTED);

    assert_eq!(driver.next_deadline(None), Some(at(1010)));
    driver.os().clock.set(1009);
    assert!(!attempts(&mut driver));
    driver.os().clock.set(1010);
    assert!(attempts(&mut driver));
    assert_eq!(driver.next_deadline(None), None);
    assert!(driver.server().is_listening());
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_listener_that_becomes_unusable_is_closed_and_its_loss_is_told() {
    let (mut driver, log) = listening(Script::default());

    fail(&mut driver, FATAL);

    assert_eq!(log.take(), ["unlink", "drop"]);
    assert!(!driver.server().is_listening());
    let fatal = FATAL.failure();
    assert_eq!(driver.server().last_error(), Some(fatal));
    assert_eq!(driver.server().end(), Some(End::Lost));
    assert_eq!(driver.command(|server| server.take_loss()), Some(fatal));
}

#[test]
fn a_loss_is_told_once() {
    let (mut driver, _) = listening(Script::default());
    assert_eq!(driver.command(|server| server.take_loss()), None);

    fail(&mut driver, FATAL);

    let told = [(); 2].map(|()| driver.command(|server| server.take_loss()));
    assert_eq!(told, [Some(FATAL.failure()), None]);
    assert_eq!(driver.server().end(), Some(End::Lost));
}

#[test]
fn listening_again_discards_a_loss_that_nobody_has_asked_for() {
    let (mut driver, _) = listening(Script::default());
    fail(&mut driver, FATAL);

    driver
        .listen(ServerName::from("again"))
        .expect("the platform agrees");

    assert_eq!(driver.command(|server| server.take_loss()), None);
}

#[test]
fn the_hook_sees_every_connection_once_and_before_it_is_queued() {
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
fn a_hook_that_queues_nothing_drops_the_connection_and_nothing_is_announced() {
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
fn a_hook_may_queue_several_and_each_counts() {
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        admit.enqueue(connection(10 * *client));
        admit.enqueue(client);
    };
    let (mut driver, _) = listening_with(Script::default(), hook);
    driver.command(|server| server.set_max_pending(2));

    accept(&mut driver, 1);

    assert_eq!(driver.command(|server| server.take_new_connections()), 2);
    assert!(!attempts(&mut driver));
    let claimed: Vec<_> = core::iter::from_fn(|| driver.next_pending()).collect();
    assert_eq!(claimed, [connection(10), connection(1)]);
}

#[test]
fn a_hook_that_panics_loses_its_connection_alone_and_the_server_is_usable() {
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        assert_ne!(*client, 13, "this hook cannot stand it");
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
        "it counts as a success"
    );
    accept(&mut driver, 1);
    assert_eq!(driver.next_pending(), Some(connection(1)));
    drop(driver);
    assert_eq!(log.take(), ["unlink", "drop"]);
}

#[test]
fn the_hook_can_be_looked_at_and_changed() {
    struct Counting(usize);
    impl Intake<Connection> for Counting {
        fn incoming(&mut self, _: Connection, _: &mut Admit<'_, Connection>) {
            self.0 += 1;
        }
    }
    let (mut driver, _) = listening_with(Script::default(), Counting(0));

    driver.intake_mut().0 = 5;
    accept(&mut driver, 1);

    assert_eq!(driver.intake().0, 6);
}

/// Lets descriptors run out, and the back-off pass; returns how long it was.
fn pause_once<I: Intake<Connection>>(driver: &mut Driver<Script, I>) -> Duration {
    driver.os().clock.set(0);
    fail(driver, EXHAUSTED);
    let end = driver.next_deadline(None).expect("it backs off");
    driver.os().clock.set(10_000);
    end.since_epoch()
}
