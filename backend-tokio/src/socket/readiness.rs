use std::io::{Error, IoSlice, IoSliceMut, Read as _, Result, Write as _};

use tokio::io::{Interest, Ready};

use super::LocalSocket;

/// Readiness, and operations that do not wait.
impl LocalSocket {
    /// Waits until the socket is ready for any of the requested operations.
    ///
    /// Registers the socket first. Readiness may be spurious: wait again if the operation returns
    /// [`WouldBlock`](std::io::ErrorKind::WouldBlock).
    ///
    /// # Errors
    ///
    /// Returns an error if the socket cannot register with its runtime, which closes it, or if the
    /// runtime has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::tokio::LocalSocket;
    /// use tokio::io::Interest;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let (mut one, other) = LocalSocket::pair()?;
    /// other.try_write(b"!")?;
    /// let ready = one.ready(Interest::READABLE | Interest::WRITABLE).await?;
    /// assert!(ready.is_readable() || ready.is_writable());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ready(&mut self, interest: Interest) -> Result<Ready> {
        self.0.registered()?.ready(interest).await
    }

    /// Waits until the socket is readable, or the peer has ended its direction.
    ///
    /// Registers the socket first. Readiness may be spurious: see [`try_read`](Self::try_read).
    ///
    /// # Errors
    ///
    /// See [`ready`](Self::ready).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    pub async fn readable(&mut self) -> Result<()> {
        self.0.registered()?.readable().await
    }

    /// Waits until the socket is writable.
    ///
    /// Registers the socket first. Readiness may be spurious: see [`try_write`](Self::try_write).
    ///
    /// # Errors
    ///
    /// See [`ready`](Self::ready).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    pub async fn writable(&mut self) -> Result<()> {
        self.0.registered()?.writable().await
    }

    /// Reads available data without waiting. Zero bytes are the end of the data.
    ///
    /// Does not register the socket.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no data yet, else the
    /// error of the operating system.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::tokio::LocalSocket;
    /// use std::io::{self, ErrorKind};
    ///
    /// /// Needs no buffer while it waits.
    /// async fn read_some(socket: &mut LocalSocket) -> io::Result<Vec<u8>> {
    ///     loop {
    ///         socket.readable().await?;
    ///         let mut buffer = vec![0; 4096];
    ///         match socket.try_read(&mut buffer) {
    ///             Err(error) if error.kind() == ErrorKind::WouldBlock => {}
    ///             result => {
    ///                 buffer.truncate(result?);
    ///                 return Ok(buffer);
    ///             }
    ///         }
    ///     }
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// # let (mut one, other) = LocalSocket::pair()?;
    /// # other.try_write(b"hello")?;
    /// # assert_eq!(read_some(&mut one).await?, b"hello");
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        match self.0.unregistered() {
            Some(mut socket) => socket.read(buffer),
            None => self.0.native()?.try_read(buffer),
        }
    }

    /// Reads available data into several buffers without waiting.
    ///
    /// Does not register the socket.
    ///
    /// # Errors
    ///
    /// See [`try_read`](Self::try_read).
    pub fn try_read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
        match self.0.unregistered() {
            Some(mut socket) => socket.read_vectored(buffers),
            None => self.0.native()?.try_read_vectored(buffers),
        }
    }

    /// Writes as much as fits without waiting.
    ///
    /// Does not register the socket.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if nothing fits, else the error of
    /// the operating system.
    pub fn try_write(&self, bytes: &[u8]) -> Result<usize> {
        match self.0.unregistered() {
            Some(mut socket) => socket.write(bytes),
            None => self.0.native()?.try_write(bytes),
        }
    }

    /// Writes as much of several buffers as fits without waiting.
    ///
    /// Does not register the socket.
    ///
    /// # Errors
    ///
    /// See [`try_write`](Self::try_write).
    pub fn try_write_vectored(&self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        match self.0.unregistered() {
            Some(mut socket) => socket.write_vectored(buffers),
            None => self.0.native()?.try_write_vectored(buffers),
        }
    }

    /// Takes the pending error of the socket.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    pub fn take_error(&self) -> Result<Option<Error>> {
        match self.0.unregistered() {
            Some(socket) => socket.take_error(),
            None => self.0.native()?.take_error(),
        }
    }
}
