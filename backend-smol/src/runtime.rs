//! async-io's reactor, which every socket and timer needs.

use std::future::Future as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use anteroom_core::{ErrorKind, Failure, Operation};
use anteroom_std::sys;
use async_io::Timer;

/// How many descriptors the reactor opens: for epoll, a wake-up and a timer. Elsewhere fewer.
const DESCRIPTORS: usize = 3;

/// Starts async-io's reactor if it does not run yet, before anything is made that could be lost.
///
/// async-io starts it at its first use, and panics if it cannot. What usually is missing are
/// descriptors, so these are checked first. What remains for the panic are threads, memory, and
/// descriptors that another thread opens in between; with `panic = "abort"` it ends the process.
pub(crate) fn start(operation: Operation) -> Result<(), Failure> {
    static IS_STARTED: AtomicBool = AtomicBool::new(false);
    if IS_STARTED.load(Ordering::Relaxed) {
        return Ok(());
    }
    sys::check_descriptors(DESCRIPTORS).map_err(|error| sys::io_failure(operation, &error))?;
    let mut timer = Timer::after(Duration::from_secs(1));
    let mut nobody = Context::from_waker(Waker::noop());
    // Any timer uses the reactor.
    catch_unwind(AssertUnwindSafe(|| Pin::new(&mut timer).poll(&mut nobody)))
        .map(|_: Poll<Instant>| IS_STARTED.store(true, Ordering::Relaxed))
        .map_err(|_| Failure::new(operation, ErrorKind::Resources))
}
