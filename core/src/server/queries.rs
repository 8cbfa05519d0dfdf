use alloc::string::String;
use core::task::Poll;

use super::{End, Names, Phase, PhaseName, Server};
use crate::{Backlog, Failure, Owner, Pause, ServerName, SocketOptions, Time, Wait, describe};

/// Queries, which change nothing.
impl<C> Server<C> {
    /// Returns whether the server is listening.
    //= ISL-1
    pub const fn is_listening(&self) -> bool {
        matches!(self.phase, Phase::Listening(_))
    }

    /// Returns the phase of the server.
    pub const fn phase(&self) -> PhaseName {
        self.phase.name()
    }

    /// Returns how the server stopped listening, unless it is listening or never was.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// Returns the name that was passed to `listen`, while the server is listening.
    //= FD-5
    //= SRV-6, NAME-1, NAME-2
    pub fn server_name(&self) -> Option<&ServerName> {
        self.names()?.name.as_ref()
    }

    /// Returns the full name, such as the path of the socket, while the server is listening.
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

    /// Returns the number of pending connections.
    pub fn pending_len(&self) -> usize {
        self.pending.len()
    }

    /// Returns the limit of the pending queue.
    //= MAX-1
    pub const fn max_pending(&self) -> usize {
        self.max_pending
    }

    /// Returns the limit of open connections, if there is one.
    pub fn max_connections(&self) -> Option<usize> {
        self.open.map(|open| open.limit)
    }

    /// Returns the number of open connections, if it is limited.
    pub fn open_connections(&self) -> Option<usize> {
        self.open.map(|open| open.count)
    }

    /// Returns the socket options of the next `listen`.
    //= OPT-15
    pub const fn socket_options(&self) -> SocketOptions {
        self.options.socket
    }

    /// Returns the owner of the socket file for the next `listen`.
    pub const fn owner(&self) -> Owner {
        self.options.owner
    }

    /// Returns the length of the operating system's backlog for the next `listen`.
    //= Q6-2
    pub const fn backlog(&self) -> Backlog {
        self.options.backlog
    }

    /// Returns the last error.
    ///
    /// A successful `listen` clears it, and so does closing a listening server.
    //= ERR-4
    //= SRV-5, ERR-3
    pub fn last_error(&self) -> Option<Failure> {
        self.last_error.as_ref().map(|error| error.failure)
    }

    /// Returns the name and the full name of the server at the last error.
    pub fn last_error_names(&self) -> (Option<&ServerName>, Option<&ServerName>) {
        self.last_error.as_ref().map_or((None, None), |error| {
            (error.names.name.as_ref(), error.names.full_name.as_ref())
        })
    }

    /// Returns the text of the last error, or an empty text if there is none.
    //= ERR-1, ERR-6
    //= ERR-2
    pub fn error_string(&self) -> String {
        let (name, full_name) = self.last_error_names();
        self.last_error()
            .map_or_else(String::new, |failure| describe(failure, name, full_name))
    }

    /// Returns the current pause in accepting, if there is one.
    ///
    /// Unlike [`last_error`](Self::last_error), this is cleared when the pause ends: when an attempt
    /// finds the backlog empty, when connections were accepted and no attempt failed for a second,
    /// or when the server closes.
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
    /// let pause = server.pause().expect("accepting is paused");
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
        Some(self.phase.listening()?.pause.as_ref()?.pause)
    }

    /// Returns the name and the full name of the server during a pause.
    ///
    /// Unlike [`server_name`](Self::server_name), this returns them during a drain, too.
    pub fn pause_names(&self) -> (Option<&ServerName>, Option<&ServerName>) {
        let listening = self.phase.listening();
        match listening.filter(|listening| listening.pause.is_some()) {
            Some(listening) => {
                let names = &listening.names;
                (names.name.as_ref(), names.full_name.as_ref())
            }
            None => (None, None),
        }
    }

    /// Returns the result of a wait with this deadline, or `Pending` if the wait goes on.
    ///
    /// A pending connection has precedence over an elapsed deadline.
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
