use std::io;
use std::task::Poll;

use anteroom_core::{Driver, Intake, Progress, Timeout, Wait};
use anteroom_std::sys::{self, System};
use mio::net::UnixStream;

use crate::poller::Poller;

/// A local-socket server whose thread sleeps in mio's poller.
#[derive(Debug)]
#[non_exhaustive]
pub struct LocalServer<I> {
    /// Everything but waiting.
    pub driver: Driver<System<UnixStream>, I>,
    poller: Poller,
}

impl<I: Intake<UnixStream>> LocalServer<I> {
    /// Creates a server that does not listen yet, with a hook.
    ///
    /// # Errors
    ///
    /// There is no poller to be had: descriptors may have run out.
    pub fn new(intake: I) -> io::Result<Self> {
        Ok(Self {
            driver: Driver::new(System::new(), intake),
            poller: Poller::new()?,
        })
    }

    /// Waits until a connection is pending, or the time is over.
    ///
    /// # Errors
    ///
    /// The poller cannot sleep. Nothing is lost: the wait can be repeated.
    ///
    /// # Panics
    ///
    /// If the hook does.
    pub fn wait(&mut self, timeout: Timeout) -> io::Result<Wait> {
        let deadline = match timeout {
            Timeout::After(duration) => Some(sys::now().after(duration)),
            Timeout::Never => None,
        };
        loop {
            match self.driver.poll_wait(deadline, &mut self.poller) {
                Poll::Ready(wait) => return Ok(wait),
                Poll::Pending => self.poller.sleep()?,
            }
        }
    }

    /// Waits for a connection; there is none once the server does not listen.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    ///
    /// # Panics
    ///
    /// If the hook does.
    pub fn accept(&mut self) -> io::Result<Option<UnixStream>> {
        let _ = self.wait(Timeout::Never)?;
        Ok(self.driver.next_pending())
    }

    /// Takes in the clients that are there, as far as the limit allows, and does not wait.
    ///
    /// # Panics
    ///
    /// If the hook does.
    pub fn process_events(&mut self) -> Progress {
        self.driver.process_events(&mut self.poller)
    }
}
