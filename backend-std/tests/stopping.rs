//! Handles that stop a blocking server which other threads wait for.
#![cfg(all(unix, feature = "blocking"))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use anteroom_std::{AcceptError, Admit, End, Intake, LocalServer, LocalSocket, StopHandle, Wait};

fn listening() -> (tempfile::TempDir, LocalServer, StopHandle) {
    let directory = tempfile::tempdir().unwrap();
    let mut server = LocalServer::bind(directory.path().join("server")).unwrap();
    let handle = server.stop_handle().unwrap();
    (directory, server, handle)
}

#[test]
fn every_worker_of_a_pool_learns_of_it() {
    for _ in 0..20 {
        let (directory, server, handle) = listening();
        let (server, barrier) = (Arc::new(Mutex::new(server)), Arc::new(Barrier::new(5)));
        let workers = [(); 4].map(|()| {
            let (server, barrier) = (Arc::clone(&server), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                let mut served = 0;
                while server.lock().unwrap().accept().is_ok() {
                    served += 1;
                }
                served
            })
        });
        let name = directory.path().join("server");
        let _clients = [(); 3].map(|()| LocalSocket::connect(&name).unwrap());
        barrier.wait();

        handle.drain();

        assert_eq!(handle.blocking_closed(), Some(End::Drained));
        let served = workers.map(|worker| worker.join().unwrap());
        assert_eq!(served.iter().sum::<i32>(), 3);
    }
}

#[test]
fn a_request_from_before_the_wait_is_carried_out_by_it() {
    let (directory, mut server, handle) = listening();
    handle.close();
    assert!(server.is_listening(), "nobody has waited yet");

    let wait = server.wait_for_new_connection(Duration::ZERO);

    assert_eq!(wait, Wait::NotListening);
    assert!(!directory.path().join("server").exists());
    assert_eq!(server.end(), Some(End::Closed));
}

#[test]
fn a_server_that_listens_again_goes_on_until_the_next_request() {
    let (directory, mut server, handle) = listening();
    handle.close();
    assert!(matches!(server.accept(), Err(AcceptError::NotListening)));

    let name = directory.path().join("again");
    server.listen(&name).unwrap();
    let _client = LocalSocket::connect(&name).unwrap();
    assert!(server.accept().is_ok());

    handle.close();
    assert!(matches!(server.accept(), Err(AcceptError::NotListening)));
}

#[test]
fn a_request_to_a_server_that_has_ended_does_nothing() {
    let (directory, mut server, handle) = listening();
    handle.drain();
    assert!(matches!(server.accept(), Err(AcceptError::NotListening)));

    handle.close();

    assert_eq!(handle.blocking_closed(), Some(End::Drained));
    let name = directory.path().join("again");
    server.listen(&name).unwrap();
    let _client = LocalSocket::connect(&name).unwrap();
    assert!(server.accept().is_ok());
}

#[test]
fn an_event_loop_finds_something_to_do() {
    let (_directory, mut server, handle) = listening();
    assert_eq!(server.next_timeout(), None);

    handle.close();

    assert_eq!(server.next_timeout(), Some(Duration::ZERO));
    server.process_events();
    assert_eq!(server.end(), Some(End::Closed));
}

#[test]
fn the_end_is_told_even_if_the_hook_panics() {
    struct Panicking;

    impl Intake<LocalSocket> for Panicking {
        fn incoming(&mut self, _: LocalSocket, _: &mut Admit<'_, LocalSocket>) {
            panic!("as the test wants");
        }
    }

    let directory = tempfile::tempdir().unwrap();
    let name = directory.path().join("server");
    let builder = LocalServer::builder().intake_with(Panicking);
    let mut server = builder.listen(&name).unwrap();
    let handle = server.stop_handle().unwrap();
    let _client = LocalSocket::connect(&name).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| server.accept())).is_err());

    handle.drain();
    assert!(matches!(server.accept(), Err(AcceptError::NotListening)));

    assert_eq!(handle.blocking_closed(), Some(End::Drained));
}

#[test]
fn to_close_is_more_than_to_drain() {
    let (directory, mut server, handle) = listening();
    let _client = LocalSocket::connect(directory.path().join("server")).unwrap();
    handle.close();
    handle.drain();

    assert!(matches!(server.accept(), Err(AcceptError::NotListening)));

    assert_eq!(server.end(), Some(End::Closed));
}

#[test]
fn a_wake_up_is_not_lost_beside_a_request() {
    let (directory, mut server, handle) = listening();
    let waker = server.wake_handle().unwrap();
    handle.close();
    waker.wake();
    assert!(matches!(server.accept(), Err(AcceptError::NotListening)));

    server.listen(directory.path().join("again")).unwrap();

    assert!(matches!(server.accept(), Err(AcceptError::Woken)));
}

#[test]
fn a_handle_that_outlives_its_server_does_nothing() {
    let (_directory, server, handle) = listening();
    drop(server);

    handle.drain();

    assert_eq!(handle.blocking_closed(), Some(End::Closed));
}
