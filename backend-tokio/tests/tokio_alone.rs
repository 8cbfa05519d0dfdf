//! What concerns tokio alone: its drivers, its clock, its budget, its threads.

#![cfg(unix)]
#![forbid(unsafe_code)]

#[path = "asynchronous/watchdog.rs"]
mod watchdog;

use std::future::{Future as _, poll_fn};
use std::io::Write as _;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::catch_unwind;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use anteroom_std::{UnixReactor as _, UnixRuntime as _};
use anteroom_tokio::{
    AcceptError, ConnectOptions, Detail, ErrorKind, LocalServer, LocalSocket, NO_IO, NO_RUNTIME,
    NO_TIMERS, Operation, Timeout, Tokio, Wait,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::{Builder, Runtime};
use tokio::time;

use crate::watchdog::Watchdog;

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// Listens, which has to fail for want of something; nothing may be left behind.
fn fail_to_listen() -> (ErrorKind, Detail, String) {
    let directory = TempDir::new().unwrap();
    let mut server = LocalServer::new();
    let error = server.listen(directory.path().join("server")).unwrap_err();
    let error = error.error().unwrap();
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
    assert!(!server.is_listening());
    assert_eq!(server.server_error().unwrap().failure(), error.failure());
    assert_eq!(error.operation(), Operation::Listen);
    (error.kind(), error.failure().detail(), format!("{error:#}"))
}

/// Offers a listening descriptor, which has to be given back as it was.
fn fail_to_adopt() -> Detail {
    let directory = TempDir::new().unwrap();
    let listener = UnixListener::bind(directory.path().join("server")).unwrap();
    rustix::io::fcntl_setfd(&listener, rustix::io::FdFlags::empty()).unwrap();
    let state = |descriptor: BorrowedFd<'_>| {
        let status = rustix::fs::fcntl_getfl(descriptor).unwrap();
        let own = rustix::io::fcntl_getfd(descriptor).unwrap();
        (descriptor.as_raw_fd(), status, own)
    };
    let before = state(listener.as_fd());
    let error = LocalServer::new().listen_fd(listener).unwrap_err();
    let (descriptor, error) = error.into_parts();
    assert_eq!(state(descriptor.as_fd()), before);
    let failure = error.error().unwrap().failure();
    assert_eq!(failure.kind(), ErrorKind::Unsupported);
    failure.detail()
}

/// Connects to a server that has nothing to do with tokio.
async fn fail_to_connect() -> (Detail, String) {
    let directory = TempDir::new().unwrap();
    let _listener = UnixListener::bind(directory.path().join("server")).unwrap();
    let error = LocalSocket::connect(directory.path().join("server")).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    (error.failure().detail(), format!("{error:#}"))
}

#[test]
fn outside_of_a_runtime_listening_and_connecting_are_errors() {
    let _watchdog = Watchdog::start();
    let (kind, detail, text) = fail_to_listen();
    assert_eq!((kind, detail), (ErrorKind::Unsupported, NO_RUNTIME));
    assert!(text.contains("do it inside a runtime"), "{text}");
    assert_eq!(fail_to_adopt(), NO_RUNTIME);
    let (detail, text) = futures_executor::block_on(fail_to_connect());
    assert_eq!(detail, NO_RUNTIME);
    assert!(text.contains("do it inside a runtime"), "{text}");
}

#[test]
fn without_its_sockets_a_runtime_is_no_good_and_says_so() {
    let _watchdog = Watchdog::start();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (kind, detail, text) = fail_to_listen();
        let expected = (ErrorKind::Unsupported, NO_IO);
        assert_eq!((kind, detail), expected);
        assert!(text.contains("I/O enabled"), "{text}");
        assert_eq!(fail_to_adopt(), NO_IO);
    });
}

#[test]
fn without_its_sockets_a_runtime_can_still_connect_and_only_waiting_is_an_error() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let listener = UnixListener::bind(&name).unwrap();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let mut client = LocalSocket::connect(&name).await.unwrap();
        let (mut server, _) = listener.accept().unwrap();
        server.write_all(b"x").unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'x');
        for _ in 0..2 {
            let error = client.read_u8().await.unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
            assert!(error.to_string().contains("I/O enabled"), "{error}");
        }
    });
}

#[test]
fn without_timers_a_server_listens_and_serves() {
    let _watchdog = Watchdog::start();
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let directory = TempDir::new().unwrap();
        let [name, other] = ["server", "adopted"].map(|name| directory.path().join(name));
        let mut server = LocalServer::bind(&name).unwrap();
        let mut adopting = LocalServer::new();
        adopting
            .listen_fd(UnixListener::bind(&other).unwrap())
            .unwrap();
        for (server, name) in [(&mut server, name), (&mut adopting, other)] {
            let _client = LocalSocket::connect(&name).await.unwrap();
            server.accept().await.unwrap();
            // A client that has connected needs no timer either.
            let _client = UnixStream::connect(&name).unwrap();
            let hour = Duration::from_secs(3600);
            assert_eq!(server.wait_for_new_connection(hour).await, Wait::Ready);
            let zero = Timeout::default();
            server.discard_pending_connections();
            assert_eq!(server.wait_for_new_connection(zero).await, Wait::TimedOut);
            assert!(server.is_listening());
        }
    });
}

#[test]
fn without_timers_a_wait_with_a_deadline_closes_the_server_and_says_why() {
    let _watchdog = Watchdog::start();
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let directory = TempDir::new().unwrap();
        let name = directory.path().join("server");
        let mut server = LocalServer::bind(&name).unwrap();

        let wait = server.wait_for_new_connection(Duration::from_secs(3600));
        assert_eq!(wait.await, Wait::NotListening);

        assert!(!server.is_listening() && !name.exists());
        let AcceptError::Lost(error) = server.accept().await.unwrap_err() else {
            panic!("accept reports the lost listener");
        };
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.failure().detail(), NO_TIMERS);
        let text = format!("{error:#}");
        assert!(text.contains("timers enabled"), "{text}");
        server.listen(&name).unwrap();
    });
}

#[test]
fn sockets_made_outside_of_a_runtime_are_an_error() {
    let _watchdog = Watchdog::start();
    let unsupported = std::io::ErrorKind::Unsupported;
    assert_eq!(LocalSocket::pair().unwrap_err().kind(), unsupported);
    let (one, _other) = UnixStream::pair().unwrap();
    let error = LocalSocket::try_from(one).unwrap_err();
    assert_eq!(error.kind(), unsupported);
}

#[test]
fn what_cannot_be_registered_comes_back_as_it_was() {
    let _watchdog = Watchdog::start();
    let without_sockets = Builder::new_current_thread().build().unwrap();
    let _entered = without_sockets.enter();
    let (mut one, other) = LocalSocket::pair().unwrap();
    let number = one.descriptor().unwrap().as_raw_fd();

    assert!(one.split().is_err() && one.as_native().is_err());
    let one = one.into_split().unwrap_err().socket;
    let one = one.into_inner().unwrap_err().socket;

    assert_eq!(one.descriptor().unwrap().as_raw_fd(), number);
    drop((one, other));
}

#[test]
fn clients_need_timers_only_when_there_is_something_to_wait_for() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let listener = UnixListener::bind(&name).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let _first = LocalSocket::connect(&name).await.unwrap();
        let error = LocalSocket::connect(&name).await.unwrap_err();
        assert_eq!(error.failure().detail(), NO_TIMERS);
        assert_eq!(error.full_name().unwrap(), name);
        let once = ConnectOptions::new().timeout(Duration::ZERO);
        let error = once.connect(&name).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    });
}

#[test]
fn what_failed_without_a_runtime_works_inside_one() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let mut server = LocalServer::new();
    assert!(server.listen(directory.path().join("server")).is_err());
    runtime().block_on(async {
        server.listen(directory.path().join("server")).unwrap();
        assert!(server.server_error().is_none());
        server.close();
    });
}

#[tokio::test(start_paused = true)]
async fn paused_time_passes_for_a_wait_as_fast_as_it_can() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let mut server = LocalServer::bind(directory.path().join("server")).unwrap();
    let (start, really) = (time::Instant::now(), Instant::now());
    let hour = Duration::from_secs(3600);
    assert_eq!(server.wait_for_new_connection(hour).await, Wait::TimedOut);
    assert!((hour..hour + Duration::from_millis(2)).contains(&start.elapsed()));
    assert!(really.elapsed() < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_paused_time_is_advanced_to_its_deadline() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let mut server = LocalServer::bind(directory.path().join("server")).unwrap();
    let long = Duration::from_secs(10);
    let mut wait = pin!(server.wait_for_new_connection(long));
    let mut nobody = Context::from_waker(Waker::noop());
    assert!(wait.as_mut().poll(&mut nobody).is_pending());

    // The timers of tokio count milliseconds, and round up.
    time::advance(long + Duration::from_millis(1)).await;

    assert_eq!(wait.as_mut().poll(&mut nobody), Poll::Ready(Wait::TimedOut));
}

#[tokio::test(start_paused = true)]
async fn paused_time_passes_for_a_client_as_fast_as_it_can() {
    let _watchdog = Watchdog::start();
    let directory = TempDir::new().unwrap();
    let name = directory.path().join("server");
    let listener = UnixListener::bind(&name).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let _first = UnixStream::connect(&name).unwrap();
    let (start, minute) = (time::Instant::now(), Duration::from_secs(60));
    let mut polls = 0;
    let mut connecting = pin!(ConnectOptions::new().timeout(minute).connect(&name));
    let connect = poll_fn(|context| {
        polls += 1;
        connecting.as_mut().poll(context)
    });
    assert_eq!(connect.await.unwrap_err().kind(), ErrorKind::TimedOut);
    assert!((minute..minute + Duration::from_millis(2)).contains(&start.elapsed()));
    // 1, 2, 4, 8, 16, 32 and then 50 milliseconds each.
    assert!((1200..1215).contains(&polls), "{polls} attempts");
}

#[tokio::test]
async fn a_race_against_a_timer_loses_nobody() {
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
fn tasks_of_another_executor_can_await_a_server_as_long_as_its_runtime_lives() {
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
fn clients_that_are_taken_in_after_the_runtime_has_ended_are_handed_out() {
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

/// Between an attempt that finds nobody and its report, a client comes and tokio notices.
#[test]
fn a_client_who_comes_during_an_attempt_in_vain_is_not_forgotten() {
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
        let mut nobody = Context::from_waker(Waker::noop());
        tokio.poll_attempt(watched, &mut nobody, |_| Ok(attempt()))
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

#[test]
fn tokio_still_panics_where_this_crate_reports_an_error() {
    let _watchdog = Watchdog::start();
    // Should it ever report an error itself, catching the panic has become needless.
    let runtime = Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    assert!(catch_unwind(tokio::net::UnixDatagram::unbound).is_err());
    assert!(catch_unwind(|| time::sleep(Duration::ZERO)).is_err());
}
