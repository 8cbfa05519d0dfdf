use alloc::string::String;
use core::task::Poll;

use super::{Names, Phase, PhaseName, Server};
use crate::{Failure, Owner, ServerName, SocketOptions, Time, Wait, describe};

/// Queries: they look and change nothing.
impl<C> Server<C> {
    /// Returns whether the server listens for incoming connections.
    ///
    /// # Specification
    ///
    /// ISL-1.
    //= ISL-1
    pub const fn is_listening(&self) -> bool {
        matches!(self.phase, Phase::Listening(_))
    }

    /// Returns the phase that the server is in.
    pub const fn phase(&self) -> PhaseName {
        self.phase.name()
    }

    /// Returns the name that was passed to `listen`, while listening.
    ///
    /// # Specification
    ///
    /// NAME-1, NAME-2, FD-5.
    //= SRV-6, NAME-1, NAME-2
    pub fn server_name(&self) -> Option<&ServerName> {
        self.names()?.name.as_ref()
    }

    /// Returns the complete name on the platform, while listening.
    ///
    /// # Specification
    ///
    /// FULL-1.
    //= FULL-1
    pub fn full_server_name(&self) -> Option<&ServerName> {
        self.names()?.full_name.as_ref()
    }

    /// Returns whether a connection is pending.
    ///
    /// # Specification
    ///
    /// HAS-1.
    //= HAS-1
    #[inline]
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Returns how many connections are pending.
    pub fn pending_len(&self) -> usize {
        self.pending.len()
    }

    /// Returns how many connections may be pending.
    ///
    /// # Specification
    ///
    /// MAX-1.
    pub const fn max_pending(&self) -> usize {
        self.max_pending
    }

    /// Returns the options that the next `listen` will use.
    ///
    /// # Specification
    ///
    /// OPT-15.
    //= OPT-15
    pub const fn socket_options(&self) -> SocketOptions {
        self.options.socket
    }

    /// Returns the owner that the next `listen` will give to the socket file.
    pub const fn owner(&self) -> Owner {
        self.options.owner
    }

    /// Returns the failure that occurred last, unless it was cleared since.
    ///
    /// # Specification
    ///
    /// ERR-3, ERR-4.
    //= SRV-5, ERR-3
    pub fn last_error(&self) -> Option<Failure> {
        self.last_error.as_ref().map(|error| error.failure)
    }

    /// Returns the names that the last error is about: the name and the full name.
    pub fn last_error_names(&self) -> (Option<&ServerName>, Option<&ServerName>) {
        self.last_error.as_ref().map_or((None, None), |error| {
            (error.names.name.as_ref(), error.names.full_name.as_ref())
        })
    }

    /// Returns a text about the last error, or an empty one if there is none.
    ///
    /// # Specification
    ///
    /// ERR-1, ERR-2, ERR-6.
    //= ERR-2
    pub fn error_string(&self) -> String {
        let (name, full_name) = self.last_error_names();
        self.last_error()
            .map_or_else(String::new, |failure| describe(failure, name, full_name))
    }

    /// Returns how a wait with this deadline stands, for one who has to wait himself.
    ///
    /// A connection that is there counts first, even when the time is over.
    ///
    /// # Specification
    ///
    /// WAIT-1, WAIT-2, WAIT-5.
    //= WAIT-5
    #[inline]
    pub fn wait_status(&self, deadline: Option<Time>, now: Time) -> Poll<Wait> {
        if self.has_pending() {
            Poll::Ready(Wait::Ready)
        } else if matches!(self.phase, Phase::Idle) {
            Poll::Ready(Wait::NotListening)
        } else if deadline.is_some_and(|deadline| deadline <= now) {
            Poll::Ready(Wait::TimedOut)
        } else {
            Poll::Pending
        }
    }

    fn names(&self) -> Option<&Names> {
        match &self.phase {
            Phase::Listening(listening) => Some(&*listening.names),
            Phase::Idle | Phase::Binding { .. } | Phase::Draining(_) => None,
        }
    }
}
