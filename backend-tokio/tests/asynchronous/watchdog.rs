//! Aborts the tests when one of them hangs.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// The slowest test takes two seconds; more than this means that it hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// Ends the whole program if it is not dropped in time.
#[must_use = "it watches until it is dropped"]
pub(crate) struct Watchdog {
    _running: Sender<()>,
}

impl Watchdog {
    pub(crate) fn start() -> Self {
        let (running, ended) = channel();
        let test = thread::current().name().unwrap_or_default().to_owned();
        thread::spawn(move || {
            if ended.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                eprintln!("{test} hangs: it has not ended after {LIMIT:?}");
                std::process::abort();
            }
        });
        Self { _running: running }
    }
}
