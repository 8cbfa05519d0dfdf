use std::time::Duration;

use anteroom_core::{Intake, Os as _, PhaseName, Progress};

use super::{Mode, Server, SocketOf};

/// Event loops.
///
/// Wait until `listener_fd` is readable if [`wants_readable`](Self::wants_readable), but no longer
/// than [`next_timeout`](Self::next_timeout). Then call [`process_events`](Self::process_events).
/// Call all three again after every other call, so that a full queue does not keep the loop busy.
///
/// An edge-triggered poller such as mio reports readiness once. Store it until
/// [`would_block`](Progress::would_block) is set. Also call when the timeout is over, since no
/// event follows a pause.
///
/// # Examples
///
/// A loop around a poller, with a limit of two:
///
/// ```
/// use anteroom::blocking::{LocalServer, LocalSocket};
/// use rustix::event::{PollFd, PollFlags, Timespec, poll};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::builder().max_pending_connections(2).listen(&name)?;
/// let clients = [(); 5].map(|()| LocalSocket::connect(&name));
///
/// let mut served = 0;
/// while served < clients.len() {
///     let timeout = server.next_timeout().and_then(|time| Timespec::try_from(time).ok());
///     let listener = server.listener_fd().filter(|_| server.wants_readable());
///     let mut watched: Vec<_> =
///         listener.iter().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
///     poll(&mut watched, timeout.as_ref())?;
///
///     let progress = server.process_events();
///     assert!(progress.accepted <= 2);
///     while let Some(socket) = server.next_pending_connection() {
///         served += 1;
///         drop(socket);
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Accepts queued clients up to the limit, without blocking.
    ///
    /// Accepts at most 64 in one call.
    ///
    /// # Panics
    ///
    /// Panics if the hook panics. The connection is closed, unless the hook has queued it. Nothing
    /// else is lost, and the server remains usable.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::builder().max_pending_connections(2).listen(&name)?;
    /// assert_eq!(server.process_events().accepted, 0); // no client; it did not wait
    ///
    /// let _clients = [(); 3].map(|()| LocalSocket::connect(&name));
    /// assert_eq!(server.process_events().accepted, 2); // the third waits in the backlog
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    //= SRV-8
    pub fn process_events(&mut self) -> Progress {
        self.carry_out_requests(None);
        self.report_closed(None);
        let mut progress = self.reporting().0.driver.process_events();
        if self.report_closed(None) > 0 {
            // A refused client has freed its place.
            progress.more |= self.driver.server().wants_accept().is_some();
        }
        progress
    }
}

impl<M: Mode, I> Server<M, I> {
    /// Returns whether to watch the descriptor for readability.
    ///
    /// It is false while the queue is full or descriptors have run out, when the descriptor may
    /// stay readable. Check again after each call that changes the server and, with
    /// `max_connections`, after dropping a socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::builder().max_pending_connections(1).listen(&name)?;
    /// let _client = LocalSocket::connect(&name)?;
    /// assert!(server.wants_readable());
    /// server.process_events();
    /// assert!(!server.wants_readable()); // the queue is full
    /// assert!(server.next_pending_connection().is_some());
    /// assert!(server.wants_readable());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wants_readable(&self) -> bool {
        let server = self.driver.server();
        server.wants_accept_after(self.closed()).is_some() && !self.is_draining()
    }

    /// Returns the time after which to call `process_events` at the latest.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::blocking::LocalServer;
    /// use std::time::Duration;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// assert_eq!(server.next_timeout(), None); // only the descriptor matters
    ///
    /// server.drain();
    /// assert_eq!(server.next_timeout(), Some(Duration::ZERO)); // now there is something to do
    /// server.process_events();
    /// assert!(server.listener_fd().is_none()); // the backlog was empty: it has ended
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_timeout(&self) -> Option<Duration> {
        let server = self.driver.server();
        if self.has_request() {
            return Some(Duration::ZERO);
        }
        let must_ask = self.is_draining() || self.driver.is_paused();
        if must_ask && server.wants_accept_after(self.closed()).is_some() {
            // Only an attempt to accept shows the end; the descriptor does not.
            return Some(Duration::ZERO);
        }
        server
            .poll_timeout()
            .map(|moment| moment.since(self.driver.os().now()))
    }

    fn is_draining(&self) -> bool {
        self.driver.server().phase() == PhaseName::Draining
    }
}

#[cfg(all(test, unix, feature = "blocking"))]
mod tests {
    use std::time::Duration;

    use anteroom_core::{AcceptFailure, ErrorKind, Operation};

    use crate::{LocalServer, LocalSocket, sys};

    /// Makes an attempt fail as if descriptors had run out.
    fn exhaust(server: &mut LocalServer) {
        let code = rustix::io::Errno::MFILE.raw_os_error();
        let failure = sys::CODES.failure(Operation::Accept, code);
        let progress = server
            .driver
            .accept_with(|_, _| Err(AcceptFailure::Exhausted(failure)));
        assert!(progress.more, "a client may be accepted");
    }

    #[test]
    fn next_timeout_is_zero_once_a_full_queue_has_room_and_a_retry_is_due() {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let mut server = LocalServer::bind(directory.path().join("full")).expect("it is free");
        server.set_max_pending_connections(1);
        exhaust(&mut server);
        let (one, _other) = LocalSocket::pair().expect("a pair can be made");
        server.add_pending_connection(one);
        while server.next_timeout() != Some(Duration::ZERO) {}

        server.process_events();
        assert_eq!(server.next_timeout(), None, "there is no room for a client");
        assert!(server.next_pending_connection().is_some());
        assert_eq!(server.next_timeout(), Some(Duration::ZERO));
        server.process_events();

        assert!(server.pause().is_none());
        assert_eq!(server.next_timeout(), None);
    }

    #[test]
    fn a_pause_tells_its_error_with_the_names_also_while_draining() {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let name = directory.path().join("short");
        let mut server = LocalServer::bind(&name).expect("it is free");
        exhaust(&mut server);
        server.drain();

        let pause = server.pause().expect("descriptors are short");

        assert_eq!(pause.error().kind(), ErrorKind::Resources);
        assert_eq!(pause.error().name(), Some(name.as_os_str()));
        assert_eq!(pause.error().full_name(), Some(name.into_os_string()));
        let error = crate::Error::from(pause);
        assert_eq!(
            Some(error.to_string()),
            server.server_error().map(|error| error.to_string())
        );
    }
}
