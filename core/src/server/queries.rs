use alloc::string::String;
use core::task::Poll;

use super::{End, Names, Phase, PhaseName, Server};
use crate::{Backlog, Failure, Owner, Pause, ServerName, SocketOptions, Time, Wait, describe};

/// Queries: they look and change nothing.
impl<C> Server<C> {
    /// Returns whether the server listens for incoming connections.
    //= ISL-1
    pub const fn is_listening(&self) -> bool {
        matches!(self.phase, Phase::Listening(_))
    }

    /// Returns the phase that the server is in.
    pub const fn phase(&self) -> PhaseName {
        self.phase.name()
    }

    /// Returns how the server ceased to listen. There is no end while it listens, nor before.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// Returns the name that was passed to `listen`, while listening.
    //= FD-5
    //= SRV-6, NAME-1, NAME-2
    pub fn server_name(&self) -> Option<&ServerName> {
        self.names()?.name.as_ref()
    }

    /// Returns the complete name on the platform, while listening.
    //= FULL-1
    pub fn full_server_name(&self) -> Option<&ServerName> {
        self.names()?.full_name.as_ref()
    }

    /// Returns whether a connection is pending.
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
    //= MAX-1
    pub const fn max_pending(&self) -> usize {
        self.max_pending
    }

    /// Returns how many connections may be open at the same time, if that is limited.
    pub fn max_connections(&self) -> Option<usize> {
        self.open.map(|open| open.limit)
    }

    /// Returns how many connections are open, if their number is limited.
    pub fn open_connections(&self) -> Option<usize> {
        self.open.map(|open| open.count)
    }

    /// Returns the options that the next `listen` will use.
    //= OPT-15
    pub const fn socket_options(&self) -> SocketOptions {
        self.options.socket
    }

    /// Returns the owner that the next `listen` will give to the socket file.
    pub const fn owner(&self) -> Owner {
        self.options.owner
    }

    /// Returns how many clients the operating system is to queue after the next `listen`.
    //= Q6-2
    pub const fn backlog(&self) -> Backlog {
        self.options.backlog
    }

    /// Returns the failure that occurred last, unless it was cleared since.
    //= ERR-4
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
    //= ERR-1, ERR-6
    //= ERR-2
    pub fn error_string(&self) -> String {
        let (name, full_name) = self.last_error_names();
        self.last_error()
            .map_or_else(String::new, |failure| describe(failure, name, full_name))
    }

    /// Returns since when and why accepting connections is paused, if it is.
    ///
    /// Unlike [`last_error`](Self::last_error), this is cleared when accepting works again: when an
    /// attempt found the backlog empty, or when nothing has run out for a second in which connections
    /// were accepted. It is also cleared when the server closes.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_core::{
    ///     AcceptFailure, BoundFacts, ErrorKind, Failure, Operation, OsEvent, Server, ServerName,
    ///     Time,
    /// };
    /// use core::time::Duration;
    ///
    /// let mut server = Server::<u32>::new();
    /// let listener = server.listen(ServerName::from("editor"))?;
    /// while server.poll_effect().is_some() {}
    /// server.handle(OsEvent::Bound { listener, facts: BoundFacts::unnamed() });
    /// assert_eq!(server.pause(), None);
    ///
    /// let now = Time::from_epoch(Duration::from_secs(1));
    /// let failure = Failure::new(Operation::Accept, ErrorKind::Resources).with_code(24);
    /// server.handle(OsEvent::AcceptFailed {
    ///     listener,
    ///     failure: AcceptFailure::Exhausted(failure),
    ///     now,
    /// });
    /// let pause = server.pause().expect("descriptors have run out");
    /// assert_eq!((pause.since, pause.failure), (now, failure));
    ///
    /// server.handle_timeout(now.after(Duration::from_millis(10)));
    /// server.handle(OsEvent::Empty { listener });
    /// assert_eq!(server.pause(), None);
    /// assert_eq!(server.last_error(), Some(failure));
    /// # Ok::<(), anteroom_core::ListenError>(())
    /// ```
    //= ISL-1
    #[inline]
    pub fn pause(&self) -> Option<Pause> {
        let shortage = self.phase.listening()?.shortage.as_ref()?;
        Some(shortage.pause)
    }

    /// Returns the names of the server whose accepting is paused: the name and the full name.
    ///
    /// Unlike [`server_name`](Self::server_name) they are there while the server drains, too.
    pub fn pause_names(&self) -> (Option<&ServerName>, Option<&ServerName>) {
        let listening = self.phase.listening();
        match listening.filter(|listening| listening.shortage.is_some()) {
            Some(listening) => {
                let names = &listening.names;
                (names.name.as_ref(), names.full_name.as_ref())
            }
            None => (None, None),
        }
    }

    /// Returns how a wait with this deadline stands, for one who has to wait himself.
    ///
    /// A connection that is there counts first, even when the time is over.
    //= WAIT-1, WAIT-2
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
