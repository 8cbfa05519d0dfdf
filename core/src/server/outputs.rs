use super::pause::Shortage;
use super::{Effect, ListenerId, Server};
use crate::{Failure, Time};

/// Outputs: what there is to do.
impl<C> Server<C> {
    /// Returns the next piece of work for the platform.
    pub fn poll_effect(&mut self) -> Option<Effect<C>> {
        self.effects
            .pop_front()
            .or_else(|| self.discarded.pop_front().map(Effect::Discard))
    }

    /// Returns how many connections became available since this was last asked.
    ///
    /// Each counts once, whoever took it in.
    //= SRV-3, SIG-1
    #[doc(alias = "QLocalServer::newConnection")]
    pub const fn take_new_connections(&mut self) -> usize {
        core::mem::replace(&mut self.new_connections, 0)
    }

    /// Returns why the listener was lost, once: the next time there is nothing to tell.
    ///
    /// The next `listen` discards a loss that nobody asked for. [`end`](Self::end) stays
    /// [`End::Lost`](crate::End::Lost) until the server listens again.
    pub const fn take_loss(&mut self) -> Option<Failure> {
        self.lost.take()
    }

    /// Returns the moment at which to call [`handle_timeout`](Self::handle_timeout).
    #[inline]
    pub fn poll_timeout(&self) -> Option<Time> {
        self.phase.listening()?.shortage.as_ref()?.until
    }

    /// Returns the listener from which to take in one more connection now, if one may be.
    ///
    /// A pure function of the state, so there is nothing to re-arm and nothing to forget.
    //= SRV-1, SETMAX-1, SETMAX-2, SETMAX-3, SETMAX-4, WAIT-6
    #[inline]
    pub fn wants_accept(&self) -> Option<ListenerId> {
        self.wants_accept_after(0)
    }

    /// Returns what [`wants_accept`](Self::wants_accept) will after
    /// [`connections_closed`](Self::connections_closed).
    #[inline]
    pub fn wants_accept_after(&self, closed: usize) -> Option<ListenerId> {
        let listening = self.phase.listening()?;
        let is_due = |shortage: &Shortage| shortage.is_attempt_due();
        let open = listening.shortage.as_ref().is_none_or(is_due)
            && self.pending.len() < self.max_pending
            && self
                .open
                .is_none_or(|open| open.count.saturating_sub(closed) < open.limit);
        open.then_some(listening.listener)
    }
}
