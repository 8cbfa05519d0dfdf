use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use anteroom_core::Time;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::sys::Readiness;

/// Some systems count the time to wait in milliseconds, in a number of 32 bits.
const LONGEST_POLL: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the time since some moment in the past, on a clock that does not run backwards.
pub fn now() -> Time {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    // The clock starts at zero, or thereabouts.
    Time::from_epoch(Duration::try_from(time).unwrap_or_default())
}

/// Waits until the listener is readable, the waker was woken, or the time is over.
///
/// With neither listener nor waker it just sleeps. Without a timeout it waits for as long as it
/// takes. A signal does not end the wait.
///
/// # Errors
///
/// Passes on what the system says: memory may have run out.
pub fn wait_readable(
    listener: Option<BorrowedFd<'_>>,
    waker: Option<BorrowedFd<'_>>,
    timeout: Option<Duration>,
) -> io::Result<Readiness> {
    let deadline = timeout.map(|timeout| now().after(timeout));
    let mut remaining = timeout;
    loop {
        let readiness = poll_both(listener, waker, remaining)?;
        // The clock is asked only when nothing was found.
        if readiness != Readiness::default() {
            return Ok(readiness);
        }
        remaining = match deadline {
            Some(_) if remaining == Some(Duration::ZERO) => return Ok(readiness),
            Some(deadline) => Some(deadline.since(now())),
            None => None,
        };
    }
}

/// Polls once; a signal counts as nothing found.
fn poll_both(
    listener: Option<BorrowedFd<'_>>,
    waker: Option<BorrowedFd<'_>>,
    timeout: Option<Duration>,
) -> io::Result<Readiness> {
    let mut polled: [Option<PollFd<'_>>; 2] = [
        listener.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN | hang_up())),
        waker.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)),
    ];
    let mut fds: Vec<PollFd<'_>> = polled.iter_mut().filter_map(Option::take).collect();
    let timeout = timeout.map(timespec);
    match poll(&mut fds, timeout.as_ref()) {
        Ok(_) => {}
        Err(Errno::INTR) => return Ok(Readiness::default()),
        Err(error) => return Err(error.into()),
    }
    let mut events = fds.iter().map(PollFd::revents);
    let on_listener = listener
        .and_then(|_| events.next())
        .unwrap_or(PollFlags::empty());
    let on_waker = waker
        .and_then(|_| events.next())
        .unwrap_or(PollFlags::empty());
    let over = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL | hang_up();
    Ok(Readiness {
        listener: !on_listener.is_empty(),
        hung_up: on_listener.intersects(over),
        woken: !on_waker.is_empty(),
    })
}

fn timespec(duration: Duration) -> Timespec {
    Timespec::try_from(duration.min(LONGEST_POLL)).expect("a day fits into any timespec")
}

/// What tells that a listener was shut down, which does not count as a hang-up on Linux.
#[cfg(any(target_os = "linux", target_os = "android"))]
const fn hang_up() -> PollFlags {
    PollFlags::RDHUP
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn hang_up() -> PollFlags {
    PollFlags::HUP
}
