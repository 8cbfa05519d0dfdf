//! Running out of descriptors, in a separate process.

use std::future::{Future as _, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::backend::{ErrorKind, LocalServer, Wait, block_on};
use crate::place::Place;

/// Set in the environment of the process that runs out of descriptors.
const ROLE: &str = "ANTEROOM_TEST_EXHAUSTION";

#[test]
fn a_server_recovers_from_a_lack_of_descriptors_without_spinning() {
    in_a_process_of_its_own(
        "exhaustion::a_server_recovers_from_a_lack_of_descriptors_without_spinning",
        run_out,
    );
}

#[test]
fn listen_without_descriptors_leaves_nothing() {
    in_a_process_of_its_own(
        "exhaustion::listen_without_descriptors_leaves_nothing",
        run_out_while_listening,
    );
}

pub(crate) fn in_a_process_of_its_own(test: &str, run: impl FnOnce()) {
    if std::env::var_os(ROLE).is_some() {
        return run();
    }
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
        let before = limit_descriptors(0);

        let mut polls = 0;
        {
            let mut waiting = pin!(server.wait_for_new_connection(Duration::from_secs(2)));
            let wait = poll_fn(|context| {
                polls += 1;
                waiting.as_mut().poll(context)
            });
            assert_eq!(wait.await, Wait::TimedOut);
        }
        // Every poll makes at most one attempt, and the last one makes one more.
        assert!((3..=20).contains(&polls), "{polls} polls in two seconds");
        assert!(server.is_listening());
        let error = server.server_error().unwrap();
        assert_eq!(error.kind(), ErrorKind::Resources);
        assert!(format!("{error:?}").contains("will retry"), "{error:?}");

        setrlimit(Resource::Nofile, before).unwrap();
        for _ in 0..3 {
            server.accept().await.unwrap();
        }
    });
}

/// Leaves one more descriptor each time, until `listen` succeeds.
fn run_out_while_listening() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        server.close();
        let (mut left, mut failures) = (0, 0);
        loop {
            let before = limit_descriptors(left);
            let result = server.listen(place.name());
            setrlimit(Resource::Nofile, before).unwrap();
            match result {
                Ok(()) => break,
                Err(error) => assert_eq!(error.kind(), Some(ErrorKind::Resources), "{error:?}"),
            }
            assert!(!server.is_listening());
            assert!(place.is_empty(), "a file is left after {failures} failures");
            (left, failures) = (left + 1, failures + 1);
        }
        // The socket, and the registration with the runtime.
        assert!(failures >= 2, "{failures} failures");
        let _client = place.client();
        server.accept().await.unwrap();
    });
}

/// Limits the number of further descriptors. Returns the previous limit.
pub(crate) fn limit_descriptors(spare: usize) -> Rlimit {
    let before = getrlimit(Resource::Nofile);
    // The limit is on numbers, and the lowest free number is always taken first.
    let is_free = |number: &u64| !Path::new(&format!("/dev/fd/{number}")).exists();
    let limit = (0..).filter(is_free).nth(spare);
    let limit = Rlimit {
        current: limit,
        maximum: before.maximum,
    };
    setrlimit(Resource::Nofile, limit).unwrap();
    before
}
