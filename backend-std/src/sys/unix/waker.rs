use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rustix::net::{RecvFlags, SendFlags};

const WAKE: u8 = 1;
const STOP: u8 = 2;

/// The sending end of a waker. All clones end the same wait.
#[derive(Clone, Debug)]
pub struct WakeSender(Arc<UnixStream>);

/// The receiving end of a waker, readable from the first wake until it is cleared.
#[derive(Debug)]
pub struct WakeReceiver(UnixStream);

/// Creates a pair that ends a wait from another thread or a signal handler.
///
/// # Errors
///
/// Returns an error if descriptors or memory have run out.
pub fn waker() -> io::Result<(WakeSender, WakeReceiver)> {
    let (sender, receiver) = UnixStream::pair()?;
    sender.set_nonblocking(true)?;
    receiver.set_nonblocking(true)?;
    #[cfg(target_vendor = "apple")]
    super::socket::silence(sender.as_fd());
    Ok((WakeSender(Arc::new(sender)), WakeReceiver(receiver)))
}

impl WakeSender {
    /// Ends the current wait, or the next one.
    ///
    /// It makes one system call, never blocks and never allocates, so a signal handler may call it.
    pub fn wake(&self) {
        self.send(WAKE);
    }

    /// Ends the wait without reporting a wake-up.
    pub fn stop(&self) {
        self.send(STOP);
    }

    fn send(&self, reason: u8) {
        // A full buffer means that a wake-up is already pending; EPIPE means that there is no
        // receiver. Both are ignored.
        let _ = rustix::net::send(&*self.0, &[reason], no_signal());
    }
}

impl WakeReceiver {
    /// Clears all wake-ups. Returns whether one was by [`WakeSender::wake`].
    pub fn clear(&self) -> bool {
        let mut bytes = [0; 64];
        let mut woken = false;
        // A short answer would not be the end: bytes that were sent apart may come apart.
        while let Ok(length @ 1..) = self.receive(&mut bytes) {
            woken |= bytes[..length].contains(&WAKE);
        }
        woken
    }

    fn receive(&self, bytes: &mut [u8]) -> rustix::io::Result<usize> {
        rustix::io::retry_on_intr(|| {
            rustix::net::recv(&self.0, &mut *bytes, RecvFlags::empty()).map(|(length, _)| length)
        })
    }
}

impl AsFd for WakeReceiver {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// A wake-up without a receiver must not end the process.
#[cfg(not(target_vendor = "apple"))]
const fn no_signal() -> SendFlags {
    SendFlags::NOSIGNAL
}

#[cfg(target_vendor = "apple")]
const fn no_signal() -> SendFlags {
    SendFlags::empty()
}
