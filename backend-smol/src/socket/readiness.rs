use std::io::{Error, IoSlice, IoSliceMut, Read as _, Result, Write as _};
use std::os::unix::net::UnixStream;

use async_io::Async;

use super::{LocalSocket, OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};

/// Readiness, and operations that do not wait.
impl LocalSocket {
    /// Returns the socket of the standard library, registered or not.
    pub(super) fn get_std(&self) -> Result<&UnixStream> {
        let registered = || self.0.native().map(Async::get_ref);
        self.0.unregistered().map_or_else(registered, Ok)
    }

    /// Waits until the socket is readable, or the peer has ended its direction.
    ///
    /// Registers the socket first. Readiness may be spurious: see [`try_read`](Self::try_read).
    ///
    /// # Errors
    ///
    /// Returns an error if the socket cannot register with the reactor, which closes it.
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
    /// See [`readable`](Self::readable).
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
    /// use anteroom::smol::LocalSocket;
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
    /// # let (mut one, other) = LocalSocket::pair()?;
    /// # other.try_write(b"hello")?;
    /// # assert_eq!(async_io::block_on(read_some(&mut one))?, b"hello");
    /// # Ok::<(), io::Error>(())
    /// ```
    pub fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        self.get_std()?.read(buffer)
    }

    /// Reads available data into several buffers without waiting.
    ///
    /// Does not register the socket.
    ///
    /// # Errors
    ///
    /// See [`try_read`](Self::try_read).
    pub fn try_read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
        self.get_std()?.read_vectored(buffers)
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
        self.get_std()?.write(bytes)
    }

    /// Writes as much of several buffers as fits without waiting.
    ///
    /// Does not register the socket.
    ///
    /// # Errors
    ///
    /// See [`try_write`](Self::try_write).
    pub fn try_write_vectored(&self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        self.get_std()?.write_vectored(buffers)
    }

    /// Takes the pending error of the socket.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    pub fn take_error(&self) -> Result<Option<Error>> {
        self.get_std()?.take_error()
    }
}

impl ReadHalf<'_> {
    /// Waits until the socket is readable, or the peer has ended its direction.
    ///
    /// # Errors
    ///
    /// Returns an error if the reactor cannot wait for the socket.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    pub async fn readable(&self) -> Result<()> {
        self.as_ref().readable().await
    }

    /// Reads available data without waiting. Zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no data yet, else the
    /// error of the operating system.
    pub fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        self.as_ref().get_ref().read(buffer)
    }

    /// Reads available data into several buffers without waiting.
    ///
    /// # Errors
    ///
    /// See [`try_read`](Self::try_read).
    pub fn try_read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
        self.as_ref().get_ref().read_vectored(buffers)
    }
}

impl OwnedReadHalf {
    /// Waits until the socket is readable, or the peer has ended its direction.
    ///
    /// # Errors
    ///
    /// Returns an error if the reactor cannot wait for the socket.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    pub async fn readable(&self) -> Result<()> {
        self.as_ref().readable().await
    }

    /// Reads available data without waiting. Zero bytes are the end of the data.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no data yet, else the
    /// error of the operating system.
    pub fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        self.as_ref().get_ref().read(buffer)
    }

    /// Reads available data into several buffers without waiting.
    ///
    /// # Errors
    ///
    /// See [`try_read`](Self::try_read).
    pub fn try_read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
        self.as_ref().get_ref().read_vectored(buffers)
    }
}

impl WriteHalf<'_> {
    /// Waits until the socket is writable.
    ///
    /// # Errors
    ///
    /// Returns an error if the reactor cannot wait for the socket.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    pub async fn writable(&self) -> Result<()> {
        self.as_ref().writable().await
    }

    /// Writes as much as fits without waiting.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if nothing fits, else the error of
    /// the operating system.
    pub fn try_write(&self, bytes: &[u8]) -> Result<usize> {
        self.as_ref().get_ref().write(bytes)
    }

    /// Writes as much of several buffers as fits without waiting.
    ///
    /// # Errors
    ///
    /// See [`try_write`](Self::try_write).
    pub fn try_write_vectored(&self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        self.as_ref().get_ref().write_vectored(buffers)
    }
}

impl OwnedWriteHalf {
    /// Waits until the socket is writable.
    ///
    /// # Errors
    ///
    /// Returns an error if the reactor cannot wait for the socket.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no data.
    pub async fn writable(&self) -> Result<()> {
        self.as_ref().writable().await
    }

    /// Writes as much as fits without waiting.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if nothing fits, else the error of
    /// the operating system.
    pub fn try_write(&self, bytes: &[u8]) -> Result<usize> {
        self.as_ref().get_ref().write(bytes)
    }

    /// Writes as much of several buffers as fits without waiting.
    ///
    /// # Errors
    ///
    /// See [`try_write`](Self::try_write).
    pub fn try_write_vectored(&self, buffers: &[IoSlice<'_>]) -> Result<usize> {
        self.as_ref().get_ref().write_vectored(buffers)
    }
}
