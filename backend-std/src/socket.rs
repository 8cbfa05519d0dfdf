use std::io;
use std::task::{Context, Poll};

/// Reading and writing, the same for the sockets of all runtimes.
///
/// The sockets implement the traits of their runtime, too. This one is for code that is generic
/// over the runtime.
pub trait AsyncSocket {
    /// Reads into `buffer`; zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// What the operating system reports, or that the runtime cannot wait for the socket.
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>;

    /// Writes some of the bytes.
    ///
    /// # Errors
    ///
    /// As [`poll_read`](Self::poll_read).
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Ends the writing direction.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}
