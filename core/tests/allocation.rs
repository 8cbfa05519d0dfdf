//! A connection needs no allocation, and no work that grows with the queue.

use std::cell::Cell;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use allocation_counter::{AllocationInfo, measure};
use anteroom_core::{
    AcceptFailure, BindError, Bound, BoundFacts, Driver, Effect, ErrorKind, Failure, ListenOptions,
    ListenerId, Operation, Os, OsEvent, Progress, QueueAll, Reactor, Server, ServerName, Time,
};
use core::convert::Infallible;

#[test]
fn the_machine_does_not_allocate_for_a_connection() {
    for pending in [0, 10, 10_000] {
        let (mut server, listener) = listening_with(pending);
        accept_and_take(&mut server, listener, 0);

        let cost = measure(|| {
            for number in 0..1000 {
                accept_and_take(&mut server, listener, number);
            }
        });

        assert_free(cost, pending);
        assert_eq!(server.pending_len(), pending);
    }
}

#[test]
fn the_driver_does_not_allocate_for_a_connection() {
    for pending in [0, 10, 10_000] {
        let mut driver = driver_with(pending);
        drive_and_take(&mut driver, 0);

        let cost = measure(|| {
            for number in 0..1000 {
                drive_and_take(&mut driver, number);
            }
        });

        assert_free(cost, pending);
        assert_eq!(driver.server().pending_len(), pending);
    }
}

#[test]
fn an_empty_backlog_does_not_allocate() {
    let mut driver = driver_with(0);

    let cost = measure(|| {
        for _ in 0..1000 {
            assert!(driver.process_events().would_block);
            let context = &mut Context::from_waker(Waker::noop());
            assert!(driver.poll_wait(None, context).is_pending());
        }
    });

    assert_free(cost, 0);
    assert!(
        driver.server().is_listening(),
        "`examine` succeeds by default"
    );
}

#[test]
fn assume_ownership_does_nothing_by_default() {
    let mut driver = driver_with(10);

    let cost = measure(|| driver.assume_ownership());

    assert_free(cost, 0);
    assert!(driver.server().is_listening());
}

#[test]
fn exhaustion_does_not_allocate() {
    let mut driver = driver_with(10);
    let failure = Failure::new(Operation::Accept, ErrorKind::Resources);

    let cost = measure(|| {
        for failure in [
            AcceptFailure::Transient(failure),
            AcceptFailure::Exhausted(failure),
        ] {
            assert!(driver.accept_with(|_, ()| Err(failure)).more);
        }
        let progress = driver.accept_with(|_, ()| unreachable!("the server backs off"));
        assert_eq!(progress, Progress::default());
    });

    assert_free(cost, 10);
}

#[test]
fn a_growing_queue_allocates_rarely() {
    let (mut server, _) = listening_with(0);

    let cost = measure(|| {
        for number in 0..10_000 {
            server.add_pending(number);
        }
    });

    assert!(cost.count_total <= 14, "{cost:?}");
}

#[test]
fn next_pending_does_not_touch_the_other_connections() {
    let (mut server, drops) = full();

    let cost = measure(|| {
        let taken = server.next_pending();
        assert_eq!(drops.get(), 0);
        drop(taken);
    });

    assert_eq!(drops.get(), 1);
    assert_free(cost, MANY);
    assert_eq!(server.pending_len(), MANY - 1);
}

#[test]
fn close_and_a_lower_limit_do_not_drop_connections() {
    let (mut server, drops) = full();

    server.set_max_pending(0);
    server.close();

    assert!(matches!(server.poll_effect(), Some(Effect::Close { .. })));
    assert_eq!(server.poll_effect(), None);
    assert_eq!(drops.get(), 0);
    assert_eq!(server.pending_len(), MANY);
}

#[test]
fn discard_pending_returns_each_connection_without_a_copy_of_the_queue() {
    let (mut server, drops) = full();

    let cost = measure(|| server.discard_pending());
    assert_eq!(drops.get(), 0);
    assert_free(cost, MANY);

    for dropped in 1..=MANY {
        assert!(matches!(server.poll_effect(), Some(Effect::Discard(_))));
        assert_eq!(drops.get(), dropped);
    }
    assert_eq!(server.poll_effect(), None);
}

const MANY: usize = 100_000;

/// A connection that counts the drops.
#[derive(Debug, PartialEq)]
struct Counted(Rc<Cell<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

fn full() -> (Server<Counted>, Rc<Cell<usize>>) {
    let drops = Rc::new(Cell::new(0));
    let mut server = Server::new();
    listen(&mut server);
    for _ in 0..MANY {
        server.add_pending(Counted(Rc::clone(&drops)));
    }
    (server, drops)
}

fn accept_and_take(server: &mut Server<u64>, listener: ListenerId, number: u64) {
    assert_eq!(server.wants_accept(), Some(listener));
    let queued = Some(number);
    server.handle(OsEvent::Accepted { listener, queued });
    assert_eq!(server.poll_effect(), None);
    assert_eq!(server.take_new_connections(), 1);
    assert_eq!(server.poll_timeout(), None);
    assert!(server.next_pending().is_some());
}

fn drive_and_take(driver: &mut Driver<NoOs>, number: u64) {
    assert_eq!(driver.accept_with(|_, ()| Ok(Some(number))).accepted, 1);
    assert_eq!(driver.command(|server| server.take_new_connections()), 1);
    assert!(driver.next_pending().is_some());
}

fn listening_with(pending: usize) -> (Server<u64>, ListenerId) {
    let mut server = Server::new();
    let listener = listen(&mut server);
    server.set_max_pending(pending + 1);
    for _ in 0..pending {
        server.add_pending(0);
    }
    server.take_new_connections();
    (server, listener)
}

fn listen<C>(server: &mut Server<C>) -> ListenerId {
    let listener = server.listen(ServerName::from("editor")).expect("idle");
    while server.poll_effect().is_some() {}
    let facts = BoundFacts::unnamed();
    server.handle(OsEvent::Bound { listener, facts });
    listener
}

fn driver_with(pending: usize) -> Driver<NoOs> {
    let mut driver = Driver::new(NoOs, QueueAll::new());
    driver
        .listen(ServerName::from("editor"))
        .expect("it succeeds");
    driver.command(|server| {
        server.set_max_pending(pending + 1);
        for _ in 0..pending {
            server.add_pending(0);
        }
        server.take_new_connections()
    });
    driver
}

fn assert_free(cost: AllocationInfo, pending: usize) {
    assert_eq!(cost.count_total, 0, "with {pending} pending: {cost:?}");
    assert_eq!(cost.bytes_current, 0, "with {pending} pending: {cost:?}");
}

/// An operating system whose calls succeed, and that does not allocate.
struct NoOs;

impl Os for NoOs {
    type Listener = ();
    type Conn = u64;
    type Descriptor = Infallible;

    fn bind(&mut self, _: &ServerName, _: ListenOptions) -> Result<Bound<()>, BindError> {
        Ok(Bound::new((), BoundFacts::unnamed()))
    }

    fn adopt(&mut self, descriptor: Infallible) -> Result<Bound<()>, (Infallible, Failure)> {
        match descriptor {}
    }

    fn refuse(&mut self, (): &mut ()) -> Result<(), Failure> {
        Ok(())
    }

    fn unlink(&mut self, (): &mut ()) -> Result<(), Failure> {
        Ok(())
    }

    fn try_accept(&mut self, (): &mut ()) -> Result<Option<u64>, AcceptFailure> {
        Ok(None)
    }

    fn now(&self) -> Time {
        Time::ZERO
    }
}

impl Reactor for NoOs {
    fn poll_accept(
        &mut self,
        (): &mut (),
        _: &mut Context<'_>,
    ) -> Poll<Result<u64, AcceptFailure>> {
        Poll::Pending
    }

    fn poll_timer(
        &mut self,
        (): &mut (),
        _: Time,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        Poll::Pending
    }
}
