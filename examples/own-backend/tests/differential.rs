//! The model and this server, on the real system, go through the same scripts.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

#[path = "conformance/sockets.rs"]
mod sockets;
#[path = "conformance/subject.rs"]
mod subject;

use anteroom_conformance::differential::Search;
use anteroom_conformance::effort::SEQUENCES_ON_SYSTEM;

use crate::subject::OwnSubject;

#[test]
fn model_and_backend_agree() {
    Search::new("own_backend", SEQUENCES_ON_SYSTEM).on_benches(OwnSubject::bench);
}
