//! Pauses in accepting: the reports to the hook, and the attempts after a back-off.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anteroom_core::{Admit, Driver, Failure, Intake, Wait};
use core::task::Poll;

use crate::script::{
    Connection, EXHAUSTED, FATAL, Script, accept, answer, connection, fail, listening,
    listening_with, poll,
};

#[test]
fn the_hook_gets_one_begin_and_one_end_of_a_pause() {
    let (mut driver, calls) = with_hook(Hook::default());

    for _ in 0..3 {
        fail(&mut driver, EXHAUSTED);
        pass(&driver);
    }
    assert_eq!(calls.take(), ["paused"]);
    accept(&mut driver, 1);
    assert_eq!(calls.take(), ["incoming"]);
    answer(&mut driver, Ok(None));

    assert_eq!(calls.take(), ["resumed"]);
    assert_eq!(driver.server().pause(), None);
}

/// So it is if the clients need more descriptors than there are.
#[test]
fn connections_between_failures_do_not_end_a_pause() {
    let (mut driver, calls) = with_hook(Hook::default());
    fail(&mut driver, EXHAUSTED);
    let since = driver.server().pause().map(|pause| pause.since);
    assert_eq!(calls.take(), ["paused"]);

    for _ in 0..200 {
        pass(&driver);
        accept(&mut driver, 1);
        assert!(driver.next_pending().is_some());
        fail(&mut driver, EXHAUSTED);
    }

    assert!(calls.take().iter().all(|call| *call == "incoming"));
    assert_eq!(driver.server().pause().map(|pause| pause.since), since);
}

#[test]
fn a_second_without_a_failure_ends_a_pause_of_a_busy_server() {
    let (mut driver, calls) = with_hook(Hook::default());
    fail(&mut driver, EXHAUSTED);
    driver.os().clock.set(10_000);
    accept(&mut driver, 1);
    accept(&mut driver, 2);
    assert_eq!(calls.take(), ["paused", "incoming", "incoming"]);

    driver.os().clock.set(10_999);
    accept(&mut driver, 3);
    assert_eq!(calls.take(), ["incoming"]);
    driver.os().clock.set(11_000);
    accept(&mut driver, 4);

    assert_eq!(calls.take(), ["resumed", "incoming"]);
    assert_eq!(driver.server().pause(), None);
}

#[test]
fn close_loss_and_the_end_of_a_drain_end_a_pause() {
    let close = |driver: &mut Hooked| driver.close();
    let lose = |driver: &mut Hooked| fail(driver, FATAL);
    let drain = |driver: &mut Hooked| {
        driver.command(|server| server.drain());
        answer(driver, Ok(None));
    };
    for end in [close, lose, drain] {
        let (mut driver, calls) = with_hook(Hook::default());
        fail(&mut driver, EXHAUSTED);
        pass(&driver);

        end(&mut driver);

        assert_eq!(calls.take(), ["paused", "resumed"]);
        driver.close();
        assert_eq!(calls.take(), [""; 0]);
    }
}

#[test]
fn drop_during_a_pause_does_not_call_the_hook() {
    let (mut driver, calls) = with_hook(Hook::default());
    fail(&mut driver, EXHAUSTED);

    drop(driver);

    assert_eq!(calls.take(), ["paused"]);
}

#[test]
fn a_hook_that_panics_at_a_begin_or_an_end_is_not_called_again() {
    for panics_at in ["paused", "resumed"] {
        let (mut driver, calls) = with_hook(Hook {
            panics_at: Some(panics_at),
            ..Hook::default()
        });

        let begun = catch_unwind(AssertUnwindSafe(|| fail(&mut driver, EXHAUSTED)));
        pass(&driver);
        let ended = catch_unwind(AssertUnwindSafe(|| answer(&mut driver, Ok(None))));

        let panicked = (begun.is_err(), ended.is_err());
        assert_eq!(panicked, (panics_at == "paused", panics_at == "resumed"));
        assert_eq!(calls.take(), ["paused", "resumed"]);
        accept(&mut driver, 1);
        assert_eq!(driver.next_pending(), Some(connection(1)));
        assert_eq!(calls.take(), ["incoming"]);
    }
}

#[test]
fn a_hook_that_panics_at_a_connection_gets_the_end_of_the_pause() {
    let (mut driver, calls) = with_hook(Hook {
        panics_at: Some("incoming"),
        ..Hook::default()
    });
    fail(&mut driver, EXHAUSTED);
    pass(&driver);

    let accepted = catch_unwind(AssertUnwindSafe(|| {
        accept(&mut driver, 1);
    }));
    assert!(accepted.is_err());
    assert_eq!(calls.take(), ["paused", "incoming"]);

    assert_eq!(driver.intake().panics_at, None);
    answer(&mut driver, Ok(None));
    assert_eq!(calls.take(), ["resumed"]);
}

#[test]
fn after_a_back_off_the_os_is_called_and_an_empty_backlog_ends_the_pause() {
    let (mut driver, _) = listening(Script::with([Err(EXHAUSTED)]));
    assert_eq!(poll(&mut driver, None), Poll::Pending);
    assert!(driver.server().pause().is_some());
    assert_eq!(driver.os().calls(), ["try_accept"]);

    driver.os().clock.set(10);
    assert_eq!(poll(&mut driver, None), Poll::Pending);

    assert_eq!(driver.os().calls(), ["try_accept", "poll_accept"]);
    assert_eq!(driver.server().pause(), None);
    assert_eq!(driver.next_deadline(None), None);
}

#[test]
fn after_a_pause_the_runtime_is_polled_again() {
    let (mut driver, _) = listening(Script::with([Ok(1)]));
    fail(&mut driver, EXHAUSTED);
    driver.os().clock.set(10);

    assert_eq!(poll(&mut driver, None), Poll::Ready(Wait::Ready));
    assert_eq!(driver.next_pending(), Some(connection(1)));
    assert!(driver.is_paused());
    assert_eq!(poll(&mut driver, None), Poll::Pending);

    // The backlog is empty, which ends the pause. Then the runtime is polled.
    assert_eq!(
        driver.os().calls(),
        ["try_accept", "try_accept", "poll_accept"]
    );
    assert!(!driver.is_paused());
}

type Hooked = Driver<Script, Hook>;

/// A hook with a log of its calls, which panics at the first call of one kind.
#[derive(Default)]
struct Hook {
    calls: Rc<RefCell<Vec<&'static str>>>,
    panics_at: Option<&'static str>,
}

impl Hook {
    fn call(&mut self, call: &'static str) {
        self.calls.borrow_mut().push(call);
        let panics = self.panics_at.take_if(|at| *at == call);
        assert!(panics.is_none(), "the hook panics, as the test requires");
    }
}

impl Intake<Connection> for Hook {
    fn incoming(&mut self, connection: Connection, admit: &mut Admit<'_, Connection>) {
        self.call("incoming");
        admit.enqueue(connection);
    }

    fn paused(&mut self, failure: Failure) {
        assert_eq!(failure, EXHAUSTED.failure());
        self.call("paused");
    }

    fn resumed(&mut self) {
        self.call("resumed");
    }
}

/// Creates a driver that is listening, and the log of its hook.
fn with_hook(hook: Hook) -> (Hooked, Rc<RefCell<Vec<&'static str>>>) {
    let calls = Rc::clone(&hook.calls);
    let (driver, _) = listening_with(Script::default(), hook);
    (driver, calls)
}

/// Lets the longest back-off elapse.
fn pass(driver: &Hooked) {
    driver.os().clock.advance(1000);
}
