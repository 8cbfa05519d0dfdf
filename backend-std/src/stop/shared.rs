use std::mem;
use std::task::{Context, Poll, Waker};

use anteroom_core::End;

// The tests put loom's in their place.
use super::sync::Mutex;

/// What the handles of a server ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Request {
    Drain,
    Close,
}

/// What a server and its stop handles share.
///
/// Wakers are foreign code: they are woken and dropped when it is not locked.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What is asked for and has not been carried out.
    request: Option<Request>,
    /// Whether the server has a listener.
    has_listener: bool,
    /// How it ceased to have one the last time, and how often it did.
    end: Option<End>,
    ends: u64,
    /// Whether the server is gone, so that nobody will carry out a request.
    is_gone: bool,
    /// Who waits for a connection.
    owner: Option<Waker>,
    /// Who waits for the end, each with a key.
    waiting: Vec<(u64, Waker)>,
    next_key: u64,
}

impl State {
    /// Notes that the server has no listener any more, and returns who is to hear of it.
    fn end(&mut self, end: Option<End>) -> Vec<(u64, Waker)> {
        self.has_listener = false;
        self.end = end;
        self.ends += 1;
        // It is about the listener that there was.
        self.request = None;
        mem::take(&mut self.waiting)
    }
}

impl Shared {
    /// Asks the server to stop. To close is more than to drain.
    ///
    /// A server that has ended already has nothing to do.
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

    /// Returns whether there is a request that has not been carried out.
    pub(crate) fn has_request(&self) -> bool {
        self.lock().request.is_some()
    }

    /// Starts to wait for the next end of the server.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        let mut state = self.lock();
        state.next_key += 1;
        Waiting {
            shared: self,
            key: state.next_key,
            ends: state.ends,
        }
    }

    /// Returns what is to be carried out now. Later requests wake `owner`.
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

    /// Tells the handles whether the server has a listener, and how it ceased to have one.
    pub(crate) fn report(&self, has_listener: bool, end: Option<End>) {
        let waiting = {
            let mut state = self.lock();
            if has_listener {
                // The last end stays for those who wait for it.
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

    /// Tells the handles that the server is gone.
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

    /// Nothing that can panic is done while it is locked, so what is in it is always whole.
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

/// Somebody who waits for the end of a server; dropping it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Waiting<'a> {
    shared: &'a Shared,
    key: u64,
    /// How often the server had ended when the wait began.
    ends: u64,
}

impl Waiting<'_> {
    /// Polls whether the server has ended since, or has no listener and nothing to carry out.
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
