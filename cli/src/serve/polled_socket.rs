use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream as StdStream;

use mio::event::Event;
use mio::net::UnixStream;
use mio::{Interest, Registry, Token};

/// A socket that mio watches.
///
/// The poller is edge-triggered, so readiness is stored until a call returns `WouldBlock`.
#[derive(Debug)]
pub(super) struct PolledSocket {
    socket: UnixStream,
    is_readable: bool,
    is_writable: bool,
}

impl PolledSocket {
    /// Registers a connected socket under `token`.
    pub(super) fn new(socket: StdStream, registry: &Registry, token: Token) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let mut socket = UnixStream::from_std(socket);
        registry.register(&mut socket, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self {
            socket,
            is_readable: false,
            is_writable: true,
        })
    }

    /// Stores the readiness of an event.
    pub(super) fn handle_event(&mut self, event: &Event) {
        let failed = event.is_error();
        self.is_readable |= event.is_readable() || event.is_read_closed() || failed;
        self.is_writable |= event.is_writable() || event.is_write_closed() || failed;
    }
}

impl Read for PolledSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_readable {
            return Err(ErrorKind::WouldBlock.into());
        }
        let result = self.socket.read(buffer);
        self.is_readable = !is_blocked(&result);
        result
    }
}

impl Write for PolledSocket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_writable {
            return Err(ErrorKind::WouldBlock.into());
        }
        let result = self.socket.write(bytes);
        self.is_writable = !is_blocked(&result);
        result
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_blocked(result: &io::Result<usize>) -> bool {
    matches!(result, Err(error) if error.kind() == ErrorKind::WouldBlock)
}
