//! Accepts that complete late: after the server has closed, or after it listens again.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::future::{Future, poll_fn};
use std::io::{Read as _, Write as _};
use std::os::unix::net;
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use anteroom_completion_backend::LocalServer;
use anteroom_core::{Admit, Intake, SocketOptions, Timeout, Wait};
use compio::BufResult;
use compio::driver::{DriverType, ProactorBuilder};
use compio::io::AsyncRead as _;
use compio::net::UnixStream;
use compio::runtime::{Runtime, RuntimeBuilder};
use tempfile::TempDir;

/// A server with a hook that counts, on one of the drivers.
struct Fixture {
    server: LocalServer<Count>,
    name: PathBuf,
    _directory: TempDir,
    // Dropped last: the server lives in it.
    runtime: Runtime,
}

#[derive(Default)]
struct Count(usize);

impl Intake<UnixStream> for Count {
    fn incoming(&mut self, connection: UnixStream, admit: &mut Admit<'_, UnixStream>) {
        self.0 += 1;
        admit.enqueue(connection);
    }
}

impl Fixture {
    fn new(driver: Option<DriverType>) -> Self {
        let mut proactor = ProactorBuilder::new();
        if let Some(driver) = driver {
            proactor.driver_type(driver);
        }
        let runtime = RuntimeBuilder::new()
            .with_proactor(proactor)
            .build()
            .unwrap();
        let directory = tempfile::tempdir().unwrap();
        let mut fixture = Self {
            server: LocalServer::with_intake(Count::default()),
            name: directory.path().join("server"),
            _directory: directory,
            runtime,
        };
        fixture.listen();
        fixture
    }

    fn listen(&mut self) {
        self.runtime
            .enter(|| self.server.listen(&self.name))
            .unwrap();
    }

    /// Polls a wait once, and drops it: the accept that it has submitted stays under way.
    fn start_an_accept(&mut self) {
        self.poll_once(|server| server.wait_for_new_connection(Timeout::Never));
    }

    fn poll_once<'a, F: Future>(&'a mut self, start: impl FnOnce(&'a mut LocalServer<Count>) -> F) {
        let server = &mut self.server;
        self.runtime.block_on(async {
            let mut future = pin!(start(server));
            poll_fn(|context| {
                assert!(future.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
        });
    }

    /// Lets the runtime submit what was polled, and collect what has completed.
    fn turn(&self) {
        self.runtime.poll_with(Some(Duration::ZERO));
    }

    fn connect(&self, byte: u8) -> net::UnixStream {
        let mut client = net::UnixStream::connect(&self.name).unwrap();
        client
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        client.write_all(&[byte]).unwrap();
        client
    }

    /// Expects that the next connection is that of the client that has sent this byte.
    fn expect_connection(&mut self, byte: u8) {
        let received = self.runtime.block_on(async {
            let mut connection = self.server.accept().await.unwrap();
            let BufResult(result, buffer) = connection.read(Vec::with_capacity(1)).await;
            result.unwrap();
            buffer
        });
        assert_eq!(received, [byte]);
    }

    fn release(&mut self) {
        self.runtime.block_on(self.server.released());
    }
}

/// Expects that the server has closed the connection. What the client sent was not read.
fn expect_closed(mut client: net::UnixStream) {
    match client.read(&mut [0]) {
        Ok(count) => assert_eq!(count, 0),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
    }
}

fn on_each_driver(test: impl Fn(Fixture)) {
    for driver in [None, Some(DriverType::Poll)] {
        test(Fixture::new(driver));
    }
}

#[test]
fn a_connection_that_completes_before_close_and_is_found_after_it_is_discarded() {
    on_each_driver(|mut fixture| {
        fixture.start_an_accept();
        fixture.turn();
        let client = fixture.connect(1);
        fixture.turn();
        fixture.server.close();
        assert_eq!(fixture.server.late_connections(), 0);

        fixture.release();

        assert_eq!(fixture.server.late_connections(), 1);
        assert!(!fixture.server.has_pending_connections());
        assert_eq!(fixture.server.intake().0, 0);
        expect_closed(client);
    });
}

#[test]
fn a_connection_that_completes_after_close_is_discarded() {
    let mut fixture = Fixture::new(None);
    if fixture.runtime.driver_type().is_polling() {
        // Its accept does not complete any more once it is cancelled.
        return;
    }
    // Polled, but the kernel has not got the operation yet.
    fixture.start_an_accept();
    let client = fixture.connect(1);
    fixture.server.close();

    // Now it gets the accept, and then the request to cancel it.
    fixture.release();

    assert_eq!(fixture.server.late_connections(), 1);
    assert!(!fixture.server.has_pending_connections());
    assert_eq!(fixture.server.intake().0, 0);
    expect_closed(client);
}

#[test]
fn a_late_connection_is_not_given_to_the_next_listener() {
    on_each_driver(|mut fixture| {
        fixture.start_an_accept();
        fixture.turn();
        let late = fixture.connect(1);
        fixture.turn();
        fixture.server.close();
        fixture.listen();
        let _client = fixture.connect(2);

        fixture.expect_connection(2);

        assert_eq!(fixture.server.late_connections(), 1);
        assert!(!fixture.server.has_pending_connections());
        assert_eq!(fixture.server.intake().0, 1);
        let announced = fixture
            .server
            .command(|machine| machine.take_new_connections());
        assert_eq!(announced, 1);
        expect_closed(late);
    });
}

#[test]
fn a_wait_that_is_dropped_loses_no_connection() {
    on_each_driver(|mut fixture| {
        fixture.start_an_accept();
        fixture.turn();
        let _first = fixture.connect(1);
        fixture.turn();
        let _second = fixture.connect(2);

        fixture.expect_connection(1);
        fixture.expect_connection(2);
    });
}

#[test]
fn a_look_that_is_dropped_loses_no_connection() {
    on_each_driver(|mut fixture| {
        // Polled: the accept is prepared, and its cancellation, too.
        fixture.poll_once(|server| server.wait_for_new_connection(Timeout::default()));
        let _client = fixture.connect(1);

        fixture.expect_connection(1);
        assert_eq!(fixture.server.late_connections(), 0);
    });
}

#[test]
fn a_connection_that_completes_when_the_limit_is_zero_waits_until_it_is_raised() {
    on_each_driver(|mut fixture| {
        fixture.start_an_accept();
        fixture.turn();
        fixture.server.set_max_pending_connections(0);
        let _client = fixture.connect(1);
        fixture.turn();
        let soon = Timeout::After(Duration::from_millis(10));
        let waiting = fixture.server.wait_for_new_connection(soon);
        assert_eq!(fixture.runtime.block_on(waiting), Wait::TimedOut);
        assert!(!fixture.server.has_pending_connections());

        fixture.server.set_max_pending_connections(1);

        fixture.expect_connection(1);
    });
}

#[test]
fn a_connection_that_completes_before_a_drain_is_delivered() {
    on_each_driver(|mut fixture| {
        fixture.start_an_accept();
        fixture.turn();
        let _first = fixture.connect(1);
        let _second = fixture.connect(2);
        fixture.turn();
        fixture.server.drain();

        fixture.expect_connection(1);
        fixture.expect_connection(2);

        let waiting = fixture.server.wait_for_new_connection(Timeout::Never);
        assert_eq!(fixture.runtime.block_on(waiting), Wait::NotListening);
    });
}

#[test]
fn a_drain_during_an_accept_ends_without_an_error() {
    on_each_driver(|mut fixture| {
        fixture.start_an_accept();
        fixture.turn();

        fixture.server.drain();
        // On a socket that was shut down the kernel retries an accept 128 times, then it fails.
        for _ in 0..300 {
            fixture.turn();
        }

        let waiting = fixture.server.wait_for_new_connection(Timeout::Never);
        assert_eq!(fixture.runtime.block_on(waiting), Wait::NotListening);
        assert_eq!(fixture.server.error_string(), "");
    });
}

#[test]
fn a_socket_that_is_shut_down_during_an_accept_closes_the_server() {
    on_each_driver(|mut fixture| {
        fixture.start_an_accept();
        fixture.turn();
        let listener = fixture.server.listener_fd().unwrap();
        rustix::net::shutdown(listener, rustix::net::Shutdown::Both).unwrap();

        // The polling driver reports nothing. The server looks at the end of the time.
        let soon = Timeout::After(Duration::from_millis(100));
        let waiting = fixture.server.wait_for_new_connection(soon);

        assert_eq!(fixture.runtime.block_on(waiting), Wait::NotListening);
        assert!(!fixture.name.exists());
    });
}

#[test]
fn an_abstract_name_is_free_when_the_accepts_are_released() {
    on_each_driver(|mut fixture| {
        fixture.server.close();
        let name = format!("anteroom-completion-{}", std::process::id());
        let server = &mut fixture.server;
        server.command(|machine| machine.set_socket_options(SocketOptions::ABSTRACT));
        fixture
            .runtime
            .enter(|| fixture.server.listen(&name))
            .unwrap();
        fixture.start_an_accept();
        fixture.turn();

        fixture.server.close();
        fixture.release();

        fixture
            .runtime
            .enter(|| fixture.server.listen(&name))
            .unwrap();
    });
}
