//! The conformance suite on a backend that is not part of the project's libraries.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod backend;

anteroom_conformance::suite!(own_backend => backend::on_mio);
