//! What a connection costs: no allocation, and nothing that grows with the queue.

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
fn in_the_machine_a_connection_costs_no_allocation_however_many_are_pending() {
    for pending in [0, 10, 10_000] {
        let (mut server, listener) = listening_with(pending);
        take_in_and_claim(&mut server, listener, 0);

        let cost = measure(|| {
            for number in 0..1000 {
                take_in_and_claim(&mut server, listener, number);
            }
        });

        assert_free(cost, pending);
        assert_eq!(server.pending_len(), pending);
    }
}

#[test]
fn in_the_driver_a_connection_costs_no_allocation_however_many_are_pending() {
    for pending in [0, 10, 10_000] {
        let mut driver = driver_with(pending);
        accept_and_claim(&mut driver, 0);

        let cost = measure(|| {
            for number in 0..1000 {
                accept_and_claim(&mut driver, number);
            }
        });

        assert_free(cost, pending);
        assert_eq!(driver.server().pending_len(), pending);
    }
}

#[test]
fn looking_in_vain_costs_no_allocation() {
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
        "there is nothing to examine"
    );
}

#[test]
fn where_processes_are_not_copied_there_is_no_ownership_to_assume() {
    let mut driver = driver_with(10);

    let cost = measure(|| driver.assume_ownership());

    assert_free(cost, 0);
    assert!(driver.server().is_listening());
}

#[test]
fn running_out_of_memory_or_descriptors_costs_no_allocation() {
    let mut driver = driver_with(10);
    let failure = Failure::new(Operation::Accept, ErrorKind::Resources);

    let cost = measure(|| {
        for failure in [
            AcceptFailure::Transient(failure),
            AcceptFailure::Exhausted(failure),
        ] {
            assert!(driver.accept_with(|_, ()| Err(failure)).more);
        }
        let progress = driver.accept_with(|_, ()| unreachable!("it backs off"));
        assert_eq!(progress, Progress::default());
    });

    assert_free(cost, 10);
}

#[test]
fn a_queue_that_grows_allocates_a_few_times_not_once_for_each_connection() {
    let (mut server, _) = listening_with(0);

    let cost = measure(|| {
        for number in 0..10_000 {
            server.add_pending(number);
        }
    });

    assert!(cost.count_total <= 14, "{cost:?}");
}

#[test]
fn claiming_drops_none_of_the_hundred_thousand_others() {
    let (mut server, drops) = crowded();

    let cost = measure(|| {
        let claimed = server.next_pending();
        assert_eq!(drops.get(), 0);
        drop(claimed);
    });

    assert_eq!(drops.get(), 1);
    assert_free(cost, CROWD);
    assert_eq!(server.pending_len(), CROWD - 1);
}

#[test]
fn closing_and_lowering_the_limit_drop_none_of_the_hundred_thousand_pending() {
    let (mut server, drops) = crowded();

    server.set_max_pending(0);
    server.close();

    assert!(matches!(server.poll_effect(), Some(Effect::Close { .. })));
    assert_eq!(server.poll_effect(), None);
    assert_eq!(drops.get(), 0);
    assert_eq!(server.pending_len(), CROWD);
}

#[test]
fn discarding_hands_out_the_hundred_thousand_one_by_one_without_a_copy_of_the_queue() {
    let (mut server, drops) = crowded();

    let cost = measure(|| server.discard_pending());
    assert_eq!(drops.get(), 0);
    assert_free(cost, CROWD);

    for dropped in 1..=CROWD {
        assert!(matches!(server.poll_effect(), Some(Effect::Discard(_))));
        assert_eq!(drops.get(), dropped);
    }
    assert_eq!(server.poll_effect(), None);
}

const CROWD: usize = 100_000;

/// A connection that counts how many of its kind were dropped. The machine cannot do anything
/// else to a connection: it asks nothing of the type.
#[derive(Debug, PartialEq)]
struct Counted(Rc<Cell<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

fn crowded() -> (Server<Counted>, Rc<Cell<usize>>) {
    let drops = Rc::new(Cell::new(0));
    let mut server = Server::new();
    listen(&mut server);
    for _ in 0..CROWD {
        server.add_pending(Counted(Rc::clone(&drops)));
    }
    (server, drops)
}

fn take_in_and_claim(server: &mut Server<u64>, listener: ListenerId, number: u64) {
    assert_eq!(server.wants_accept(), Some(listener));
    let queued = Some(number);
    server.handle(OsEvent::Accepted { listener, queued });
    assert_eq!(server.poll_effect(), None);
    assert_eq!(server.take_new_connections(), 1);
    assert_eq!(server.poll_timeout(), None);
    assert!(server.next_pending().is_some());
}

fn accept_and_claim(driver: &mut Driver<Instant>, number: u64) {
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

fn driver_with(pending: usize) -> Driver<Instant> {
    let mut driver = Driver::new(Instant, QueueAll::new());
    driver
        .listen(ServerName::from("editor"))
        .expect("it agrees");
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

/// A platform that agrees to everything at once and allocates nothing.
struct Instant;

impl Os for Instant {
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

impl Reactor for Instant {
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
