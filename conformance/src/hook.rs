use std::{fmt, io, mem};

use anteroom_core::{Admit, Failure, Intake};

use crate::Hook;

/// An [`Intake`] that implements every [`Hook`].
///
/// `P` creates connected pairs, for [`Hook::AddOwn`].
pub struct TestHook<C, P = fn() -> io::Result<(C, C)>> {
    kind: Hook,
    calls: usize,
    pauses: HookPauses,
    taken: Vec<C>,
    pair: P,
}

/// The calls of a hook for pauses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a pause has a start and an end")]
pub struct HookPauses {
    /// How many pauses have begun.
    pub begun: usize,
    /// How many pauses have ended.
    pub ended: usize,
}

impl<C, P> TestHook<C, P> {
    /// Creates a hook of this kind.
    pub const fn new(kind: Hook, pair: P) -> Self {
        Self {
            kind,
            calls: 0,
            pauses: HookPauses { begun: 0, ended: 0 },
            taken: Vec::new(),
            pair,
        }
    }

    /// Returns the kind.
    pub const fn kind(&self) -> Hook {
        self.kind
    }

    /// Returns the number of calls: [`Subject::hook_calls`](crate::Subject::hook_calls).
    pub const fn calls(&self) -> usize {
        match self.kind {
            Hook::None => 0,
            _ => self.calls,
        }
    }

    /// Returns [`Subject::hook_pauses`](crate::Subject::hook_pauses).
    pub const fn pauses(&self) -> HookPauses {
        self.pauses
    }

    /// Returns [`Subject::hook_connections`](crate::Subject::hook_connections).
    pub fn take(&mut self) -> Vec<C> {
        mem::take(&mut self.taken)
    }
}

impl<C, P: FnMut() -> io::Result<(C, C)>> Intake<C> for TestHook<C, P> {
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        self.calls += 1;
        match self.kind {
            Hook::None | Hook::Count | Hook::PanicAtPause => admit.enqueue(connection),
            Hook::Refuse => drop(connection),
            Hook::Take => self.taken.push(connection),
            Hook::AddOwn => {
                admit.enqueue(connection);
                let (one, other) = (self.pair)().expect("a pair can be created");
                admit.enqueue(one);
                self.taken.push(other);
            }
            Hook::PanicOnce if self.calls == 1 => panic!("this hook panics"),
            Hook::PanicOnce => admit.enqueue(connection),
        }
    }

    fn paused(&mut self, _: Failure) {
        self.pauses.begun += 1;
        assert_ne!(self.kind, Hook::PanicAtPause, "{PAUSE_PANIC}");
    }

    fn resumed(&mut self) {
        self.pauses.ended += 1;
        assert_ne!(self.kind, Hook::PanicAtPause, "{PAUSE_PANIC}");
    }
}

const PAUSE_PANIC: &str = "this hook panics at a pause";

impl<C, P> fmt::Debug for TestHook<C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestHook")
            .field("kind", &self.kind)
            .field("calls", &self.calls)
            .field("pauses", &self.pauses)
            .finish_non_exhaustive()
    }
}
