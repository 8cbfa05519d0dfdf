//! Runtimes without I/O or timers, and none at all.

use std::io::Write as _;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::catch_unwind;
use std::time::Duration;

use anteroom_std::{AcceptError, Detail, ErrorKind, Operation, Timeout, Wait};
use anteroom_tokio::{ConnectOptions, LocalServer, LocalSocket, NO_IO, NO_RUNTIME, NO_TIMERS};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::runtime::Builder;
use tokio::time;

use crate::runtime;
use crate::watchdog::Watchdog;

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

/// What must be the same when a descriptor comes back: its number, and both kinds of flags.
fn state(descriptor: BorrowedFd<'_>) -> (RawFd, OFlags, FdFlags) {
    let status = fcntl_getfl(descriptor).unwrap();
    (
        descriptor.as_raw_fd(),
        status,
        fcntl_getfd(descriptor).unwrap(),
    )
}

/// Offers a listening descriptor, which has to be given back as it was.
fn fail_to_adopt() -> Detail {
    let directory = TempDir::new().unwrap();
    let listener = UnixListener::bind(directory.path().join("server")).unwrap();
    fcntl_setfd(&listener, FdFlags::empty()).unwrap();
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
fn without_io_listen_is_an_error() {
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
fn without_io_a_client_can_connect_but_not_wait() {
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
fn without_timers_a_wait_with_a_deadline_closes_the_server() {
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
    fcntl_setfd(&one, FdFlags::empty()).unwrap();
    let before = state(one.as_fd());
    let error = LocalSocket::try_from(one).unwrap_err();
    assert_eq!(error.error.kind(), unsupported);
    assert_eq!(state(error.socket.as_fd()), before);
    let error = LocalSocket::try_from(OwnedFd::from(error.socket)).unwrap_err();
    assert_eq!(error.error.kind(), unsupported);
    assert_eq!(state(error.socket.as_fd()), before);
}

#[test]
fn without_io_only_attempts_work() {
    let _watchdog = Watchdog::start();
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (mut one, other) = LocalSocket::pair().unwrap();
        assert_eq!(other.try_write(b"x").unwrap(), 1);
        let mut buffer = [0; 2];
        assert_eq!(one.try_read(&mut buffer).unwrap(), 1);
        let error = one.try_read(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
        let error = one.readable().await.unwrap_err();
        assert!(error.to_string().contains("I/O enabled"), "{error}");
        let error = one.try_read(&mut buffer).unwrap_err();
        assert!(error.to_string().contains("I/O enabled"), "{error}");
    });
}

#[test]
fn ready_returns_the_first_readiness() {
    let _watchdog = Watchdog::start();
    runtime().block_on(async {
        let (mut one, mut other) = LocalSocket::pair().unwrap();
        let both = Interest::READABLE | Interest::WRITABLE;
        let ready = one.ready(both).await.unwrap();
        assert!(ready.is_writable() && !ready.is_readable());
        other.write_all(b"x").await.unwrap();
        drop(other);
        let ready = one.ready(Interest::READABLE).await.unwrap();
        assert!(ready.is_readable());
    });
}

#[test]
fn a_failed_registration_returns_the_socket() {
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
fn clients_need_timers_only_to_wait() {
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
fn a_call_that_failed_without_a_runtime_works_in_one() {
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

#[test]
fn tokio_still_panics_where_this_crate_reports_an_error() {
    let _watchdog = Watchdog::start();
    // Should it ever report an error itself, catching the panic has become needless.
    let runtime = Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    assert!(catch_unwind(tokio::net::UnixDatagram::unbound).is_err());
    assert!(catch_unwind(|| time::sleep(Duration::ZERO)).is_err());
}
