use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::signals;

/// The signals that end the server, as a stream that every runtime can poll.
#[derive(Debug)]
pub(super) struct Signals {
    last: Arc<AtomicUsize>,
}

impl Signals {
    /// Catches SIGINT, SIGTERM and SIGHUP, except ignored ones.
    ///
    /// The non-blocking stream receives a byte for each. SIGHUP is not caught where ignored signals
    /// are unknown.
    pub(super) fn catch() -> io::Result<(Self, UnixStream)> {
        let (receiver, sender) = UnixStream::pair()?;
        receiver.set_nonblocking(true)?;
        sender.set_nonblocking(true)?;
        let last = Arc::new(AtomicUsize::new(0));
        for signal in signals::without_ignored([SIGINT, SIGTERM, SIGHUP]) {
            let number = usize::try_from(signal).map_err(io::Error::other)?;
            flag::register_usize(signal, Arc::clone(&last), number)?;
            low_level::pipe::register(signal, sender.try_clone()?)?;
        }
        signals::end_process_1([SIGQUIT])?;
        // After the handlers are installed, so that a pending signal counts, too.
        signals::unblock()?;
        Ok((Self { last }, receiver))
    }

    /// Creates a stream for tests, which write to it.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        let last = Arc::default();
        Self { last }
    }

    /// Returns the number of signals since the last call.
    pub(super) fn count(receiver: &mut impl Read) -> io::Result<usize> {
        let mut count = 0;
        let mut bytes = [0; 64];
        loop {
            match receiver.read(&mut bytes) {
                Ok(0) => return Ok(count),
                Ok(length) => count += length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Ends the process by the last signal.
    pub(super) fn obey(&self) -> io::Result<()> {
        let last = self.last.load(Ordering::SeqCst);
        signals::end_by(i32::try_from(last).unwrap_or(SIGTERM))
    }
}
