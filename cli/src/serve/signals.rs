use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::signals;

/// The signals that end the server, as something that every runtime can poll.
#[derive(Debug)]
pub(super) struct Signals {
    last: Arc<AtomicUsize>,
}

impl Signals {
    /// Catches SIGINT, SIGTERM and SIGHUP from now on, but for those that are ignored.
    ///
    /// The stream gets one byte for each, and does not block. Where it is not known which are
    /// ignored, SIGHUP is not caught.
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
        // Only now: a signal that has been pending counts as well.
        signals::unblock()?;
        Ok((Self { last }, receiver))
    }

    /// Catches nothing: a test writes to the stream.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        let last = Arc::default();
        Self { last }
    }

    /// Returns how many signals came since this was last asked.
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

    /// Ends the process as the last signal would have.
    pub(super) fn obey(&self) -> io::Result<()> {
        let last = self.last.load(Ordering::SeqCst);
        signals::end_by(i32::try_from(last).unwrap_or(SIGTERM))
    }
}
