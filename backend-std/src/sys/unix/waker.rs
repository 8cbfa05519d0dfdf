use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rustix::net::{RecvFlags, SendFlags};

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
        // That there is no room tells that nobody has cleared earlier wakes yet, and that the
        // other end is gone that nobody waits. Either way there is nothing left to do.
        let _ = rustix::net::send(&*self.0, &[1], no_signal());
    }
}

impl WakeReceiver {
    /// Forgets all wakes up to now.
    pub fn clear(&self) {
        let mut bytes = [0; 64];
        // A short answer would not be the end: bytes that were sent apart may come apart.
        while matches!(
            rustix::net::recv(&self.0, &mut bytes, RecvFlags::empty()),
            Ok((1.., _)) | Err(rustix::io::Errno::INTR)
        ) {}
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
