//! Calls that wake the waiting task.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anteroom_core::{Admit, Driver, Failure, Intake, ListenError, ServerName, Wait};
use core::task::Poll;

use crate::script::{
    Connection, EXHAUSTED, FATAL, LOST, Script, Task, accept, answer, at, connection, empty,
    listening, listening_with,
};

#[test]
fn calls_that_end_the_wait_wake_the_task_once() {
    let calls: [fn(&mut Driver<Script>); 5] = [
        |driver| driver.close(),
        |driver| driver.command(|server| server.close()),
        |driver| driver.command(|server| server.drain()),
        |driver| driver.command(|server| server.add_pending(connection(1))),
        |driver| {
            driver.os().is_shut_down.set(true);
            driver.process_events();
        },
    ];
    for (number, call) in calls.into_iter().enumerate() {
        let (mut driver, task) = waiting(Script::default());

        call(&mut driver);

        assert_eq!(task.wakes(), 1, "call {number}");
        driver.close();
        assert_eq!(task.wakes(), 0, "call {number}");
    }
}

/// Otherwise a task that makes such a call in each poll would wake itself forever.
#[test]
fn calls_that_do_not_concern_the_wait_do_not_wake_the_task() {
    let calls: [fn(&mut Driver<Script>); 14] = [
        |driver| driver.command(|server| server.set_max_pending(5)),
        |driver| _ = driver.command(|server| server.take_new_connections()),
        |driver| _ = driver.command(|server| server.take_loss()),
        |driver| driver.command(|server| server.discard_pending()),
        |driver| assert_eq!(driver.accept_one(), empty()),
        |driver| assert_eq!(driver.process_events(), empty()),
        |driver| assert_eq!(driver.try_wait(), Wait::TimedOut),
        |driver| assert_eq!(answer(driver, Ok(None)), empty()),
        |driver| assert_eq!(driver.next_pending(), None),
        |driver| {
            let listened = driver.listen(ServerName::from("other"));
            assert_eq!(listened, Err(ListenError::AlreadyListening));
        },
        |driver| assert!(driver.adopt("descriptor").is_err()),
        |driver| assert_eq!(driver.wait_status(Some(at(5))), Poll::Pending),
        |driver| assert_eq!(driver.next_deadline(Some(at(5))), Some(at(5))),
        |driver| {
            assert!(driver.listener().is_some() && driver.listener_mut().is_some());
            assert!(!driver.is_paused() && driver.server().is_listening());
            driver.intake_mut();
        },
    ];
    for (number, call) in calls.into_iter().enumerate() {
        let (mut driver, task) = waiting(Script::default());

        call(&mut driver);

        assert_eq!(task.wakes(), 0, "call {number}");
        driver.close();
        assert_eq!(task.wakes(), 1, "call {number}");
    }
}

#[test]
fn a_connection_or_a_failure_of_another_method_wakes_the_task() {
    let methods: [fn(&mut Driver<Script>); 3] = [
        |driver| _ = driver.accept_one(),
        |driver| _ = driver.process_events(),
        |driver| _ = driver.try_wait(),
    ];
    for method in methods {
        for result in [Ok(1), Err(LOST), Err(EXHAUSTED), Err(FATAL)] {
            let (mut driver, task) = waiting(Script::default());
            driver.os().push(result);

            method(&mut driver);

            assert_eq!(task.wakes(), 1, "{result:?}");
            // The task has to wait for the end of a back-off now.
            let is_pending = task.poll(&mut driver, None).is_pending();
            assert_eq!(is_pending, matches!(result, Err(LOST | EXHAUSTED)));
            let timers = driver.os().timers();
            assert_eq!(timers.contains(&at(10)), result == Err(EXHAUSTED));
        }
    }
}

#[test]
fn an_empty_backlog_that_ends_a_pause_or_a_drain_wakes_the_task() {
    for (drains, status) in [
        (true, Poll::Ready(Wait::NotListening)),
        (false, Poll::Pending),
    ] {
        let (mut driver, task) = waiting(Script::default());
        answer(&mut driver, Err(EXHAUSTED));
        if drains {
            driver.command(|server| server.drain());
        }
        assert_eq!(task.poll(&mut driver, None), Poll::Pending);
        task.wakes();
        driver.os().clock.set(10);

        assert_eq!(answer(&mut driver, Ok(None)), empty());

        assert_eq!(task.wakes(), 1);
        assert_eq!(task.poll(&mut driver, None), status);
        assert_eq!(driver.server().pause(), None);
    }
}

#[test]
fn raising_a_limit_of_zero_wakes_the_task_even_while_draining() {
    let (mut driver, task) = waiting(Script::default());
    driver.command(|server| server.set_max_pending(0));
    driver.command(|server| server.drain());
    assert_eq!(task.poll(&mut driver, None), Poll::Pending);
    task.wakes();

    driver.command(|server| server.set_max_pending(1));

    assert_eq!(task.wakes(), 1);
    let status = task.poll(&mut driver, None);
    assert_eq!(status, Poll::Ready(Wait::NotListening));
}

#[test]
fn a_closed_connection_below_the_limit_wakes_the_task() {
    let (mut driver, task) = waiting(Script::default());
    driver.command(|server| server.limit_connections(1));
    driver.accept_with(|_, _| Ok(Some(connection(1))));
    assert!(driver.next_pending().is_some());
    assert_eq!(task.poll(&mut driver, None), Poll::Pending);
    assert_eq!(driver.server().wants_accept(), None);
    task.wakes();

    driver.command(|server| server.connections_closed(1));

    assert_eq!(task.wakes(), 1);
    assert!(driver.server().wants_accept().is_some());
}

#[test]
fn only_the_task_that_polled_last_is_woken() {
    let (mut driver, first) = waiting(Script::default());
    let last = Task::default();
    assert_eq!(last.poll(&mut driver, Some(at(5))), Poll::Pending);

    driver.close();

    assert_eq!((first.wakes(), last.wakes()), (0, 1));
}

#[test]
fn a_wait_that_has_ended_does_not_wake_its_task() {
    for end in [Ok(1), Err(FATAL)] {
        let (mut driver, task) = waiting(Script::default());
        driver.os().push(end);

        assert!(task.poll(&mut driver, None).is_ready());
        driver.close();

        assert_eq!(task.wakes(), 0, "{end:?}");
    }
}

#[test]
fn a_task_that_yields_is_woken_by_later_changes() {
    let (mut driver, task) = waiting(Script::default());
    (0..1000).for_each(|_| driver.os().push(Err(LOST)));
    assert_eq!(task.poll(&mut driver, None), Poll::Pending);
    assert_eq!(task.wakes(), 1, "the task yields");

    driver.close();

    assert_eq!(task.wakes(), 1);
}

#[test]
fn a_panic_of_the_hook_wakes_the_task() {
    let (mut driver, _) = listening_with(Script::default(), Panicking);
    let task = Task::default();
    let calls: [fn(&mut Driver<Script, Panicking>); 3] = [
        |driver| accept(driver, 1),
        |driver| _ = answer(driver, Err(EXHAUSTED)),
        |driver| driver.close(),
    ];
    for call in calls {
        assert_eq!(task.poll(&mut driver, None), Poll::Pending);
        assert!(catch_unwind(AssertUnwindSafe(|| call(&mut driver))).is_err());
        assert_eq!(task.wakes(), 1);
    }
}

#[test]
fn a_panic_of_the_os_wakes_the_task() {
    let ends: [fn(&mut Driver<Script>); 3] = [
        |driver| driver.close(),
        |driver| driver.command(|server| server.drain()),
        |driver| _ = answer(driver, Err(FATAL)),
    ];
    for end in ends {
        let (mut driver, task) = waiting(Script {
            panics_at_unlink: true,
            ..Script::default()
        });

        let ended = catch_unwind(AssertUnwindSafe(|| end(&mut driver)));

        assert!(ended.is_err());
        assert_eq!(task.wakes(), 1);
    }
}

/// A hook that always panics.
struct Panicking;

impl Intake<Connection> for Panicking {
    fn incoming(&mut self, _: Connection, _: &mut Admit<'_, Connection>) {
        panic!("the hook panics, as the test requires");
    }

    fn paused(&mut self, _: Failure) {
        panic!("the hook panics, as the test requires");
    }

    fn resumed(&mut self) {
        panic!("the hook panics, as the test requires");
    }
}

/// Creates a driver that is listening, and its waiting task.
fn waiting(script: Script) -> (Driver<Script>, Task) {
    let (mut driver, _) = listening(script);
    let task = Task::default();
    assert_eq!(task.poll(&mut driver, None), Poll::Pending);
    driver.os().calls();
    (driver, task)
}
