//! The conformance suite on async-io.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod backend;

anteroom_conformance::suite!(smol => backend::on_async_io);
