//! Time that is paused.

use std::future::{Future as _, poll_fn};
use std::os::unix::net::{UnixListener, UnixStream};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use anteroom_std::{ErrorKind, Wait};
use anteroom_tokio::{ConnectOptions, LocalServer};
use tempfile::TempDir;
use tokio::time;

use crate::watchdog::Watchdog;

#[tokio::test(start_paused = true)]
async fn paused_time_advances_for_a_wait() {
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
    let mut context = Context::from_waker(Waker::noop());
    assert!(wait.as_mut().poll(&mut context).is_pending());

    // The timers of tokio count milliseconds, and round up.
    time::advance(long + Duration::from_millis(1)).await;

    assert_eq!(
        wait.as_mut().poll(&mut context),
        Poll::Ready(Wait::TimedOut)
    );
}

#[tokio::test(start_paused = true)]
async fn paused_time_advances_for_a_client() {
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
