//! The model and the server on async-io, on the real system, go through the same scripts.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

#[path = "conformance/backend.rs"]
mod backend;

use anteroom_testing::differential::Search;
use anteroom_testing::effort::SEQUENCES_ON_SYSTEM;

#[test]
fn model_and_server_on_async_io_agree() {
    Search::new("smol", SEQUENCES_ON_SYSTEM).on_fixtures(backend::on_async_io);
}
