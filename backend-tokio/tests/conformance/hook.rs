use anteroom_conformance::Hook;

use crate::backend::{Admit, Intake, LocalSocket};

/// A hook of every kind that the cases ask for.
#[derive(Debug)]
pub(crate) struct TestHook {
    hook: Hook,
    calls: usize,
    taken: Vec<LocalSocket>,
}

impl TestHook {
    pub(crate) fn new(hook: Hook) -> Self {
        Self {
            hook,
            calls: 0,
            taken: Vec::new(),
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls
    }

    /// Hands out what was not queued.
    pub(crate) fn take(&mut self) -> Vec<LocalSocket> {
        std::mem::take(&mut self.taken)
    }
}

impl Intake<LocalSocket> for TestHook {
    fn incoming(&mut self, connection: LocalSocket, admit: &mut Admit<'_, LocalSocket>) {
        self.calls += 1;
        match self.hook {
            Hook::None | Hook::Count => admit.enqueue(connection),
            Hook::Refuse => drop(connection),
            Hook::Take => self.taken.push(connection),
            Hook::AddOwn => {
                admit.enqueue(connection);
                let (one, other) = LocalSocket::pair().expect("a pair can be made");
                admit.enqueue(one);
                self.taken.push(other);
            }
            Hook::PanicOnce if self.calls == 1 => panic!("the hook panics, as the case wants"),
            Hook::PanicOnce => admit.enqueue(connection),
        }
    }
}
