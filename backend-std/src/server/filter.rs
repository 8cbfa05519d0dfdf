use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use anteroom_core::{Admit, Failure, Intake};

use crate::{PeerIdentity, PeerSocket};

/// Decides whether a connection reaches the hook.
///
/// A panic leaves no state that the next call could observe.
type Filter<C> = AssertUnwindSafe<Arc<dyn Fn(&C) -> bool + Send + Sync>>;

/// A hook with an optional filter in front of it.
pub(super) struct Filtered<C, I> {
    filter: Option<Filter<C>>,
    refused: u64,
    pub(super) hook: I,
}

impl<C, I> Filtered<C, I> {
    pub(super) const fn new(hook: I) -> Self {
        Self {
            filter: None,
            refused: 0,
            hook,
        }
    }

    /// Replaces the hook and keeps the filter.
    pub(super) fn with_hook<J>(self, hook: J) -> Filtered<C, J> {
        Filtered {
            filter: self.filter,
            refused: self.refused,
            hook,
        }
    }

    /// Adds a filter to the existing ones.
    pub(super) fn add_filter(
        &mut self,
        admits: impl Fn(&PeerIdentity) -> bool + Send + Sync + 'static,
    ) where
        C: PeerSocket + 'static,
    {
        let earlier = self.filter.take();
        let filter = move |connection: &C| {
            earlier.as_ref().is_none_or(|earlier| earlier(connection))
                && connection.peer_identity().is_ok_and(|peer| admits(&peer))
        };
        self.filter = Some(AssertUnwindSafe(Arc::new(filter)));
    }

    pub(super) const fn refused(&self) -> u64 {
        self.refused
    }
}

impl<C, I: Intake<C>> Intake<C> for Filtered<C, I> {
    #[inline]
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        match &self.filter {
            Some(filter) if !filter(&connection) => self.refused += 1,
            _ => self.hook.incoming(connection, admit),
        }
    }

    fn paused(&mut self, failure: Failure) {
        self.hook.paused(failure);
    }

    fn resumed(&mut self) {
        self.hook.resumed();
    }
}

impl<C, I: Clone> Clone for Filtered<C, I> {
    fn clone(&self) -> Self {
        Self {
            filter: self
                .filter
                .as_ref()
                .map(|filter| AssertUnwindSafe(Arc::clone(filter))),
            refused: self.refused,
            hook: self.hook.clone(),
        }
    }
}

impl<C, I> fmt::Debug for Filtered<C, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filtered")
            .field("has_filter", &self.filter.is_some())
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}
