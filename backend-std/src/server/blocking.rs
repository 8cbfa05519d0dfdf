use std::io;
use std::sync::Arc;
use std::task::{Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use anteroom_core::{AcceptFailure, Failure, Intake, Os, PhaseName, Time, Timeout};

use super::{Blocking, Server};
use crate::sys::{self, Readiness, WakeReceiver, WakeSender};
use crate::{AcceptError, StopHandle, Wait};

/// A platform on which a thread can wait for connections.
pub trait Waiter: Os {
    /// Returns whether a thread may block in [`accept_blocking`](Self::accept_blocking).
    fn may_block(&self, listener: &Self::Listener) -> bool;

    /// Blocks until a connection is accepted. Returns `None` if the listener turns out to be
    /// non-blocking.
    ///
    /// # Errors
    ///
    /// See [`Os::try_accept`].
    fn accept_blocking(
        &mut self,
        listener: &mut Self::Listener,
    ) -> Result<Option<Self::Conn>, AcceptFailure>;

    /// Waits until the listener is readable, the waker is woken, or the timeout is over.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    fn wait(
        &self,
        listener: Option<&Self::Listener>,
        waker: Option<&WakeReceiver>,
        timeout: Option<Duration>,
    ) -> Result<Readiness, Failure>;
}

/// The longest sleep while poll(2) itself fails: as long as the longest back-off.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Ends a wait of a blocking server from another thread or a signal handler.
///
/// If no thread waits, the wake-up ends the next wait that would block. Several wake-ups count as
/// one.
#[derive(Clone, Debug)]
pub struct WakeHandle(WakeSender);

/// The wake-up pair, once there is a handle.
#[expect(unnameable_types, reason = "only the server uses it")]
#[derive(Debug, Default)]
pub struct WakerPair(Option<(WakeSender, WakeReceiver)>);

impl WakeHandle {
    /// Ends the wait. It is async-signal-safe and never blocks.
    pub fn wake(&self) {
        self.0.wake();
    }
}

/// Wakes the server to carry out a request.
struct Stopped(WakeSender);

impl Wake for Stopped {
    fn wake(self: Arc<Self>) {
        self.0.stop();
    }
}

/// Blocking waits.
impl<O: Waiter, I: Intake<O::Conn>> Server<Blocking<O>, I> {
    /// Waits until a connection is pending, or until the timeout.
    ///
    /// Returns at once if a connection is pending. [`Timeout::default()`] is zero, which checks
    /// once without blocking. If the limit is zero, no connection becomes pending.
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
    /// use anteroom::{Timeout, Wait};
    /// use std::time::Duration;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// assert_eq!(server.wait_for_new_connection(Timeout::default()), Wait::TimedOut);
    ///
    /// let _client = LocalSocket::connect(&name)?;
    /// assert_eq!(server.wait_for_new_connection(Duration::from_secs(10)), Wait::Ready);
    /// assert!(server.next_pending_connection().is_some());
    ///
    /// server.close();
    /// assert_eq!(server.wait_for_new_connection(Timeout::Never), Wait::NotListening);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    //= WAIT-5, WAIT-6
    //= SRV-9, WAIT-1, WAIT-2, WAIT-3, WAIT-4
    #[doc(alias = "QLocalServer::waitForNewConnection")]
    pub fn wait_for_new_connection(&mut self, timeout: impl Into<Timeout>) -> Wait {
        self.carry_out_requests(None);
        let deadline = match timeout.into() {
            Timeout::After(duration) if duration.is_zero() => return self.check_once(),
            Timeout::After(duration) => Some(self.driver.os().now().after(duration)),
            Timeout::Never => None,
        };
        let reporting = self.reporting();
        reporting.0.wait_until(deadline)
    }

    /// Waits for a connection, and returns its socket.
    ///
    /// While only a client can end the wait, it makes one system call, like the accept of a bare
    /// listener. If the limit is zero, only a wake handle ends it.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not listen, if a wake handle ended the wait, or if the
    /// listener failed and the server has closed. Running out of descriptors is not an error: the
    /// server tries again after a back-off.
    ///
    /// # Panics
    ///
    /// Panics if the hook panics. The connection is closed, unless the hook has queued it. Nothing
    /// else is lost, and the server remains usable.
    ///
    /// # Platform-specific behavior
    ///
    /// On Unix, if processes share the server by a fork and its creator blocks here, non-blocking
    /// calls of the others may block, too. All of them should wait in the same way.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::AcceptError;
    /// use anteroom::blocking::{LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// let _client = LocalSocket::connect(&name)?;
    /// let socket = server.accept()?;
    /// assert!(socket.peer_identity()?.pid.is_none_or(|pid| pid == std::process::id() as i32));
    ///
    /// server.close();
    /// assert!(matches!(server.accept(), Err(AcceptError::NotListening)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept(&mut self) -> Result<O::Conn, AcceptError> {
        match self.wait_for_new_connection(Timeout::Never) {
            Wait::Woken => Err(AcceptError::Woken),
            _ => self.claim(),
        }
    }

    /// Returns a handle that ends a wait from another thread or a signal handler.
    ///
    /// From then on, each wait makes one more system call.
    ///
    /// A child that is forked afterwards shares the handle with its parent. `wake` in either
    /// process can end a wait of the other; if both wait, it ends at least one of the waits. A
    /// child that must not be woken with its parent has to listen with another server.
    ///
    /// # Errors
    ///
    /// The first call creates a pair of sockets. Returns an error if descriptors have run out.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::AcceptError;
    /// use anteroom::blocking::LocalServer;
    /// use std::thread;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// let handle = server.wake_handle()?;
    /// let stop = thread::spawn(move || handle.wake()); // before or while the server waits
    /// assert!(matches!(server.accept(), Err(AcceptError::Woken)));
    /// # stop.join().unwrap();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wake_handle(&mut self) -> io::Result<WakeHandle> {
        if let Some((sender, _)) = &self.state.0 {
            return Ok(WakeHandle(sender.clone()));
        }
        let (sender, receiver) = sys::waker()?;
        self.state.0 = Some((sender.clone(), receiver));
        Ok(WakeHandle(sender))
    }

    /// Returns a handle that stops the server from other threads and tasks.
    ///
    /// From then on, each wait makes one more system call.
    ///
    /// A forked child has its own copy of the server and its handles, which does not stop the
    /// parent's. But both share the waker: if both wait, a request may wake only the other one. A
    /// child that goes on serving has to listen with another server.
    ///
    /// # Errors
    ///
    /// See [`wake_handle`](Self::wake_handle).
    pub fn stop_handle(&mut self) -> io::Result<StopHandle> {
        let WakeHandle(sender) = self.wake_handle()?;
        let (handle, is_first) = self.reporting().0.stop.handle();
        if is_first {
            let owner = Waker::from(Arc::new(Stopped(sender)));
            self.carry_out_requests(Some(&owner));
        }
        Ok(handle)
    }

    pub(super) fn next_incoming(
        &mut self,
        ended: &mut bool,
    ) -> Option<Result<O::Conn, AcceptError>> {
        if *ended {
            return None;
        }
        let result = self.accept();
        *ended = matches!(result, Err(AcceptError::NotListening));
        (!*ended).then_some(result)
    }

    fn wait_until(&mut self, deadline: Option<Time>) -> Wait {
        loop {
            self.carry_out_requests(None);
            self.report_closed(None);
            if let Some(wait) = self.outcome() {
                return wait;
            }
            let wait = match self.way_to_wait(deadline) {
                Way::Direct => {
                    self.driver.take_in();
                    None
                }
                Way::Accept => {
                    self.driver.accept_with(O::accept_blocking);
                    None
                }
                Way::Poll => self.poll(deadline),
            };
            if let Some(wait) = wait {
                return self.outcome().unwrap_or(wait);
            }
            if deadline.is_some_and(|deadline| deadline <= self.driver.os().now()) {
                return self.outcome().unwrap_or(Wait::TimedOut);
            }
        }
    }

    /// Returns the result of the wait if it is over, whatever its deadline.
    fn outcome(&self) -> Option<Wait> {
        match self.driver.wait_status(None) {
            Poll::Ready(wait) => Some(wait.into()),
            Poll::Pending => None,
        }
    }

    fn way_to_wait(&self, deadline: Option<Time>) -> Way {
        let server = self.driver.server();
        let can_accept = server.wants_accept().is_some();
        let is_draining = server.phase() == PhaseName::Draining;
        if can_accept && (is_draining || self.driver.is_paused()) {
            // A draining listener is always readable, so only accept shows that its backlog is
            // empty. During a pause, only accept shows that no client is left.
            Way::Direct
        } else if can_accept
            && deadline.is_none()
            && self.state.0.is_none()
            && self
                .driver
                .listener()
                .is_some_and(|listener| self.driver.os().may_block(listener))
        {
            Way::Accept
        } else {
            Way::Poll
        }
    }

    /// Waits for the listener, the wake handle or the deadline, and accepts one client.
    fn poll(&mut self, deadline: Option<Time>) -> Option<Wait> {
        if self.is_full() && !self.wakes_on_close(deadline) {
            return None;
        }
        let now = self.driver.os().now();
        let timeout = self
            .driver
            .next_deadline(deadline)
            .map(|moment| moment.since(now));
        let wanted = self.driver.server().wants_accept().is_some();
        let listener = self.driver.listener().filter(|_| wanted);
        let receiver = self.state.0.as_ref().map(|(_, receiver)| receiver);
        match self.driver.os().wait(listener, receiver, timeout) {
            Ok(Readiness { woken: true, .. }) => receiver
                .is_some_and(WakeReceiver::clear)
                .then_some(Wait::Woken),
            Ok(readiness) if readiness.listener => {
                self.accept_ready(readiness.hung_up);
                None
            }
            Ok(_) => {
                // A back-off may be over, and an attempt due.
                self.driver.take_in();
                None
            }
            Err(failure) => {
                self.fail(AcceptFailure::Exhausted(failure));
                self.sleep(deadline);
                None
            }
        }
    }

    /// Lets the next closed connection end the wait. Returns false if one has been closed already.
    fn wakes_on_close(&mut self, deadline: Option<Time>) -> bool {
        match self.wake_handle() {
            Ok(WakeHandle(sender)) => {
                let owner = Waker::from(Arc::new(Stopped(sender)));
                self.report_closed(Some(&owner)) == 0
            }
            Err(_) => {
                // No wake-up can arrive, so the caller checks again after a sleep.
                self.sleep(deadline);
                false
            }
        }
    }

    fn accept_ready(&mut self, hung_up: bool) {
        if !self.driver.take_in().more && hung_up {
            // Another process that shares the socket has shut it down: it stays readable without
            // clients.
            self.fail(sys::shut_down_elsewhere());
        }
    }

    /// Sleeps instead of waiting, since poll(2) itself fails.
    ///
    /// Calling it again at once would spin.
    fn sleep(&self, deadline: Option<Time>) {
        let pause = self
            .driver
            .next_deadline(deadline)
            .map_or(LONGEST_SLEEP, |moment| moment.since(self.driver.os().now()));
        thread::sleep(pause.min(LONGEST_SLEEP));
    }

    fn fail(&mut self, failure: AcceptFailure) {
        self.driver.accept_with(|_, _| Err(failure));
    }
}

/// How to wait for a client.
enum Way {
    /// No wait: accept returns at once.
    Direct,
    /// In accept(2), which only a client ends.
    Accept,
    /// In poll(2), for the deadline and the wake handle, too.
    Poll,
}
