use std::io::{self, ErrorKind, Read as _, Write as _};

use mio::event::Event;
use mio::net::UnixStream;
use mio::{Interest, Registry, Token};

/// How many bytes are read at once; no more than that waits to be sent back to a client.
pub(super) const BUFFER: usize = 16 * 1024;

/// How often a client is read from before it is another one's turn.
const STEPS_PER_TURN: usize = 16;

/// A client, and what has not been sent back to it yet.
///
/// It costs one descriptor, and memory only while it does not read. The poller tells of changes
/// only, so what it said is kept until a call says otherwise.
#[derive(Debug)]
pub(super) struct Client {
    socket: UnixStream,
    unsent: Vec<u8>,
    echoed: u64,
    is_readable: bool,
    is_writable: bool,
    is_at_end: bool,
}

/// How a client's turn came out.
#[derive(Debug)]
pub(super) enum Turn {
    /// There is nothing to do until the poller tells more.
    Waiting,
    /// There is more to do, after the others had their turn.
    More,
    /// The connection has ended: well, or by an error.
    Ended(Option<ErrorKind>),
}

impl Client {
    /// Takes over a connected socket, and has it polled under `token`.
    pub(super) fn new(
        socket: std::os::unix::net::UnixStream,
        registry: &Registry,
        token: Token,
    ) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let mut socket = UnixStream::from_std(socket);
        registry.register(&mut socket, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self {
            socket,
            unsent: Vec::new(),
            echoed: 0,
            is_readable: false,
            is_writable: true,
            is_at_end: false,
        })
    }

    /// Returns how many bytes were sent back.
    pub(super) const fn echoed(&self) -> u64 {
        self.echoed
    }

    /// Takes note of what the poller tells.
    pub(super) fn notice(&mut self, event: &Event) {
        let failed = event.is_error();
        self.is_readable |= event.is_readable() || event.is_read_closed() || failed;
        self.is_writable |= event.is_writable() || event.is_write_closed() || failed;
    }

    /// Sends back what comes, as long as that needs no waiting; `buffer` is for anybody's use.
    pub(super) fn take_turn(&mut self, buffer: &mut [u8]) -> Turn {
        for _ in 0..STEPS_PER_TURN {
            let result = if self.unsent.is_empty() {
                self.echo(buffer)
            } else {
                self.send_unsent()
            };
            match result {
                Ok(()) if self.is_at_end && self.unsent.is_empty() => return Turn::Ended(None),
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Turn::Waiting,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Turn::Ended(Some(error.kind())),
            }
        }
        Turn::More
    }

    /// Reads once and sends back what can be sent at once; the rest is kept.
    fn echo(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let length = self.read(buffer)?;
        if length == 0 {
            self.is_at_end = true;
            return Ok(());
        }
        let sent = match self.write(&buffer[..length]) {
            Ok(sent) => sent,
            Err(error) if is_momentary(&error) => 0,
            Err(error) => return Err(error),
        };
        self.unsent.extend_from_slice(&buffer[sent..length]);
        Ok(())
    }

    fn send_unsent(&mut self) -> io::Result<()> {
        let unsent = std::mem::take(&mut self.unsent);
        let result = self.write(&unsent);
        self.unsent = unsent;
        self.unsent.drain(..result?);
        if self.unsent.is_empty() {
            // A client that reads again does not need the memory any more.
            self.unsent = Vec::new();
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_readable {
            return Err(ErrorKind::WouldBlock.into());
        }
        let result = self.socket.read(buffer);
        self.is_readable = !is_blocked(&result);
        result
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_writable {
            return Err(ErrorKind::WouldBlock.into());
        }
        let result = self.socket.write(bytes);
        self.is_writable = !is_blocked(&result);
        self.echoed += result.as_ref().map_or(0, |length| *length as u64);
        result
    }
}

fn is_blocked(result: &io::Result<usize>) -> bool {
    matches!(result, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

fn is_momentary(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
