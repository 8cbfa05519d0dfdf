//! The conformance suite on the blocking server.

#![cfg(all(unix, feature = "blocking"))]
#![forbid(unsafe_code)]

mod backend;

anteroom_conformance::suite!(std => backend::on_threads);
