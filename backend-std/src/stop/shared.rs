use std::mem;
use std::task::{Context, Poll, Waker};

use anteroom_core::End;

// The loom test replaces these types.
use super::sync::Mutex;

/// A request of a stop handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Request {
    Drain,
    Close,
}

/// The state shared by a server and its stop handles.
///
/// Wakers run foreign code, so they are woken and dropped without the lock.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The request that has not been carried out.
    request: Option<Request>,
    /// Whether the server has a listener.
    has_listener: bool,
    /// The last end, and the number of ends.
    end: Option<End>,
    ends: u64,
    /// Whether the server was dropped.
    is_gone: bool,
    /// The waker of the task that waits for a connection.
    owner: Option<Waker>,
    /// The wakers that wait for the end, each with a key.
    waiting: Vec<(u64, Waker)>,
    next_key: u64,
}

impl State {
    /// Records an end, and returns the wakers to wake.
    fn end(&mut self, end: Option<End>) -> Vec<(u64, Waker)> {
        self.has_listener = false;
        self.end = end;
        self.ends += 1;
        // A request concerns the listener that has ended.
        self.request = None;
        mem::take(&mut self.waiting)
    }
}

impl Shared {
    /// Requests a stop. A close replaces a drain.
    ///
    /// Does nothing if the server has ended.
    pub(crate) fn ask(&self, request: Request) {
        let owner = {
            let mut state = self.lock();
            let has_ended = !state.has_listener && state.end.is_some();
            if state.is_gone || has_ended || state.request >= Some(request) {
                return;
            }
            state.request = Some(request);
            state.owner.clone()
        };
        if let Some(owner) = owner {
            owner.wake();
        }
    }

    /// Returns whether there is a pending request.
    pub(crate) fn has_request(&self) -> bool {
        self.lock().request.is_some()
    }

    /// Starts a wait for the next end.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        let mut state = self.lock();
        state.next_key += 1;
        Waiting {
            shared: self,
            key: state.next_key,
            ends: state.ends,
        }
    }

    /// Takes the pending request. Later requests wake `owner`.
    pub(crate) fn take_request(&self, owner: Option<&Waker>) -> Option<Request> {
        let mut old = owner.cloned();
        let mut state = self.lock();
        if old.is_some() {
            mem::swap(&mut state.owner, &mut old);
        }
        let request = state.request.take();
        drop(state);
        request
    }

    /// Reports whether the server has a listener, and how the last one ended.
    pub(crate) fn report(&self, has_listener: bool, end: Option<End>) {
        let waiting = {
            let mut state = self.lock();
            if has_listener {
                // The last end stays for waits that began before.
                state.has_listener = true;
                return;
            }
            if state.has_listener {
                state.end(end)
            } else {
                state.end = end;
                match state.request {
                    Some(_) => return,
                    None => mem::take(&mut state.waiting),
                }
            }
        };
        wake(waiting);
    }

    /// Reports that the server was dropped.
    pub(crate) fn leave(&self) {
        let (owner, waiting) = {
            let mut state = self.lock();
            let end = if state.has_listener {
                Some(End::Closed)
            } else {
                state.end
            };
            state.is_gone = true;
            (state.owner.take(), state.end(end))
        };
        drop(owner);
        wake(waiting);
    }

    /// No code that can panic runs under the lock, so a poisoned state is consistent.
    fn lock(&self) -> impl std::ops::DerefMut<Target = State> + '_ {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn wake(waiting: Vec<(u64, Waker)>) {
    for (_, waker) in waiting {
        waker.wake();
    }
}

/// A wait for the end of a server. Dropping it removes its waker.
#[derive(Debug)]
pub(crate) struct Waiting<'a> {
    shared: &'a Shared,
    key: u64,
    /// The number of ends when the wait began.
    ends: u64,
}

impl Waiting<'_> {
    /// Polls until the server has ended, or has neither a listener nor a pending request.
    pub(crate) fn poll(&self, context: &Context<'_>) -> Poll<Option<End>> {
        let mut waker = context.waker().clone();
        let mut state = self.shared.lock();
        let is_idle = !state.has_listener && state.request.is_none();
        if is_idle || state.ends != self.ends {
            return Poll::Ready(state.end);
        }
        match state.waiting.iter_mut().find(|(key, _)| *key == self.key) {
            Some((_, old)) => mem::swap(old, &mut waker),
            None => state.waiting.push((self.key, waker.clone())),
        }
        drop(state);
        Poll::Pending
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        let position = state.waiting.iter().position(|(key, _)| *key == self.key);
        let entry = position.map(|position| state.waiting.swap_remove(position));
        drop(state);
        drop(entry);
    }
}
