use super::{Open, Server};
use crate::{Backlog, ListenOptions, Owner, SocketOptions};

/// Commands that keep the phase: the pending queue, the limits, and the options.
impl<C> Server<C> {
    /// Removes the oldest connection from the pending queue.
    //= SETMAX-2
    //= SRV-4, CLOSE-2, NEXT-1, NEXT-2
    #[inline]
    pub fn next_pending(&mut self) -> Option<C> {
        self.pending.pop_front()
    }

    /// Queues a connection that the application made. It counts against the limit and is announced.
    ///
    /// The connection is queued even if the queue is full.
    //= Q6-4
    pub fn add_pending(&mut self, connection: C) {
        self.enqueue(connection);
    }

    /// Drops all pending connections.
    pub fn discard_pending(&mut self) {
        self.assert_no_effects();
        core::mem::swap(&mut self.pending, &mut self.discarded);
        // A panic in a destructor may have left connections of an earlier call.
        self.discarded.append(&mut self.pending);
    }

    /// Sets the limit of the pending queue: while that many are pending, the server does not
    /// accept.
    ///
    /// A higher limit takes effect immediately. A lower limit drops no connection. With zero the
    /// server accepts none.
    //= SETMAX-1
    //= MAX-1, SETMAX-4
    pub const fn set_max_pending(&mut self, limit: usize) {
        self.max_pending = limit;
    }

    /// Limits the open connections: while that many are open, the server does not accept.
    ///
    /// Every connection that is accepted after the first call counts, queued or not, until
    /// [`connections_closed`](Self::connections_closed).
    pub fn limit_connections(&mut self, limit: usize) {
        let count = self.open_connections().unwrap_or_default();
        self.open = Some(Open { count, limit });
    }

    /// Subtracts `count` closed connections from the number of open ones.
    pub const fn connections_closed(&mut self, count: usize) {
        if let Some(open) = &mut self.open {
            open.count = open.count.saturating_sub(count);
        }
    }

    /// Sets the socket options of the next `listen`.
    //= OPT-10, OPT-15
    pub const fn set_socket_options(&mut self, options: SocketOptions) {
        self.options.socket = options;
    }

    /// Sets the length of the operating system's backlog for the next `listen`.
    //= Q6-2
    pub const fn set_backlog(&mut self, backlog: Backlog) {
        self.options.backlog = backlog;
    }

    /// Sets all options of the next `listen`.
    pub const fn set_listen_options(&mut self, options: ListenOptions) {
        self.options = options;
    }

    /// Sets the owner of the socket file for the next `listen`.
    //= OPT-10
    pub const fn set_owner(&mut self, owner: Owner) {
        self.options.owner = owner;
    }

    //= SIG-1
    #[inline]
    pub(super) fn enqueue(&mut self, connection: C) {
        self.pending.push_back(connection);
        self.new_connections += 1;
    }

    pub(super) fn assert_no_effects(&self) {
        debug_assert!(
            self.effects.is_empty() && self.discarded.is_empty(),
            "effects are taken after every command and every event"
        );
    }
}
