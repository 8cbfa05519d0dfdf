use std::io::{self, ErrorKind, Read, Write};

/// How many bytes are read at once; no more than that waits to be sent back to a client.
pub(super) const BUFFER: usize = 16 * 1024;

/// How often a client is read from before it is another one's turn.
const STEPS_PER_TURN: usize = 16;

/// What is sent back to a client, on every runtime: what has not been yet, and how much has.
///
/// It costs memory only while the client does not read.
#[derive(Debug, Default)]
pub(super) struct Echo {
    unsent: Vec<u8>,
    echoed: u64,
    is_at_end: bool,
}

/// How a client's turn came out.
#[derive(Debug)]
pub(super) enum Turn {
    /// There is nothing to do until the runtime tells more.
    Waiting,
    /// There is more to do, after the others had their turn.
    More,
    /// The connection has ended: well, or by an error.
    Ended(Option<ErrorKind>),
}

impl Echo {
    /// Returns how many bytes were sent back.
    pub(super) const fn echoed(&self) -> u64 {
        self.echoed
    }

    /// Sends back what comes, as long as that needs no waiting; `buffer` is for anybody's use.
    ///
    /// The socket says `WouldBlock` for what it cannot do at once. When the turn ends in waiting,
    /// that was its last word.
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

    /// Reads once and sends back what can be sent at once; the rest is kept.
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
            // A client that reads again does not need the memory any more.
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
