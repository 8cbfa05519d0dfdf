use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// The time limit of a case. The slowest one takes a second.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Runs `body` in a thread, and panics if it does not end in time.
///
/// A thread that hangs ends with the test program.
pub(super) fn guard(name: &str, limit: Duration, body: impl FnOnce() + Send + 'static) {
    let (running, ended) = channel::<()>();
    let worker = thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            // Dropped when the thread ends or panics.
            let _running = running;
            body();
        })
        .expect("a thread can be created");
    match ended.recv_timeout(limit) {
        Err(RecvTimeoutError::Timeout) => {
            panic!("{name} hangs: it has not ended after {limit:?}")
        }
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            if let Err(panic) = worker.join() {
                resume_unwind(panic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_time_passes() {
        guard("quick", LIMIT, || {});
    }

    #[test]
    #[should_panic(expected = "stuck hangs")]
    fn hanging_fails_with_the_name() {
        let (_open, never) = channel::<()>();
        let never = std::sync::Mutex::new(never);
        guard("stuck", Duration::from_millis(10), move || {
            let _ = never.lock().expect("the lock is free").recv();
        });
    }

    #[test]
    #[should_panic(expected = "the reason")]
    fn a_panic_keeps_its_message() {
        guard("broken", LIMIT, || panic!("the reason"));
    }
}
