use std::task::Waker;

// The loom test replaces this type.
use super::sync::Mutex;

/// The state shared by a server and the permits of its connections.
///
/// Wakers run foreign code, so they are woken and dropped without the lock.
#[derive(Debug, Default)]
pub(crate) struct Room(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The number of connections closed since the server last took it.
    closed: usize,
    /// The waker of the server, if it waits for a closed connection.
    owner: Option<Waker>,
}

impl Room {
    /// Counts a closed connection, and wakes the server.
    pub(crate) fn close_one(&self) {
        let owner = {
            let mut state = self.lock();
            state.closed += 1;
            state.owner.take()
        };
        if let Some(owner) = owner {
            owner.wake();
        }
    }

    /// Returns the number of closed connections since [`take_closed`](Self::take_closed).
    pub(crate) fn closed(&self) -> usize {
        self.lock().closed
    }

    /// Takes the number of closed connections. If it is zero, the next one wakes `owner`.
    pub(crate) fn take_closed(&self, owner: Option<&Waker>) -> usize {
        let mut old = owner.cloned();
        let mut state = self.lock();
        let closed = std::mem::take(&mut state.closed);
        if closed == 0 && old.is_some() {
            std::mem::swap(&mut state.owner, &mut old);
        }
        drop(state);
        closed
    }

    /// Drops the waker, since the server was dropped.
    pub(crate) fn leave(&self) {
        let owner = self.lock().owner.take();
        drop(owner);
    }

    /// No code that can panic runs under the lock, so a poisoned state is consistent.
    fn lock(&self) -> impl std::ops::DerefMut<Target = State> + '_ {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
