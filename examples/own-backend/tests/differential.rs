//! The model and this server, on the real system, go through the same scripts.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

#[path = "conformance/backend.rs"]
mod backend;

use anteroom_testing::differential::Search;
use anteroom_testing::effort::SEQUENCES_ON_SYSTEM;

#[test]
fn model_and_backend_agree() {
    Search::new("own_backend", SEQUENCES_ON_SYSTEM).on_fixtures(backend::on_mio);
}
