//! The conformance suite on a backend that is not part of the project's libraries.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod sockets;
mod subject;

anteroom_conformance::suite!(own_backend => subject::OwnSubject::bench);
