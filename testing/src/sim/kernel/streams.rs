//! Connections: two streams of bytes, each bounded, each ended on its own.

use std::collections::VecDeque;

use anteroom_conformance::Step;

/// The number of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct ConnectionId(pub(super) u64);

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Side {
    Client,
    Server,
}

/// What one end knows.
#[derive(Clone, Debug)]
struct End {
    /// What has come and was not read yet.
    received: VecDeque<u8>,
    is_open: bool,
    /// Whether this end has said that it will write nothing more.
    has_ended: bool,
    /// Whether the next read finds that the peer cut the connection.
    is_reset: bool,
}

impl End {
    const fn new() -> Self {
        Self {
            received: VecDeque::new(),
            is_open: true,
            has_ended: false,
            is_reset: false,
        }
    }
}

/// A connection, with as much room in each direction.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    client: End,
    server: End,
    room: usize,
    /// The pipe's name, which lives for as long as the server's end does.
    pub(super) pipe: Option<Vec<u8>>,
}

impl Connection {
    pub(super) const fn new(room: usize, pipe: Option<Vec<u8>>) -> Self {
        Self {
            client: End::new(),
            server: End::new(),
            room,
            pipe,
        }
    }

    /// Writes what fits.
    pub(super) fn write(&mut self, side: Side, bytes: &[u8]) -> Step {
        let room = self.room;
        let (own, peer) = self.ends(side);
        if own.has_ended || !peer.is_open {
            // That the peer cut the connection is left for the next read to learn.
            return Step::Broken;
        }
        let count = bytes.len().min(room - peer.received.len());
        if count == 0 {
            return Step::WouldBlock;
        }
        peer.received.extend(&bytes[..count]);
        Step::Wrote(count)
    }

    /// Reads what is there: bytes come first, even if the peer has gone.
    pub(super) fn read(&mut self, side: Side, at_most: usize) -> Step {
        let (own, peer) = self.ends(side);
        let count = at_most.min(own.received.len());
        if count > 0 {
            Step::Read(own.received.drain(..count).collect())
        } else if std::mem::take(&mut own.is_reset) {
            Step::Broken
        } else if !peer.is_open || peer.has_ended {
            Step::End
        } else {
            Step::WouldBlock
        }
    }

    /// Ends one direction.
    pub(super) const fn end(&mut self, side: Side) {
        let (own, _) = self.ends(side);
        own.has_ended = true;
    }

    /// Closes one end; `resets` says whether the peer learns that more was lost than an end.
    pub(super) fn close(&mut self, side: Side, resets: bool) {
        let (own, peer) = self.ends(side);
        own.is_open = false;
        own.received.clear();
        peer.is_reset |= resets;
    }

    /// Returns whether bytes have come to this end which nobody has read.
    pub(super) fn has_unread(&self, side: Side) -> bool {
        match side {
            Side::Client => !self.client.received.is_empty(),
            Side::Server => !self.server.received.is_empty(),
        }
    }

    /// Returns whether nobody holds either end any more.
    pub(super) const fn is_over(&self) -> bool {
        !self.client.is_open && !self.server.is_open
    }

    const fn ends(&mut self, side: Side) -> (&mut End, &mut End) {
        match side {
            Side::Client => (&mut self.client, &mut self.server),
            Side::Server => (&mut self.server, &mut self.client),
        }
    }
}
