use super::pause::Shortage;
use super::{Effect, Event, ListenerId, Server};
use crate::{Failure, Time};

/// Outputs: what there is to do.
impl<C> Server<C> {
    /// Returns the next piece of work for the platform.
    pub fn poll_effect(&mut self) -> Option<Effect<C>> {
        self.effects
            .pop_front()
            .or_else(|| self.discarded.pop_front().map(Effect::Discard))
    }

    /// Returns the next piece of news for the application.
    //= SRV-3, SIG-1
    pub const fn poll_event(&mut self) -> Option<Event> {
        if self.new_connections > 0 {
            self.new_connections -= 1;
            Some(Event::NewConnection)
        } else if let Some(event) = self.pause_events.poll() {
            Some(event)
        } else if let Some(failure) = self.lost.take() {
            Some(Event::ListenerLost(failure))
        } else if core::mem::replace(&mut self.drained, false) {
            Some(Event::Drained)
        } else {
            None
        }
    }

    /// Returns why the listener was lost, if that is news.
    ///
    /// It is then told, and no longer news for [`poll_event`](Self::poll_event).
    pub const fn take_loss(&mut self) -> Option<Failure> {
        self.lost.take()
    }

    /// Returns how many connections became available since this was last asked.
    ///
    /// # Specification
    ///
    /// SIG-1.
    //= SIG-1
    pub const fn take_new_connections(&mut self) -> usize {
        core::mem::replace(&mut self.new_connections, 0)
    }

    /// Returns the moment at which to call [`handle_timeout`](Self::handle_timeout).
    #[inline]
    pub fn poll_timeout(&self) -> Option<Time> {
        self.phase.listening()?.shortage.as_ref()?.until
    }

    /// Returns the listener from which to take in one more connection now, if one may be.
    ///
    /// A pure function of the state, so there is nothing to re-arm and nothing to forget.
    ///
    /// # Specification
    ///
    /// SETMAX-1, SETMAX-2, SETMAX-3, SETMAX-4, WAIT-6.
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
