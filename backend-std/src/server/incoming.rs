use std::iter::FusedIterator;

use anteroom_core::Intake;

use crate::{AcceptError, LocalServer, LocalSocket, QueueAll};

/// An iterator over the connections of a server, which waits for each.
///
/// It ends when the server does not listen any more. A wake handle and a lost listener show as
/// errors first.
///
/// # Panics
///
/// `next` panics only if the hook does, as [`accept`](LocalServer::accept) says, and can be called
/// again after that.
#[derive(Debug)]
pub struct Incoming<'a, I = QueueAll> {
    server: &'a mut LocalServer<I>,
    ended: bool,
}

impl<'a, I> Incoming<'a, I> {
    pub(super) const fn new(server: &'a mut LocalServer<I>) -> Self {
        Self {
            server,
            ended: false,
        }
    }
}

impl<I: Intake<LocalSocket>> Iterator for Incoming<'_, I> {
    type Item = Result<LocalSocket, AcceptError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.server.accept() {
            Err(AcceptError::NotListening) => {
                self.ended = true;
                None
            }
            result => Some(result),
        }
    }
}

impl<I: Intake<LocalSocket>> FusedIterator for Incoming<'_, I> {}
