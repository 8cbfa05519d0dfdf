//! The model and this server, on the real system, go through the same scripts.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

#[path = "conformance/sockets.rs"]
mod sockets;
#[path = "conformance/subject.rs"]
mod subject;

use anteroom_testing::differential::Search;
use anteroom_testing::effort::SEQUENCES_ON_SYSTEM;

#[test]
fn model_and_server_on_the_default_driver_agree() {
    Search::new("completion", SEQUENCES_ON_SYSTEM).on_fixtures(subject::with_the_default_driver);
}

#[test]
fn model_and_server_on_the_polling_driver_agree() {
    Search::new("completion_polling", SEQUENCES_ON_SYSTEM)
        .on_fixtures(subject::with_the_polling_driver);
}
