//! Budgets, threads, other executors, and a runtime that has ended.

use std::future::poll_fn;
use std::io::Write as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use anteroom_std::{AcceptError, Operation, Timeout, Wait};
use anteroom_std::{UnixReactor as _, UnixRuntime as _};
use anteroom_tokio::{LocalServer, LocalSocket, NO_RUNTIME, Tokio};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Builder;

use crate::runtime;
use crate::watchdog::Watchdog;

#[tokio::test]
async fn a_race_with_a_timer_loses_no_client() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let mut server = LocalServer::bind(&name).unwrap();
    let clients = tokio::spawn(async move {
        for number in 0..100 {
            let mut client = LocalSocket::connect(&name).await.unwrap();
            client.write_u8(number).await.unwrap();
            if number % 3 == 0 {
                tokio::task::yield_now().await;
            }
        }
    });
    let mut expected = 0;
    while expected < 100 {
        tokio::select! {
            socket = server.accept() => {
                assert_eq!(socket.unwrap().read_u8().await.unwrap(), expected);
                expected += 1;
            }
            () = tokio::task::yield_now() => {}
        }
    }
    clients.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_moves_between_tasks_and_threads() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let mut server = LocalServer::bind(&name).unwrap();
    for _ in 0..20 {
        let accepting = tokio::spawn(async move {
            let socket = server.accept().await.unwrap();
            (server, socket)
        });
        let mut client = LocalSocket::connect(&name).await.unwrap();
        client.write_u8(7).await.unwrap();
        let (moved, mut socket) = accepting.await.unwrap();
        assert_eq!(socket.read_u8().await.unwrap(), 7);
        server = moved;
    }
}

#[test]
fn tasks_of_another_executor_can_await_a_server() {
    let _watchdog = Watchdog::start();
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().unwrap();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let mut server = {
        let _entered = runtime.enter();
        LocalServer::bind(&name).unwrap()
    };
    futures_executor::block_on(async {
        let mut client = UnixStream::connect(&name).unwrap();
        let mut socket = server.accept().await.unwrap();
        client.write_all(b"x").unwrap();
        assert_eq!(socket.read_u8().await.unwrap(), b'x');
        // The first one was found by looking, the next one is found by the runtime.
        let _another = UnixStream::connect(&name).unwrap();
        server.accept().await.unwrap();
        let short = Duration::from_millis(5);
        assert_eq!(server.wait_for_new_connection(short).await, Wait::TimedOut);
    });

    drop(runtime);
    let _client = UnixStream::connect(&name).unwrap();
    let error = futures_executor::block_on(server.accept()).unwrap_err();
    let AcceptError::Lost(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.failure().detail(), NO_RUNTIME);
    assert!(!name.exists());
}

#[test]
fn a_wait_for_time_is_an_error_once_the_runtime_has_ended() {
    let _watchdog = Watchdog::start();
    let short = Duration::from_millis(5);
    for has_waited in [false, true] {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let directory = TempDir::new().unwrap();
        let mut server = {
            let _entered = runtime.enter();
            LocalServer::bind(directory.path().join("server")).unwrap()
        };
        // So that it waits for time alone.
        server.set_max_pending_connections(0);
        if has_waited {
            let wait = futures_executor::block_on(server.wait_for_new_connection(short));
            assert_eq!(wait, Wait::TimedOut);
        }
        drop(runtime);

        let wait = futures_executor::block_on(server.wait_for_new_connection(short));

        assert_eq!(wait, Wait::NotListening);
        let failure = server.server_error().unwrap().failure();
        assert_eq!(failure.detail(), NO_RUNTIME);
    }
}

#[test]
fn clients_accepted_after_the_end_of_the_runtime_are_returned() {
    let _watchdog = Watchdog::start();
    let runtime = runtime();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let mut server = {
        let _entered = runtime.enter();
        LocalServer::bind(&name).unwrap()
    };
    drop(runtime);
    let mut client = UnixStream::connect(&name).unwrap();
    client.write_all(b"x").unwrap();

    assert_eq!(server.process_events().accepted, 1);

    let mut socket = server.next_pending_connection().unwrap();
    futures_executor::block_on(async {
        assert_eq!(socket.read_u8().await.unwrap(), b'x');
        let error = socket.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
    });
    assert!(server.is_listening());
}

/// Without a budget tokio's own accept loop has no end.
#[test]
fn a_listener_that_was_shut_down_ends_a_wait_also_without_a_budget() {
    let _watchdog = Watchdog::start();
    runtime().block_on(async {
        let directory = TempDir::new().unwrap();
        let mut server = LocalServer::bind(directory.path().join("server")).unwrap();
        let look = server.wait_for_new_connection(Timeout::default()).await;
        assert_eq!(look, Wait::TimedOut);
        let listener = server.listener_fd().unwrap();
        rustix::net::shutdown(listener, rustix::net::Shutdown::Read).unwrap();

        let wait = tokio::task::unconstrained(server.wait_for_new_connection(Timeout::Never));

        assert_eq!(wait.await, Wait::NotListening);
    });
}

/// A client connects between an empty attempt and its report, and tokio gets the event.
#[test]
fn a_client_that_connects_during_an_empty_attempt_is_accepted() {
    let _watchdog = Watchdog::start();
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().unwrap();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let listener = UnixListener::bind(&name).unwrap();
    listener.set_nonblocking(true).unwrap();
    let tokio = Tokio::from(runtime.handle().clone());
    let mut watched = tokio.register(Operation::Listen, listener.into()).unwrap();
    let mut clients = vec![UnixStream::connect(&name).unwrap()];
    let poll = |watched: &mut _, attempt: &mut dyn FnMut() -> Option<()>| {
        let mut context = Context::from_waker(Waker::noop());
        tokio.poll_attempt(watched, &mut context, |_| Ok(attempt()))
    };

    let mut come = || {
        clients.push(UnixStream::connect(&name).unwrap());
        // tokio hears of things in their order: when it has heard of this, it has of the client.
        let (mut one, other) = UnixStream::pair().unwrap();
        other.set_nonblocking(true).unwrap();
        one.write_all(b"x").unwrap();
        runtime.block_on(async {
            let mut other = tokio::net::UnixStream::from_std(other).unwrap();
            other.read_u8().await.unwrap();
        });
        None
    };
    while poll(&mut watched, &mut come).is_pending() {}

    assert!(poll(&mut watched, &mut || None).is_ready());
}

#[test]
fn a_task_whose_budget_is_spent_goes_on_later() {
    let _watchdog = Watchdog::start();
    runtime().block_on(async {
        let directory = TempDir::new().unwrap();
        let name = directory.path().join("server");
        let mut server = LocalServer::builder()
            .max_pending_connections(1000)
            .listen(&name)
            .unwrap();
        let _clients: Vec<_> = (0..300)
            .map(|_| UnixStream::connect(&name).unwrap())
            .collect();
        let mut served = 0;
        let mut pauses = 0;
        poll_fn(|context| {
            while served < 300 {
                match server.poll_accept(context) {
                    Poll::Ready(socket) => {
                        socket.unwrap();
                        served += 1;
                    }
                    Poll::Pending => {
                        pauses += 1;
                        return Poll::Pending;
                    }
                }
            }
            Poll::Ready(())
        })
        .await;
        assert!(pauses >= 2, "tokio lets others have their turn");
    });
}
