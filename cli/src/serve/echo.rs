use std::io::{self, ErrorKind, Read, Write};

/// The size of a read, and the limit of unsent data of a client.
pub(super) const BUFFER: usize = 16 * 1024;

/// The number of reads of one client in a turn.
const STEPS_PER_TURN: usize = 16;

/// The echo of one client: its unsent data, and the number of bytes sent.
///
/// It allocates only while the client does not read.
#[derive(Debug, Default)]
pub(super) struct Echo {
    unsent: Vec<u8>,
    echoed: u64,
    is_at_end: bool,
}

/// The result of a client's turn.
#[derive(Debug)]
pub(super) enum Turn {
    /// The client waits for readiness.
    Waiting,
    /// The client has more work, after the other clients' turns.
    More,
    /// The connection has ended, possibly by an error.
    Ended(Option<ErrorKind>),
}

impl Echo {
    /// Returns the number of bytes sent.
    pub(super) const fn echoed(&self) -> u64 {
        self.echoed
    }

    /// Echoes until it would block. `buffer` is shared by all clients.
    ///
    /// The socket returns `WouldBlock` instead of waiting. If the turn ends in waiting, its last
    /// call has returned that.
    pub(super) fn take_turn(
        &mut self,
        socket: &mut (impl Read + Write),
        buffer: &mut [u8],
    ) -> Turn {
        for _ in 0..STEPS_PER_TURN {
            let result = if self.unsent.is_empty() {
                self.echo(socket, buffer)
            } else {
                self.send_unsent(socket)
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

    /// Reads once, sends what it can, and keeps the rest.
    fn echo(&mut self, socket: &mut (impl Read + Write), buffer: &mut [u8]) -> io::Result<()> {
        let length = socket.read(buffer)?;
        if length == 0 {
            self.is_at_end = true;
            return Ok(());
        }
        let sent = match self.write(socket, &buffer[..length]) {
            Ok(sent) => sent,
            Err(error) if is_momentary(&error) => 0,
            Err(error) => return Err(error),
        };
        self.unsent.extend_from_slice(&buffer[sent..length]);
        Ok(())
    }

    fn send_unsent(&mut self, socket: &mut impl Write) -> io::Result<()> {
        let unsent = std::mem::take(&mut self.unsent);
        let result = self.write(socket, &unsent);
        self.unsent = unsent;
        self.unsent.drain(..result?);
        if self.unsent.is_empty() {
            // Free the memory when the client reads again.
            self.unsent = Vec::new();
        }
        Ok(())
    }

    fn write(&mut self, socket: &mut impl Write, bytes: &[u8]) -> io::Result<usize> {
        let result = socket.write(bytes);
        self.echoed += result.as_ref().map_or(0, |length| *length as u64);
        result
    }
}

fn is_momentary(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
