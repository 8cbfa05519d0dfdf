//! The model and the blocking server, on the real system, go through the same scripts.

#![cfg(all(target_os = "linux", feature = "blocking"))]
#![forbid(unsafe_code)]
#![allow(
    dead_code,
    reason = "the subject offers more than the scripts ask of it"
)]

#[path = "conformance/server.rs"]
mod server;
#[path = "conformance/sockets.rs"]
mod sockets;
#[path = "conformance/subject.rs"]
mod subject;

use anteroom_conformance::differential::Search;
use anteroom_conformance::effort::SEQUENCES_ON_SYSTEM;

use crate::subject::StdSubject;

#[test]
fn model_and_blocking_server_agree() {
    Search::new("std", SEQUENCES_ON_SYSTEM).on_benches(StdSubject::bench);
}
