//! The conformance suite on async-io.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod backend;
#[path = "../../../backend-tokio/tests/conformance/server.rs"]
mod server;
#[path = "../../../backend-tokio/tests/conformance/sockets.rs"]
mod sockets;
#[path = "../../../backend-tokio/tests/conformance/subject.rs"]
mod subject;

anteroom_conformance::suite!(smol => backend::on_async_io);
