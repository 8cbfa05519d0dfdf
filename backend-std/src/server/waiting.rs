use std::io;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use anteroom_core::{AcceptFailure, Intake, Operation, PhaseName, Taken, Time, Timeout, Wait};

use super::LocalServer;
use super::embedding::NoRuntime;
use crate::sys::{self, Mode, Readiness, WakeSender};
use crate::{AcceptError, Incoming, LocalSocket};

/// How long to sleep at most while the system cannot even wait: as long as the longest back-off.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Ends a wait of a server, from another thread or from a signal handler.
///
/// A wake-up that comes while nobody waits ends the next wait that can block. Several are one.
#[derive(Clone, Debug)]
pub struct WakeHandle(Arc<WakeSender>);

impl WakeHandle {
    /// Ends the wait. Async-signal-safe, and it never blocks.
    pub fn wake(&self) {
        self.0.wake();
    }
}

/// Waiting without an event loop.
impl<I: Intake<LocalSocket>> LocalServer<I> {
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
    /// # Specification
    ///
    /// SRV-9, WAIT-1 to WAIT-6.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_std::{LocalServer, LocalSocket, Timeout, Wait};
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
    //= SRV-9, WAIT-1, WAIT-2, WAIT-3, WAIT-4
    #[doc(alias = "QLocalServer::waitForNewConnection")]
    pub fn wait_for_new_connection(&mut self, timeout: impl Into<Timeout>) -> Wait {
        match timeout.into() {
            Timeout::After(duration) if duration.is_zero() => self.driver.look_once(&mut NoRuntime),
            Timeout::After(duration) => self.wait_until(Some(sys::now().after(duration))),
            Timeout::Never => self.wait_until(None),
        }
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
    /// use anteroom_std::{AcceptError, LocalServer, LocalSocket};
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
    pub fn accept(&mut self) -> Result<LocalSocket, AcceptError> {
        match self.wait_for_new_connection(Timeout::Never) {
            Wait::Woken => Err(AcceptError::Woken),
            _ => self.claim(),
        }
    }

    /// Returns an iterator over the connections, which waits for each.
    ///
    /// It ends when the server does not listen any more.
    ///
    /// # Panics
    ///
    /// Making it never does; waiting does as [`accept`](Self::accept).
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_std::{LocalServer, LocalSocket};
    /// use std::io::{Read, Write};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// let clients = [LocalSocket::connect(&name)?, LocalSocket::connect(&name)?];
    /// server.drain(); // two and no more: otherwise the loop would wait for the next one
    /// for socket in server.incoming() {
    ///     socket?.write_all(b"welcome")?;
    /// }
    /// for mut client in clients {
    ///     let mut text = String::new();
    ///     client.read_to_string(&mut text)?;
    ///     assert_eq!(text, "welcome");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn incoming(&mut self) -> Incoming<'_, I> {
        Incoming::new(self)
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
    /// use anteroom_std::{AcceptError, LocalServer};
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
        if let Some((sender, _)) = &self.waker {
            return Ok(WakeHandle(Arc::clone(sender)));
        }
        let (sender, receiver) = sys::waker()?;
        let sender = Arc::new(sender);
        self.waker = Some((Arc::clone(&sender), receiver));
        Ok(WakeHandle(sender))
    }

    fn wait_until(&mut self, deadline: Option<Time>) -> Wait {
        loop {
            if let Some(wait) = self.outcome() {
                return wait;
            }
            let wait = match self.way_to_wait(deadline) {
                Way::Direct => {
                    self.driver.take_in(&mut NoRuntime);
                    None
                }
                Way::Accept => {
                    self.accept_blocking();
                    None
                }
                Way::Poll => self.poll(deadline),
            };
            if let Some(wait) = wait {
                return self.outcome().unwrap_or(wait);
            }
            if deadline.is_some_and(|deadline| deadline <= sys::now()) {
                return self.outcome().unwrap_or(Wait::TimedOut);
            }
        }
    }

    /// Returns how the wait ends if it ends here, whatever the time.
    fn outcome(&self) -> Option<Wait> {
        match self.driver.wait_status(None) {
            Poll::Ready(wait) => Some(wait),
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
            && self.waker.is_none()
            && self
                .driver
                .listener()
                .is_some_and(|listener| listener.may_block())
        {
            Way::Accept
        } else {
            Way::Poll
        }
    }

    fn accept_blocking(&mut self) {
        let Some(mut slot) = self.driver.accept_slot() else {
            return;
        };
        match slot.listener_mut().accept(Mode::Blocking) {
            Ok(Some(socket)) => slot.complete(Ok(socket)),
            Ok(None) => drop(slot),
            Err(failure) => slot.complete(Err(failure)),
        }
    }

    /// Waits for the listener, the wake handle or the time, and takes in one client.
    fn poll(&mut self, deadline: Option<Time>) -> Option<Wait> {
        let now = sys::now();
        let timeout = self
            .driver
            .next_deadline(deadline)
            .map(|moment| moment.since(now));
        let wanted = self.driver.server().wants_accept().is_some();
        let listener = self
            .driver
            .listener()
            .filter(|_| wanted)
            .map(|raw| raw.as_fd());
        let receiver = self.waker.as_ref().map(|(_, receiver)| receiver);
        match sys::wait_readable(listener, receiver.map(|receiver| receiver.as_fd()), timeout) {
            Ok(Readiness { woken: true, .. }) => {
                receiver.inspect(|receiver| receiver.clear());
                Some(Wait::Woken)
            }
            Ok(readiness) if readiness.listener => {
                self.take_in_ready(readiness.hung_up);
                None
            }
            Ok(_) => {
                // A back-off may be over: then asking for a slot ends it.
                let _ = self.driver.accept_slot().is_some();
                None
            }
            Err(error) => {
                let failure = sys::io_failure(Operation::Accept, &error);
                self.fail(AcceptFailure::Exhausted(failure));
                self.sleep_instead(deadline);
                None
            }
        }
    }

    fn take_in_ready(&mut self, hung_up: bool) {
        if self.driver.take_in(&mut NoRuntime) == Taken::Nothing && hung_up {
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
            .map_or(LONGEST_SLEEP, |moment| moment.since(sys::now()));
        thread::sleep(pause.min(LONGEST_SLEEP));
    }

    fn fail(&mut self, failure: AcceptFailure) {
        if let Some(slot) = self.driver.accept_slot() {
            slot.complete(Err(failure));
        }
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
