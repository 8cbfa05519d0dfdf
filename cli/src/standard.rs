//! Standard input, output and error. Reads and writes wait even if the stream is non-blocking.

use std::io::{self, Write};

#[cfg(unix)]
pub(crate) use self::unix::{errors, input, output};
#[cfg(not(unix))]
pub(crate) use std::io::{stderr as errors, stdout as output};

/// Writes a text to a stream.
pub(crate) fn write(mut stream: impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

#[cfg(unix)]
mod unix {
    use std::io::{self, ErrorKind, Read, StderrLock, StdinLock, StdoutLock, Write};
    use std::os::fd::{AsFd, BorrowedFd};

    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    /// Locks standard input.
    pub(crate) fn input() -> WaitingStream<StdinLock<'static>> {
        WaitingStream(io::stdin().lock())
    }

    /// Locks standard output.
    pub(crate) fn output() -> WaitingStream<StdoutLock<'static>> {
        WaitingStream(io::stdout().lock())
    }

    /// Locks standard error.
    pub(crate) fn errors() -> WaitingStream<StderrLock<'static>> {
        WaitingStream(io::stderr().lock())
    }

    /// A stream that waits on `EAGAIN`.
    ///
    /// Processes share the open file and its `O_NONBLOCK`: another one may have set it, and this
    /// one must not change it.
    #[derive(Debug)]
    pub(crate) struct WaitingStream<S>(S);

    impl<S: AsFd> WaitingStream<S> {
        fn retry<T>(
            &mut self,
            readiness: PollFlags,
            mut action: impl FnMut(&mut S) -> io::Result<T>,
        ) -> io::Result<T> {
            loop {
                match action(&mut self.0) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        wait(self.0.as_fd(), readiness)?;
                    }
                    result => return result,
                }
            }
        }
    }

    impl<S: Read + AsFd> Read for WaitingStream<S> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.retry(PollFlags::POLLIN, |stream| stream.read(buffer))
        }
    }

    impl<S: Write + AsFd> Write for WaitingStream<S> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.retry(PollFlags::POLLOUT, |stream| stream.write(bytes))
        }

        fn flush(&mut self) -> io::Result<()> {
            self.retry(PollFlags::POLLOUT, Write::flush)
        }
    }

    fn wait(stream: BorrowedFd<'_>, readiness: PollFlags) -> io::Result<()> {
        match poll(&mut [PollFd::new(stream, readiness)], PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
