use std::{fmt, io, mem};

use anteroom_core::{Admit, Intake};

use crate::Hook;

/// A hook of every kind that the cases ask for, for servers that take an [`Intake`].
///
/// `P` makes connected pairs, for [`Hook::AddOwn`].
pub struct TestHook<C, P = fn() -> io::Result<(C, C)>> {
    kind: Hook,
    calls: usize,
    taken: Vec<C>,
    pair: P,
}

impl<C, P> TestHook<C, P> {
    /// Creates a hook of this kind.
    pub const fn new(kind: Hook, pair: P) -> Self {
        Self {
            kind,
            calls: 0,
            taken: Vec::new(),
            pair,
        }
    }

    /// Returns what kind of hook this is.
    pub const fn kind(&self) -> Hook {
        self.kind
    }

    /// Returns how often it was called: [`Subject::hook_calls`](crate::Subject::hook_calls).
    pub const fn calls(&self) -> usize {
        match self.kind {
            Hook::None => 0,
            _ => self.calls,
        }
    }

    /// Hands out what was not queued: [`Subject::taken`](crate::Subject::taken).
    pub fn take(&mut self) -> Vec<C> {
        mem::take(&mut self.taken)
    }
}

impl<C, P: FnMut() -> io::Result<(C, C)>> Intake<C> for TestHook<C, P> {
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        self.calls += 1;
        match self.kind {
            Hook::None | Hook::Count => admit.enqueue(connection),
            Hook::Refuse => drop(connection),
            Hook::Take => self.taken.push(connection),
            Hook::AddOwn => {
                admit.enqueue(connection);
                let (one, other) = (self.pair)().expect("a pair can be made");
                admit.enqueue(one);
                self.taken.push(other);
            }
            Hook::PanicOnce if self.calls == 1 => panic!("the hook panics, as the case wants"),
            Hook::PanicOnce => admit.enqueue(connection),
        }
    }
}

impl<C, P> fmt::Debug for TestHook<C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestHook")
            .field("kind", &self.kind)
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}
