//! Accepting in a task: the number of attempts, and the end.

use std::cell::Cell;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use anteroom_core::{
    AcceptFailure, Driver, ErrorKind, Failure, Operation, Os as _, QueueAll, Reactor as _, Time,
    Wait,
};
use anteroom_std::sys::{self, System};
use anteroom_std::{Permit, UnixReactor, UnixRuntime};
use rustix::net::{Shutdown, shutdown};

use crate::support::{directory, name_of};

/// A runtime that reports every listener as ready, and counts the attempts.
#[derive(Clone, Default)]
struct AlwaysReady {
    attempts: Rc<Cell<usize>>,
    is_missing: Rc<Cell<bool>>,
}

impl UnixRuntime for AlwaysReady {
    type Listener = OwnedFd;
    type Socket = UnixStream;
    type Timer = ();

    fn resolve(&self, operation: Operation) -> Result<Self, Failure> {
        if self.is_missing.get() {
            return Err(Failure::new(operation, ErrorKind::Unsupported));
        }
        Ok(self.clone())
    }

    fn register(&self, _: Operation, socket: OwnedFd) -> Result<OwnedFd, Failure> {
        Ok(socket)
    }

    fn socket(&self, connection: OwnedFd, _: Permit) -> UnixStream {
        connection.into()
    }
}

impl UnixReactor for AlwaysReady {
    fn poll_attempt<T>(
        &self,
        listener: &mut OwnedFd,
        _: &mut Context<'_>,
        mut attempt: impl FnMut(BorrowedFd<'_>) -> Result<Option<T>, AcceptFailure>,
    ) -> Poll<Result<Option<T>, AcceptFailure>> {
        self.attempts.set(self.attempts.get() + 1);
        Poll::Ready(attempt(std::os::fd::AsFd::as_fd(listener)))
    }

    fn poll_sleep(
        &self,
        operation: Operation,
        (): &mut (),
        _: Time,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        Poll::Ready(Err(Failure::new(operation, ErrorKind::Unsupported)))
    }
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn driver(runtime: &AlwaysReady) -> Driver<System<AlwaysReady>> {
    Driver::new(System::from(runtime.clone()), QueueAll::new())
}

#[test]
fn a_poll_that_finds_nobody_comes_to_an_end_and_wakes_the_task() {
    let directory = directory();
    let path = directory.path().join("s");
    let runtime = AlwaysReady::default();
    let mut driver = driver(&runtime);
    driver.listen(name_of(&path)).unwrap();
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let mut context = Context::from_waker(&waker);

    assert_eq!(driver.poll_wait(None, &mut context), Poll::Pending);

    assert!((1..=8).contains(&runtime.attempts.get()));
    assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
    let _client = UnixStream::connect(&path).unwrap();
    let wait = driver.poll_wait(None, &mut context);
    assert_eq!(wait, Poll::Ready(Wait::Ready));
}

#[test]
fn after_one_client_the_next_is_accepted_as_soon_as_there_is_one() {
    let directory = directory();
    let path = directory.path().join("s");
    let mut driver = driver(&AlwaysReady::default());
    driver.listen(name_of(&path)).unwrap();
    let mut nobody = Context::from_waker(Waker::noop());
    assert_eq!(driver.poll_wait(None, &mut nobody), Poll::Pending);
    for size in [1, 1, 3, 2] {
        let connect = || UnixStream::connect(&path).unwrap();
        let _clients: Vec<_> = std::iter::repeat_with(connect).take(size).collect();
        for _ in 0..size {
            let wait = driver.poll_wait(None, &mut nobody);
            assert_eq!(wait, Poll::Ready(Wait::Ready));
            assert!(driver.next_pending().is_some());
        }
        assert_eq!(driver.poll_wait(None, &mut nobody), Poll::Pending);
    }
}

#[test]
fn a_listener_that_a_sharer_has_shut_down_ends_the_wait() {
    let directory = directory();
    let runtime = AlwaysReady::default();
    let mut driver = driver(&runtime);
    driver.listen(name_of(&directory.path().join("s"))).unwrap();
    shutdown(driver.listener().unwrap(), Shutdown::Read).unwrap();
    let mut nobody = Context::from_waker(Waker::noop());

    let wait = driver.poll_wait(None, &mut nobody);

    assert_eq!(wait, Poll::Ready(Wait::NotListening));
    let AcceptFailure::Fatal(failure) = sys::shut_down_elsewhere() else {
        panic!("nobody can come any more");
    };
    assert_eq!(driver.server().last_error(), Some(failure));
}

#[test]
fn a_runtime_without_timers_closes_the_server_when_one_is_needed() {
    let directory = directory();
    let mut driver = driver(&AlwaysReady::default());
    driver.listen(name_of(&directory.path().join("s"))).unwrap();
    driver.command(|server| server.set_max_pending(0));
    let mut nobody = Context::from_waker(Waker::noop());

    let wait = driver.poll_wait(Some(Time::ZERO), &mut nobody);

    assert_eq!(wait, Poll::Ready(Wait::NotListening));
}

#[test]
fn without_a_runtime_a_descriptor_is_given_back() {
    let directory = directory();
    let listener = UnixListener::bind(directory.path().join("s")).unwrap();
    let runtime = AlwaysReady::default();
    runtime.is_missing.set(true);

    let (_descriptor, failure) = System::from(runtime).adopt(listener.into()).unwrap_err();

    assert_eq!(failure.kind(), ErrorKind::Unsupported);
    assert_eq!(failure.operation(), Operation::Adopt);
}

#[test]
fn a_listener_is_printed_with_its_descriptor_and_can_be_assumed() {
    let directory = directory();
    let mut driver = driver(&AlwaysReady::default());
    driver.listen(name_of(&directory.path().join("s"))).unwrap();

    driver.assume_ownership();

    assert!(format!("{:?}", driver.listener().unwrap()).starts_with("Listener("));
    driver.close();
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_step_is_the_runtimes_to_allow() {
    let mut nobody = Context::from_waker(Waker::noop());
    let step = System::<AlwaysReady>::cooperate(&mut nobody, |_| Poll::Ready(7));
    assert_eq!(step, Poll::Ready(7));
}
