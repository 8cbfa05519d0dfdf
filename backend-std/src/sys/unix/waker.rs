use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rustix::net::{RecvFlags, SendFlags};

const WAKE: u8 = 1;
const STOP: u8 = 2;

/// The end that ends a wait. Its clones all end the same one.
#[derive(Clone, Debug)]
pub struct WakeSender(Arc<UnixStream>);

/// The end that a wait looks at: readable from the first wake until it is cleared.
#[derive(Debug)]
pub struct WakeReceiver(UnixStream);

/// Makes a pair that ends a wait from another thread or a signal handler.
///
/// # Errors
///
/// Reports that descriptors or memory have run out.
pub fn waker() -> io::Result<(WakeSender, WakeReceiver)> {
    let (sender, receiver) = UnixStream::pair()?;
    sender.set_nonblocking(true)?;
    receiver.set_nonblocking(true)?;
    #[cfg(target_vendor = "apple")]
    super::socket::silence(sender.as_fd());
    Ok((WakeSender(Arc::new(sender)), WakeReceiver(receiver)))
}

impl WakeSender {
    /// Ends the wait, be it the current one or the next.
    ///
    /// One system call, which neither blocks nor allocates: a signal handler may call it.
    pub fn wake(&self) {
        self.send(WAKE);
    }

    /// Ends the wait, for a reason that the waiting thread finds elsewhere.
    pub fn stop(&self) {
        self.send(STOP);
    }

    fn send(&self, reason: u8) {
        // That there is no room tells that nobody has cleared earlier wakes yet, and that the
        // other end is gone that nobody waits. Either way there is nothing left to do.
        let _ = rustix::net::send(&*self.0, &[reason], no_signal());
    }
}

impl WakeReceiver {
    /// Forgets all wakes up to now. Returns whether there was one by [`WakeSender::wake`].
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

/// Waking one who is gone must not end the process.
#[cfg(not(target_vendor = "apple"))]
const fn no_signal() -> SendFlags {
    SendFlags::NOSIGNAL
}

#[cfg(target_vendor = "apple")]
const fn no_signal() -> SendFlags {
    SendFlags::empty()
}
