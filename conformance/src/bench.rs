use core::fmt;

use crate::{Subject, World};

/// What a case works with: a server and the world around it.
///
/// Both are fresh: the server does not listen, and nothing is in the case's own directory.
#[non_exhaustive]
pub struct Bench {
    // Dropped first: a server removes its file before the world removes the directory.
    /// The server under test.
    pub subject: Box<dyn Subject>,
    /// The world around it.
    pub world: Box<dyn World>,
}

impl Bench {
    /// Puts a fresh server and a fresh world together.
    pub fn new(subject: impl Subject + 'static, world: impl World + 'static) -> Self {
        Self {
            subject: Box::new(subject),
            world: Box::new(world),
        }
    }
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench")
            .field("caps", &self.world.caps())
            .field("server", &self.subject.observe())
            .finish_non_exhaustive()
    }
}
