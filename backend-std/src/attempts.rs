use std::time::Duration;

use anteroom_core::{Failure, Operation, ServerName, SocketOptions, Time, Timeout};

use crate::sys::{self, Connected, NamedFailure};

/// How long to wait after the first attempt that found the queue full.
const FIRST_DELAY: Duration = Duration::from_millis(1);

/// The longest wait between two attempts: whoever waits is served this late at worst.
const LONGEST_DELAY: Duration = Duration::from_millis(50);

/// Connects for a runtime: in attempts that never block, with growing delays while the server's
/// queue is full.
///
/// The socket does not block. `sleep` makes the runtime's timer, and is called only if there is
/// something to wait for; so is `now`. Dropping the future leaves nothing behind.
///
/// # Errors
///
/// As [`sys::connect`], and whatever `sleep` reports.
///
/// # Specification
///
/// CON-1, CON-2, CON-3.
//= CON-1, CON-2, CON-3
pub async fn connect_in_attempts<S: Future<Output = ()>>(
    name: &ServerName,
    options: SocketOptions,
    timeout: Timeout,
    now: impl Fn() -> Time,
    sleep: impl Fn(Duration) -> Result<S, Failure>,
) -> Result<Connected, NamedFailure> {
    let address = sys::resolve(name, options, Operation::Connect)
        .map_err(|failure| NamedFailure::new(failure, None))?;
    let named = |failure| NamedFailure::new(failure, Some(address.full_name().clone()));
    let mut deadline = None;
    let mut delay = FIRST_DELAY;
    loop {
        if let Some(socket) = sys::try_connect(&address).map_err(named)? {
            return Ok(Connected::new(socket, address.full_name().clone()));
        }
        let remaining = match timeout {
            Timeout::Never => delay,
            Timeout::After(limit) => {
                let now = now();
                deadline.get_or_insert_with(|| now.after(limit)).since(now)
            }
        };
        if remaining.is_zero() {
            return Err(named(sys::timed_out()));
        }
        sleep(delay.min(remaining)).map_err(named)?.await;
        delay = (delay * 2).min(LONGEST_DELAY);
    }
}
