use super::pause::ActivePause;
use super::{Effect, ListenerId, Server};
use crate::{Failure, Time};

/// Outputs: work for the caller, and notifications for the application.
impl<C> Server<C> {
    /// Removes and returns the next effect.
    pub fn poll_effect(&mut self) -> Option<Effect<C>> {
        self.effects
            .pop_front()
            .or_else(|| self.discarded.pop_front().map(Effect::Discard))
    }

    /// Returns the number of connections queued since the last call.
    ///
    /// Each connection counts once, whichever method accepted it.
    //= SRV-3, SIG-1
    #[doc(alias = "QLocalServer::newConnection")]
    pub const fn take_new_connections(&mut self) -> usize {
        core::mem::replace(&mut self.new_connections, 0)
    }

    /// Returns why the listener was lost. Later calls return `None`.
    ///
    /// The next `listen` discards an unread loss. [`end`](Self::end) returns
    /// [`End::Lost`](crate::End::Lost) until the server listens again.
    pub const fn take_loss(&mut self) -> Option<Failure> {
        self.lost.take()
    }

    /// Returns when to call [`handle_timeout`](Self::handle_timeout): at the end of the back-off.
    #[inline]
    pub fn poll_timeout(&self) -> Option<Time> {
        self.phase.listening()?.pause.as_ref()?.until
    }

    /// Returns the listener to accept one more connection from, if the server wants one.
    ///
    /// This is a function of the state alone: call it again after every other call.
    //= SRV-1, SETMAX-1, SETMAX-2, SETMAX-3, SETMAX-4, WAIT-6
    #[inline]
    pub fn wants_accept(&self) -> Option<ListenerId> {
        self.wants_accept_after(0)
    }

    /// Returns what [`wants_accept`](Self::wants_accept) would return after
    /// [`connections_closed(closed)`](Self::connections_closed).
    #[inline]
    pub fn wants_accept_after(&self, closed: usize) -> Option<ListenerId> {
        let listening = self.phase.listening()?;
        let is_due = |pause: &ActivePause| pause.is_attempt_due();
        let open = listening.pause.as_ref().is_none_or(is_due)
            && self.pending.len() < self.max_pending
            && self
                .open
                .is_none_or(|open| open.count.saturating_sub(closed) < open.limit);
        open.then_some(listening.listener)
    }
}
