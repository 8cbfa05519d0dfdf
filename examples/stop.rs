//! How the examples on tokio learn that they are to stop.

use std::io;
use std::os::unix::net;

use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;
use tokio::io::AsyncReadExt as _;
use tokio::net::UnixStream;

/// The two ways to be asked: Ctrl-C, and what service managers send.
///
/// `tokio::signal` serves as well, unless descriptors may run out: with that feature tokio panics
/// when a runtime cannot be made for lack of them.
pub(crate) struct Stop(UnixStream);

impl Stop {
    /// Catches both signals from now on.
    pub(crate) fn new() -> io::Result<Self> {
        let (receiver, sender) = net::UnixStream::pair()?;
        receiver.set_nonblocking(true)?;
        pipe::register(SIGINT, sender.try_clone()?)?;
        pipe::register(SIGTERM, sender)?;
        // A program inherits blocked signals, for example from one that uses sigwait(3).
        let signals = [Signal::SIGINT, Signal::SIGTERM];
        SigSet::from_iter(signals).thread_unblock()?;
        UnixStream::from_std(receiver).map(Self)
    }

    /// Waits until asked to stop, once more each time.
    pub(crate) async fn asked(&mut self) {
        // The other end is never closed.
        let _ = self.0.read_u8().await;
    }
}
