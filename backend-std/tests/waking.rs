//! Wake handles end waits, from other threads and from signal handlers, and nothing is lost.
#![cfg(all(unix, feature = "blocking"))]

use std::error::Error;
use std::thread;
use std::time::Duration;

use anteroom_conformance::{Environment as _, OsEnvironment};
use anteroom_std::{AcceptError, LocalServer, LocalSocket, Timeout, Wait};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

fn server() -> Result<(TempDir, LocalServer), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let server = LocalServer::bind(directory.path().join("waking"))?;
    Ok((directory, server))
}

#[test]
fn a_wake_up_from_another_thread_ends_a_wait_without_limit() -> Outcome {
    let (_directory, mut server) = server()?;
    let handle = server.wake_handle()?;
    let waker = thread::spawn(move || handle.wake());
    assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::Woken);
    waker.join().expect("the waker does not panic");
    Ok(())
}

#[test]
fn a_wake_up_before_the_wait_is_not_lost_and_several_are_one() -> Outcome {
    let (_directory, mut server) = server()?;
    let handle = server.wake_handle()?;
    handle.wake();
    handle.clone().wake();
    assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::Woken);
    let short = Duration::from_millis(1);
    assert_eq!(
        server.wait_for_new_connection(short),
        Wait::TimedOut,
        "both were one"
    );
    Ok(())
}

#[test]
fn more_wake_ups_than_a_socket_holds_block_nobody() -> Outcome {
    let (_directory, mut server) = server()?;
    let handle = server.wake_handle()?;
    for _ in 0..100_000 {
        handle.wake();
    }
    assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::Woken);
    assert_eq!(
        server.wait_for_new_connection(Duration::from_millis(1)),
        Wait::TimedOut
    );
    Ok(())
}

#[test]
fn a_pending_connection_comes_before_a_wake_up() -> Outcome {
    let (directory, mut server) = server()?;
    let handle = server.wake_handle()?;
    let _client = LocalSocket::connect(directory.path().join("waking"))?;
    assert_eq!(server.process_events().accepted, 1);
    handle.wake();
    assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::Ready);
    assert!(server.next_pending_connection().is_some());
    assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::Woken);
    Ok(())
}

#[test]
fn accept_tells_that_it_was_woken_and_goes_on_afterwards() -> Outcome {
    let (directory, mut server) = server()?;
    server.wake_handle()?.wake();
    assert!(matches!(server.accept(), Err(AcceptError::Woken)));
    let _client = LocalSocket::connect(directory.path().join("waking"))?;
    assert!(server.accept().is_ok());
    Ok(())
}

#[test]
fn a_limit_of_zero_is_waited_on_until_it_is_woken() -> Outcome {
    let (directory, mut server) = server()?;
    let _client = LocalSocket::connect(directory.path().join("waking"))?;
    server.set_max_pending_connections(0);
    let handle = server.wake_handle()?;
    let waker = thread::spawn(move || handle.wake());
    assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::Woken);
    waker.join().expect("the waker does not panic");
    server.set_max_pending_connections(1);
    assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::Ready);
    Ok(())
}

#[test]
fn a_handle_that_outlives_its_server_wakes_nobody_and_does_no_harm() -> Outcome {
    let (_directory, mut server) = server()?;
    let handle = server.wake_handle()?;
    drop(server);
    handle.wake();
    Ok(())
}

/// A forked child shares the waker with its parent.
#[test]
fn a_wake_in_a_forked_child_ends_a_wait_of_the_parent() -> Outcome {
    let (_directory, mut server) = server()?;
    let handle = server.wake_handle()?;

    OsEnvironment::new().in_forked_child(&mut || handle.wake());

    let wait = server.wait_for_new_connection(Duration::from_secs(30));
    assert_eq!(wait, Wait::Woken);
    Ok(())
}
