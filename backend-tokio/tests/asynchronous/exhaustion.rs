//! Running out of descriptors, in a process of its own.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::backend::{ErrorKind, LocalServer, Wait, block_on};
use crate::place::Place;

/// Set in the environment of the process that runs out of descriptors.
const ROLE: &str = "ANTEROOM_TEST_EXHAUSTION";

#[test]
fn a_server_without_descriptors_neither_dies_nor_spins_and_recovers() {
    if std::env::var_os(ROLE).is_some() {
        return run_out();
    }
    let test = "exhaustion::a_server_without_descriptors_neither_dies_nor_spins_and_recovers";
    let status = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ROLE, "1")
        .status()
        .unwrap();
    assert!(status.success());
}

fn run_out() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let _clients = place.clients(3);
        let before = limit_descriptors();

        let mut polls = 0;
        {
            let mut waiting = pin!(server.wait_for_new_connection(Duration::from_secs(2)));
            let wait = poll_fn(|context| {
                polls += 1;
                waiting.as_mut().poll(context)
            });
            assert_eq!(wait.await, Wait::TimedOut);
        }
        // Every poll makes one attempt at most, and the last one makes one more.
        assert!((3..=20).contains(&polls), "{polls} polls in two seconds");
        assert!(server.is_listening());
        let error = server.server_error().unwrap();
        assert_eq!(error.kind(), ErrorKind::Resources);
        assert!(error.to_string().contains("tries again"), "{error}");

        setrlimit(Resource::Nofile, before).unwrap();
        for _ in 0..3 {
            server.accept().await.unwrap();
        }
    });
}

/// Lets no descriptor be opened any more; returns the limit that was in force.
fn limit_descriptors() -> Rlimit {
    let before = getrlimit(Resource::Nofile);
    let none = Rlimit {
        current: Some(0),
        maximum: before.maximum,
    };
    setrlimit(Resource::Nofile, none).unwrap();
    before
}
