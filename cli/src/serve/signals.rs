use std::fs;
use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

/// The signals that end the server, as something that every runtime can poll.
#[derive(Debug)]
pub(super) struct Signals {
    last: Arc<AtomicUsize>,
}

impl Signals {
    /// Catches SIGINT, SIGTERM and SIGHUP from now on, but for those that are ignored.
    ///
    /// The stream gets one byte for each, and does not block.
    ///
    /// Where it is not known which are, the first two are caught all the same. SIGHUP is not: it
    /// would end a server which `nohup` was to keep from that.
    pub(super) fn catch() -> io::Result<(Self, UnixStream)> {
        let (receiver, sender) = UnixStream::pair()?;
        receiver.set_nonblocking(true)?;
        sender.set_nonblocking(true)?;
        let last = Arc::new(AtomicUsize::new(0));
        let ignored = ignored();
        let to_catch = |(signal, _): &(i32, usize)| match ignored {
            Some(signals) => signals & (1 << (signal - 1)) == 0,
            None => *signal != SIGHUP,
        };
        let all = [SIGINT, SIGTERM, SIGHUP].map(|signal| (signal, signal as usize));
        for (signal, number) in all.into_iter().filter(to_catch) {
            flag::register_usize(signal, Arc::clone(&last), number)?;
            low_level::pipe::register(signal, sender.try_clone()?)?;
        }
        Ok((Self { last }, receiver))
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
        low_level::emulate_default_handler(i32::try_from(last).unwrap_or(SIGTERM))
    }
}

/// Returns the signals that this process ignores, one bit for each, where the system tells.
///
/// The system call that tells it everywhere cannot be made without unsafe code.
fn ignored() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}
