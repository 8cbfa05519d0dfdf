//! The model and the server on tokio, on the real system, go through the same scripts.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

#[path = "conformance/backend.rs"]
mod backend;

use anteroom_testing::differential::Search;
use anteroom_testing::effort::SEQUENCES_ON_SYSTEM;

#[test]
fn model_and_server_on_one_thread_agree() {
    Search::new("tokio_current", SEQUENCES_ON_SYSTEM).on_fixtures(backend::on_one_thread);
}

#[test]
fn model_and_server_on_several_threads_agree() {
    Search::new("tokio_multi", SEQUENCES_ON_SYSTEM).on_fixtures(backend::on_several_threads);
}
