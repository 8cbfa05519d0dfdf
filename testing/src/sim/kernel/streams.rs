//! Connections: a bounded byte stream in each direction.

use std::collections::VecDeque;

use anteroom_conformance::Step;

/// Identifies a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct ConnectionId(pub(super) u64);

/// An end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Side {
    Client,
    Server,
}

/// The state of one end.
#[derive(Clone, Debug)]
struct End {
    /// Bytes that have arrived and are not read yet.
    received: VecDeque<u8>,
    is_open: bool,
    /// Whether this end has shut down writing.
    has_ended: bool,
    /// Whether the next read returns `ECONNRESET`.
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

/// A connection, whose directions have buffers of the same size.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    client: End,
    server: End,
    room: usize,
    /// The name of the pipe, which exists as long as the end of the server.
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

    /// Writes as many bytes as fit into the buffer.
    pub(super) fn write(&mut self, side: Side, bytes: &[u8]) -> Step {
        let room = self.room;
        let (own, peer) = self.ends(side);
        if own.has_ended || !peer.is_open {
            // `is_reset` stays set: the next read reports it.
            return Step::Broken;
        }
        let count = bytes.len().min(room - peer.received.len());
        if count == 0 {
            return Step::WouldBlock;
        }
        peer.received.extend(&bytes[..count]);
        Step::Wrote(count)
    }

    /// Reads the bytes that have arrived, also those of a peer that has closed its end.
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

    /// Shuts down one direction.
    pub(super) const fn end(&mut self, side: Side) {
        let (own, _) = self.ends(side);
        own.has_ended = true;
    }

    /// Closes one end. `resets` sets whether the peer reads `ECONNRESET` or the end of the stream.
    pub(super) fn close(&mut self, side: Side, resets: bool) {
        let (own, peer) = self.ends(side);
        own.is_open = false;
        own.received.clear();
        peer.is_reset |= resets;
    }

    /// Returns whether this end has unread bytes.
    pub(super) fn has_unread(&self, side: Side) -> bool {
        match side {
            Side::Client => !self.client.received.is_empty(),
            Side::Server => !self.server.received.is_empty(),
        }
    }

    /// Returns whether both ends are closed.
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
