//! The conformance suite on the blocking server.

#![cfg(all(unix, feature = "blocking"))]
#![forbid(unsafe_code)]

mod server;
mod sockets;
mod subject;

anteroom_conformance::suite!(std => subject::StdSubject::bench);
