//! Slots and hooks: what becomes of a connection, and of what goes wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anteroom_core::{
    AcceptFailure, Admit, ErrorKind, Event, Failure, Next, Operation, ServerName, Time,
};
use core::time::Duration;

use crate::platform::{
    Connection, Script, connection, driver, driver_with, exhausted, listening, slot,
};

#[test]
fn there_is_no_slot_before_listening_and_none_after_closing() {
    let (mut driver, _) = driver(Script::default());

    assert!(driver.accept_slot().is_none());
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    assert!(driver.accept_slot().is_some());
    driver.close();
    assert!(driver.accept_slot().is_none());
}

#[test]
fn a_slot_that_is_dropped_unanswered_changes_nothing() {
    let (mut driver, log) = listening(Script::default());
    let before = driver.server().clone();

    drop(slot(&mut driver));

    assert_eq!(driver.server(), &before);
    assert_eq!(log.take(), [""; 0]);
    assert!(driver.accept_slot().is_some());
}

#[test]
fn a_slot_shows_its_listener() {
    let (mut driver, _) = listening(Script::default());

    assert_eq!(
        format!("{:?}", slot(&mut driver)),
        "AcceptSlot(ListenerId(1))"
    );
}

#[test]
fn connections_are_queued_announced_once_and_claimed_in_order() {
    let (mut driver, _) = listening(Script::default());

    for number in 1..=3 {
        slot(&mut driver).complete(Ok(connection(number)));
    }

    assert_eq!(driver.take_new_connections(), 3);
    assert_eq!(driver.take_new_connections(), 0);
    assert_eq!(driver.poll_event(), None);
    for number in 1..=3 {
        assert_eq!(driver.next_pending(), Some(connection(number)));
    }
    assert_eq!(driver.next_pending(), None);
}

#[test]
fn there_are_as_many_slots_as_the_limit_allows_and_one_more_for_each_claimed() {
    let (mut driver, _) = listening(Script::default());
    driver.set_max_pending(2);

    slot(&mut driver).complete(Ok(connection(1)));
    slot(&mut driver).complete(Ok(connection(2)));
    assert!(driver.accept_slot().is_none());

    driver.next_pending();
    slot(&mut driver).complete(Ok(connection(3)));
    assert!(driver.accept_slot().is_none());

    driver.set_max_pending(3);
    assert!(driver.accept_slot().is_some());
}

#[test]
fn what_the_application_adds_counts_and_may_exceed_the_limit() {
    let (mut driver, _) = listening(Script::default());
    driver.set_max_pending(1);

    driver.add_pending(connection(1));
    driver.add_pending(connection(2));

    assert!(driver.accept_slot().is_none());
    assert_eq!(driver.take_new_connections(), 2);
    driver.next_pending();
    assert!(driver.accept_slot().is_none());
    driver.next_pending();
    assert!(driver.accept_slot().is_some());
}

#[test]
fn discarding_drops_every_pending_connection() {
    let (mut driver, _) = listening(Script::default());
    let clients = [connection(1), connection(2)];
    for client in &clients {
        slot(&mut driver).complete(Ok(Rc::clone(client)));
    }

    driver.discard_pending();

    assert_eq!(driver.next_pending(), None);
    assert_eq!(clients.each_ref().map(Rc::strong_count), [1, 1]);
}

#[test]
fn nothing_there_means_to_wait_while_listening() {
    let (mut driver, log) = listening(Script::default());
    let before = driver.server().clone();

    let next = slot(&mut driver).empty();

    assert_eq!(next, Next::Wait);
    assert_eq!(driver.server(), &before);
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_slot_gives_access_to_the_listener_that_it_is_for() {
    let (mut driver, _) = listening(Script::default());

    let mut slot = slot(&mut driver);
    slot.listener_mut().accepted += 1;

    assert_eq!(slot.listener().accepted, 1);
    assert!(!slot.is_draining());
}

#[test]
fn a_connection_that_is_lost_while_it_is_accepted_is_just_recorded() {
    let (mut driver, _) = listening(Script::default());
    let lost = Failure::new(Operation::Accept, ErrorKind::Unknown).with_code(103);

    slot(&mut driver).complete(Err(AcceptFailure::Transient(lost)));

    assert_eq!(driver.server().last_error(), Some(lost));
    assert!(driver.accept_slot().is_some());
}

#[test]
fn descriptors_that_run_out_pause_the_server_and_it_goes_on_by_itself() {
    let script = Script::default();
    let clock = script.clock.clone();
    let (mut driver, log) = listening(script);
    clock.set(1000);

    slot(&mut driver).complete(Err(exhausted()));

    let end = Time::from_epoch(Duration::from_millis(1010));
    assert_eq!(driver.next_deadline(None), Some(end));
    clock.set(1009);
    assert!(driver.accept_slot().is_none());
    clock.set(1010);
    assert!(driver.accept_slot().is_some());
    assert_eq!(driver.next_deadline(None), None);
    assert!(driver.server().is_listening());
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_listener_that_becomes_unusable_is_closed_and_announced() {
    let (mut driver, log) = listening(Script::default());
    let fatal = Failure::new(Operation::Accept, ErrorKind::Unknown).with_code(22);

    slot(&mut driver).complete(Err(AcceptFailure::Fatal(fatal)));

    assert_eq!(log.take(), ["unlink", "drop"]);
    assert!(!driver.server().is_listening());
    assert_eq!(driver.server().last_error(), Some(fatal));
    assert_eq!(driver.poll_event(), Some(Event::ListenerLost(fatal)));
}

#[test]
fn a_loss_is_told_once_by_whichever_way_it_is_asked_for() {
    let (mut driver, _) = listening(Script::default());
    let fatal = Failure::new(Operation::Accept, ErrorKind::Unknown).with_code(22);
    assert_eq!(driver.take_loss(), None);

    slot(&mut driver).complete(Err(AcceptFailure::Fatal(fatal)));

    assert_eq!(driver.take_loss(), Some(fatal));
    assert_eq!(driver.take_loss(), None);
    assert_eq!(driver.poll_event(), None);
}

#[test]
fn the_hook_sees_every_connection_once_and_before_it_is_queued() {
    let mut seen = Vec::new();
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        seen.push(*client);
        admit.enqueue(client);
    };
    let (mut driver, _) = driver_with(Script::default(), hook);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");

    slot(&mut driver).complete(Ok(connection(1)));
    slot(&mut driver).complete(Err(exhausted()));
    driver.add_pending(connection(2));
    drop(driver);

    assert_eq!(seen, [1]);
}

#[test]
fn a_hook_that_queues_nothing_drops_the_connection_and_nothing_is_announced() {
    let hook = |client: Connection, _: &mut Admit<'_, Connection>| drop(client);
    let (mut driver, _) = driver_with(Script::default(), hook);
    driver.set_max_pending(1);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    let client = connection(1);

    for _ in 0..3 {
        slot(&mut driver).complete(Ok(Rc::clone(&client)));
    }

    assert_eq!(driver.take_new_connections(), 0);
    assert!(!driver.server().has_pending());
    assert_eq!(Rc::strong_count(&client), 1);
}

#[test]
fn a_hook_may_queue_several_and_each_counts() {
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        admit.enqueue(connection(10 * *client));
        admit.enqueue(client);
    };
    let (mut driver, _) = driver_with(Script::default(), hook);
    driver.set_max_pending(2);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");

    slot(&mut driver).complete(Ok(connection(1)));

    assert_eq!(driver.take_new_connections(), 2);
    assert!(driver.accept_slot().is_none());
    let claimed: Vec<_> = core::iter::from_fn(|| driver.next_pending()).collect();
    assert_eq!(claimed, [connection(10), connection(1)]);
}

#[test]
fn a_hook_that_panics_leaves_the_slot_filled_in_and_the_server_usable() {
    let hook = |client: Connection, admit: &mut Admit<'_, Connection>| {
        assert_ne!(*client, 13, "this hook cannot stand it");
        admit.enqueue(client);
    };
    let (mut driver, log) = driver_with(Script::default(), hook);
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");
    log.take();
    pause_once(&mut driver);
    let unlucky = connection(13);

    let given = Rc::clone(&unlucky);
    let panicked = catch_unwind(AssertUnwindSafe(|| slot(&mut driver).complete(Ok(given))));

    assert!(panicked.is_err());
    assert_eq!(Rc::strong_count(&unlucky), 1);
    assert_eq!(driver.take_new_connections(), 0);
    assert_eq!(
        pause_once(&mut driver),
        Duration::from_millis(10),
        "it counts as a success"
    );
    slot(&mut driver).complete(Ok(connection(1)));
    assert_eq!(driver.next_pending(), Some(connection(1)));
    drop(driver);
    assert_eq!(log.take(), ["unlink", "drop"]);
}

#[test]
fn the_hook_can_be_looked_at_and_changed() {
    struct Counting(usize);
    impl anteroom_core::Intake<Connection> for Counting {
        fn incoming(&mut self, _: Connection, _: &mut Admit<'_, Connection>) {
            self.0 += 1;
        }
    }
    let (mut driver, _) = driver_with(Script::default(), Counting(0));
    driver
        .listen(ServerName::from("editor"))
        .expect("the platform agrees");

    driver.intake_mut().0 = 5;
    slot(&mut driver).complete(Ok(connection(1)));

    assert_eq!(driver.intake().0, 6);
}

/// Lets descriptors run out, and the pause pass; returns how long it was.
fn pause_once<I: anteroom_core::Intake<Connection>>(
    driver: &mut anteroom_core::Driver<Script, I>,
) -> Duration {
    driver.os().clock.set(0);
    slot(driver).complete(Err(exhausted()));
    let end = driver.next_deadline(None).expect("it backs off");
    driver.os().clock.set(10_000);
    assert!(driver.accept_slot().is_some());
    end.since_epoch()
}
