use std::task::Waker;

// The tests put loom's in its place.
use super::sync::Mutex;

/// What a server and the permits of its connections share.
///
/// Wakers are foreign code: they are woken and dropped when it is not locked.
#[derive(Debug, Default)]
pub(crate) struct Room(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How many connections were closed since the server last asked.
    closed: usize,
    /// Who waits until one is closed.
    owner: Option<Waker>,
}

impl Room {
    /// Notes that a connection was closed, and wakes who waits for that.
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

    /// Returns how many connections were closed since [`take_closed`](Self::take_closed).
    pub(crate) fn closed(&self) -> usize {
        self.lock().closed
    }

    /// Returns how many connections were closed. If there are none, the next one wakes `owner`.
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

    /// Forgets who waits: the server is gone.
    pub(crate) fn leave(&self) {
        let owner = self.lock().owner.take();
        drop(owner);
    }

    /// Nothing that can panic is done while it is locked, so what is in it is always whole.
    fn lock(&self) -> impl std::ops::DerefMut<Target = State> + '_ {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
