//! Running out of descriptors in a runtime without timers, in a separate process.

use anteroom_std::AcceptError;
use rustix::process::{Resource, setrlimit};
use tokio::runtime::Builder;

use crate::backend::LocalServer;
use crate::exhaustion::{in_a_process_of_its_own, limit_descriptors};
use crate::place::Place;
use crate::watchdog::Watchdog;

#[test]
fn a_back_off_without_timers_closes_the_server_and_keeps_what_is_pending() {
    in_a_process_of_its_own(
        "without_timers::a_back_off_without_timers_closes_the_server_and_keeps_what_is_pending",
        run_out,
    );
}

fn run_out() {
    let _watchdog = Watchdog::start();
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let _pending = place.client();
        assert_eq!(server.process_events().accepted, 1);
        let _queued = place.client();
        let before = limit_descriptors(0);
        server.process_events();
        let _claimed = server.accept().await.unwrap();

        let error = server.accept().await.unwrap_err();

        setrlimit(Resource::Nofile, before).unwrap();
        let AcceptError::Lost(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error.failure().detail(), anteroom_tokio::NO_TIMERS);
        assert!(place.is_empty());
        server.listen(place.name()).unwrap();
        let _client = place.client();
        server.accept().await.unwrap();
    });
}
