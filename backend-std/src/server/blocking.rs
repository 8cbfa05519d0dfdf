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
    /// Returns whether [`accept_blocking`](Self::accept_blocking) may be called on this listener.
    fn may_block(&self, listener: &Self::Listener) -> bool;

    /// Waits for a connection and accepts it. `None` says that the listener did not wait after all.
    ///
    /// # Errors
    ///
    /// As [`Os::try_accept`].
    fn accept_blocking(
        &mut self,
        listener: &mut Self::Listener,
    ) -> Result<Option<Self::Conn>, AcceptFailure>;

    /// Waits until the listener may have a client, the waker was woken, or the time is over.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    fn wait(
        &self,
        listener: Option<&Self::Listener>,
        waker: Option<&WakeReceiver>,
        timeout: Option<Duration>,
    ) -> Result<Readiness, Failure>;
}

/// How long to sleep at most while the system cannot even wait: as long as the longest back-off.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Ends a wait of a server, from another thread or from a signal handler.
///
/// A wake-up that comes while nobody waits ends the next wait that can block. Several are one.
#[derive(Clone, Debug)]
pub struct WakeHandle(WakeSender);

/// What ends the waits of a server, once there is a handle for it.
#[expect(unnameable_types, reason = "only the server uses it")]
#[derive(Debug, Default)]
pub struct WakerPair(Option<(WakeSender, WakeReceiver)>);

impl WakeHandle {
    /// Ends the wait. Async-signal-safe, and it never blocks.
    pub fn wake(&self) {
        self.0.wake();
    }
}

/// Ends the wait of a server that is to stop.
struct Stopped(WakeSender);

impl Wake for Stopped {
    fn wake(self: Arc<Self>) {
        self.0.stop();
    }
}

/// Waiting on the thread.
impl<O: Waiter, I: Intake<O::Conn>> Server<Blocking<O>, I> {
    /// Waits until a connection is pending, or the time is over.
    ///
    /// [`Timeout::default()`] is zero: it looks once and does not block. With something pending
    /// it returns at once. The limit is obeyed: with a limit of zero nothing will ever come.
    ///
    /// # Panics
    ///
    /// Only if the hook does. The connection it was given is closed, unless it was queued before;
    /// nothing else is lost, and the server can be used as before.
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
        self.obey(None);
        let deadline = match timeout.into() {
            Timeout::After(duration) if duration.is_zero() => return self.look_once(),
            Timeout::After(duration) => Some(self.driver.os().now().after(duration)),
            Timeout::Never => None,
        };
        let reporting = self.reporting();
        reporting.0.wait_until(deadline)
    }

    /// Waits for a connection and returns it.
    ///
    /// When nothing can end the wait but a client, this costs one system call, as the accept of
    /// a bare listener does. With a limit of zero it waits until a wake handle ends it.
    ///
    /// # Errors
    ///
    /// The server does not listen; a wake handle ended the wait; or the listener became unusable
    /// and the server has closed. That descriptors ran out is no error: the server tries again.
    ///
    /// # Panics
    ///
    /// Only if the hook does. The connection it was given is closed, unless it was queued before;
    /// nothing else is lost, and the server can be used as before.
    ///
    /// # Platform-specific behavior
    ///
    /// On Unix, processes that share the server by a fork should all wait in the same way: while
    /// the one that made it blocks in here, the calls of the others may block as well.
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

    /// Returns a handle that ends a wait from elsewhere.
    ///
    /// From then on waits cost one system call more.
    ///
    /// A child that is forked afterwards shares the handle and the waker with its parent. A call of
    /// `wake` in the child ends a wait of the parent too, and the other way round; if both wait,
    /// it ends the wait of one of them at least. A child that keeps the server and must not be woken
    /// with the parent has to listen with a server of its own.
    ///
    /// # Errors
    ///
    /// The first call makes a pair of sockets, which fails when descriptors run out.
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

    /// Returns a handle that stops the server from elsewhere.
    ///
    /// From then on waits cost one system call more.
    ///
    /// A forked child has a server and handles of its own, which stop neither the parent nor its
    /// server; but it shares the waker, and if both wait, a request may wake only the wrong one of
    /// them. A child that keeps the server has to listen with a server of its own.
    ///
    /// # Errors
    ///
    /// As [`wake_handle`](Self::wake_handle).
    pub fn stop_handle(&mut self) -> io::Result<StopHandle> {
        let WakeHandle(sender) = self.wake_handle()?;
        let (handle, is_first) = self.reporting().0.stop.handle();
        if is_first {
            let owner = Waker::from(Arc::new(Stopped(sender)));
            self.obey(Some(&owner));
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
            self.obey(None);
            self.count_closed(None);
            if let Some(wait) = self.outcome() {
                return wait;
            }
            let wait = match self.way_to_wait(deadline) {
                Way::Direct => {
                    self.driver.accept_one();
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

    /// Returns how the wait ends if it ends here, whatever the time.
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
            // A listener that was shut down is readable for ever; only accepting tells the end.
            // Nor does poll tell that a pause is over if no client is left.
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

    /// Waits for the listener, the wake handle or the time, and takes in one client.
    fn poll(&mut self, deadline: Option<Time>) -> Option<Wait> {
        if self.is_full() && !self.listens_for_room(deadline) {
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
                self.take_in_ready(readiness.hung_up);
                None
            }
            Ok(_) => {
                // A back-off may be over; then there is an attempt to make.
                self.driver.accept_one();
                None
            }
            Err(failure) => {
                self.fail(AcceptFailure::Exhausted(failure));
                self.sleep_instead(deadline);
                None
            }
        }
    }

    /// Has the next connection that is closed end the wait. Returns false if one was closed already.
    fn listens_for_room(&mut self, deadline: Option<Time>) -> bool {
        match self.wake_handle() {
            Ok(WakeHandle(sender)) => {
                let owner = Waker::from(Arc::new(Stopped(sender)));
                self.count_closed(Some(&owner)) == 0
            }
            Err(_) => {
                // Nothing can end the wait. The caller looks again after some time.
                self.sleep_instead(deadline);
                false
            }
        }
    }

    fn take_in_ready(&mut self, hung_up: bool) {
        if !self.driver.accept_one().more && hung_up {
            // Somebody who shares the socket has shut it down: readable for ever, and nobody comes.
            self.fail(sys::shut_down_elsewhere());
        }
    }

    /// Lets the time pass in which nothing can be waited for, since waiting itself fails.
    ///
    /// At once it would fail again: that would be a spin.
    fn sleep_instead(&self, deadline: Option<Time>) {
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

/// In which way to wait for a client.
enum Way {
    /// Not at all: accepting tells at once.
    Direct,
    /// In a blocking accept, which nothing but a client ends.
    Accept,
    /// In poll, which also sees the time and the wake handle.
    Poll,
}
