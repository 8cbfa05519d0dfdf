//! The conformance suite on a completion-based runtime, with each of its drivers.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod sockets;
mod subject;

anteroom_conformance::suite!(completion => subject::with_the_default_driver);
anteroom_conformance::suite!(completion_polling => subject::with_the_polling_driver);
