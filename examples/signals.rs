//! How the examples with an event loop learn that they are to stop.

use std::io;
use std::os::unix::net::UnixStream;

use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

/// Has a byte come for each Ctrl-C, and each wish of a service manager.
pub(crate) fn catch_signals() -> io::Result<UnixStream> {
    let (receiver, sender) = UnixStream::pair()?;
    receiver.set_nonblocking(true)?;
    pipe::register(SIGINT, sender.try_clone()?)?;
    pipe::register(SIGTERM, sender)?;
    // A program inherits blocked signals, for example from one that uses sigwait(3).
    SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]).thread_unblock()?;
    Ok(receiver)
}
