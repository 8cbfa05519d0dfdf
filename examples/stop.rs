//! How the examples with tasks learn that they are to stop.

use std::io;
use std::os::unix::net::UnixStream;

use anteroom::generic::AsyncSocket;
use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

/// The two ways to be asked: Ctrl-C, and what service managers send.
///
/// `S` is the socket of the runtime, which waits for a byte from the signal handler.
///
/// `tokio::signal` serves as well, unless descriptors may run out: with that feature tokio panics
/// when a runtime cannot be made for lack of them.
pub(crate) struct Stop<S>(S);

impl<S: AsyncSocket + TryFrom<UnixStream, Error: Into<io::Error>>> Stop<S> {
    /// Catches both signals from now on.
    pub(crate) fn new() -> io::Result<Self> {
        let (receiver, sender) = UnixStream::pair()?;
        pipe::register(SIGINT, sender.try_clone()?)?;
        pipe::register(SIGTERM, sender)?;
        // A program inherits blocked signals, for example from one that uses sigwait(3).
        let signals = [Signal::SIGINT, Signal::SIGTERM];
        SigSet::from_iter(signals).thread_unblock()?;
        S::try_from(receiver).map(Self).map_err(Into::into)
    }

    /// Waits until asked to stop, once more each time.
    pub(crate) async fn asked(&mut self) {
        // The other end is never closed.
        let _ = self.0.read(&mut [0]).await;
    }
}
