//! The model and the blocking server, on the real system, go through the same scripts.

#![cfg(all(target_os = "linux", feature = "blocking"))]
#![forbid(unsafe_code)]

#[path = "conformance/backend.rs"]
mod backend;

use anteroom_testing::differential::Search;
use anteroom_testing::effort::SEQUENCES_ON_SYSTEM;

#[test]
fn model_and_blocking_server_agree() {
    Search::new("std", SEQUENCES_ON_SYSTEM).on_fixtures(backend::on_threads);
}
