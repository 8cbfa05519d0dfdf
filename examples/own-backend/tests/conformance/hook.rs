use anteroom_conformance::Hook;
use anteroom_core::{Admit, Intake};
use mio::net::UnixStream;

/// A hook of every kind that the cases ask for.
#[derive(Debug)]
pub(crate) struct TestHook {
    hook: Hook,
    calls: usize,
    taken: Vec<UnixStream>,
}

impl TestHook {
    pub(crate) fn new(hook: Hook) -> Self {
        Self {
            hook,
            calls: 0,
            taken: Vec::new(),
        }
    }

    /// Returns how often it was called; what only queues counts as no hook.
    pub(crate) fn calls(&self) -> usize {
        match self.hook {
            Hook::None => 0,
            _ => self.calls,
        }
    }

    /// Hands out what was not queued.
    pub(crate) fn take(&mut self) -> Vec<UnixStream> {
        std::mem::take(&mut self.taken)
    }
}

impl Intake<UnixStream> for TestHook {
    fn incoming(&mut self, connection: UnixStream, admit: &mut Admit<'_, UnixStream>) {
        self.calls += 1;
        match self.hook {
            Hook::None | Hook::Count => admit.enqueue(connection),
            Hook::Refuse => drop(connection),
            Hook::Take => self.taken.push(connection),
            Hook::AddOwn => {
                admit.enqueue(connection);
                let (one, other) = UnixStream::pair().expect("a pair can be made");
                admit.enqueue(one);
                self.taken.push(other);
            }
            Hook::PanicOnce if self.calls == 1 => panic!("the hook panics, as the case wants"),
            Hook::PanicOnce => admit.enqueue(connection),
        }
    }
}
