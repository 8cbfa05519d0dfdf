//! The conformance suite on tokio, with one thread and with several.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod backend;

anteroom_conformance::suite!(tokio_current => backend::on_one_thread);
anteroom_conformance::suite!(tokio_multi => backend::on_several_threads);
