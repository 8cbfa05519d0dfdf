use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use anteroom_core::Time;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::sys::Readiness;

/// Some systems count the time to wait in milliseconds, in a number of 32 bits.
const LONGEST_POLL: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the time of a monotonic clock.
pub fn now() -> Time {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    // The clock starts near zero.
    Time::from_epoch(Duration::try_from(time).unwrap_or_default())
}

/// Waits until the listener is readable, the waker is woken, or the timeout is over.
///
/// With neither listener nor waker it sleeps. Without a timeout it waits without a limit. A signal
/// does not end the wait.
///
/// # Errors
///
/// Returns the error of the operating system, for example if memory has run out.
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

/// Returns whether the descriptor is readable, without waiting.
///
/// # Errors
///
/// See [`wait_readable`].
#[inline]
pub fn is_readable(descriptor: BorrowedFd<'_>) -> io::Result<bool> {
    const NOW: Timespec = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let mut descriptors = [PollFd::from_borrowed_fd(descriptor, PollFlags::IN)];
    Ok(poll(&mut descriptors, Some(&NOW))? > 0)
}

/// Polls once; a signal counts as nothing found.
fn poll_both(
    listener: Option<BorrowedFd<'_>>,
    waker: Option<BorrowedFd<'_>>,
    timeout: Option<Duration>,
) -> io::Result<Readiness> {
    let nothing = PollFlags::empty();
    let listener = listener.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN | hang_up()));
    let waker = waker.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN));
    let (on_listener, on_waker) = match (listener, waker) {
        (Some(listener), Some(waker)) => poll_all([listener, waker], timeout)?.into(),
        (Some(listener), None) => (poll_all([listener], timeout)?[0], nothing),
        (None, Some(waker)) => (nothing, poll_all([waker], timeout)?[0]),
        (None, None) => {
            poll_all([], timeout)?;
            (nothing, nothing)
        }
    };
    Ok(Readiness {
        listener: !on_listener.is_empty(),
        hung_up: on_listener
            .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL | hang_up()),
        woken: !on_waker.is_empty(),
    })
}

fn poll_all<const N: usize>(
    mut fds: [PollFd<'_>; N],
    timeout: Option<Duration>,
) -> io::Result<[PollFlags; N]> {
    match poll(&mut fds, timeout.map(timespec).as_ref()) {
        Ok(_) => Ok(fds.map(|fd| fd.revents())),
        Err(Errno::INTR) => Ok([PollFlags::empty(); N]),
        Err(error) => Err(error.into()),
    }
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
