//! The driver: runs the effects of a [`Server`] on an [`Os`], and accepts connections. System calls
//! do not belong here.

mod accept;
mod pause;
mod poll;

use alloc::vec::Vec;
use core::fmt;
use core::task::{Poll, Waker};

pub use accept::Progress;
pub use poll::Reactor;

use crate::{
    Bound, Effect, Intake, ListenError, ListenerId, Os, OsEvent, QueueAll, Refused, Server,
    ServerName, Time, Wait,
};

/// The number of attempts to accept after which a wait checks its deadline or yields.
///
/// Without this bound, a hook that queues no connection could block a thread forever.
pub const ACCEPTS_PER_TURN: usize = 64;

/// A [`Server`] on an [`Os`] that replies immediately.
///
/// It runs the effects of the machine after every command, and accepts connections when the machine
/// wants them: [`poll_wait`](Self::poll_wait) is for a task,
/// [`process_events`](Self::process_events) for an event loop.
///
/// Dropping a driver closes its server.
pub struct Driver<O: Os, I = QueueAll> {
    server: Server<O::Conn>,
    os: O,
    intake: I,
    listener: Option<(ListenerId, O::Listener)>,
    /// The descriptor of `Effect::Adopt`.
    descriptor: Option<O::Descriptor>,
    /// Whether clients may have connected before the runtime watched the listener.
    is_fresh: bool,
    /// Whether the last report to the hook was the begin of a pause.
    reported_pause: bool,
    /// The task that is waiting for a connection.
    waiter: Option<Waker>,
}

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    /// Creates a driver with an idle server.
    pub const fn new(os: O, intake: I) -> Self {
        Self {
            server: Server::new(),
            os,
            intake,
            listener: None,
            descriptor: None,
            is_fresh: false,
            reported_pause: false,
            waiter: None,
        }
    }

    /// Stops listening, as [`Server::close`], and wakes the waiting task.
    ///
    /// # Panics
    ///
    /// Panics if [`Intake::resumed`] panics. The server is closed nevertheless.
    pub fn close(&mut self) {
        self.wake_waiter();
        self.stop();
        self.report_pause();
    }

    fn handle(&mut self, event: OsEvent<O::Conn>) {
        self.wake_waiter();
        self.server.handle(event);
        self.run_effects();
        self.report_pause();
    }
}

impl<O: Os, I> Driver<O, I> {
    /// Listens on `name`.
    ///
    /// # Errors
    ///
    /// As [`Server::listen`], and the failures of [`Os::bind`]. The server is idle then.
    //= LIS-1, LIS-2, LIS-3
    pub fn listen(&mut self, name: ServerName) -> Result<(), ListenError> {
        self.server.listen(name)?;
        self.run_effects();
        self.listen_result()
    }

    /// Adopts a listening descriptor.
    ///
    /// # Errors
    ///
    /// As [`Server::listen_adopted`], and the failures of [`Os::adopt`]. The error contains the
    /// descriptor.
    //= FD-1, FD-2, FD-3
    pub fn adopt(&mut self, descriptor: O::Descriptor) -> Result<(), Refused<O::Descriptor>> {
        if let Err(error) = self.server.listen_adopted() {
            return Err(Refused { descriptor, error });
        }
        self.descriptor = Some(descriptor);
        self.run_effects();
        match (self.listen_result(), self.descriptor.take()) {
            (Err(error), Some(descriptor)) => Err(Refused { descriptor, error }),
            _ => Ok(()),
        }
    }

    /// Calls a command of the machine, and runs its effects.
    ///
    /// Wakes the waiting task if the command changes the result of its wait. Use the methods of the
    /// driver for `listen`, `adopt` and `close`, which do more.
    ///
    /// # Examples
    ///
    /// ```
    /// # use anteroom_core::{Driver, Os};
    /// fn accept_two_and_stop<O: Os, I>(driver: &mut Driver<O, I>) {
    ///     driver.command(|server| server.set_max_pending(2));
    ///     driver.command(|server| server.drain());
    /// }
    /// ```
    pub fn command<T>(&mut self, give: impl FnOnce(&mut Server<O::Conn>) -> T) -> T {
        let before = self.wait_state();
        let answer = give(&mut self.server);
        if self.waiter.is_some() && self.wait_state() != before {
            self.wake_waiter();
        }
        self.run_effects();
        answer
    }

    /// Removes the oldest connection from the pending queue.
    #[inline]
    pub fn next_pending(&mut self) -> Option<O::Conn> {
        self.server.next_pending()
    }

    /// Returns the machine.
    pub const fn server(&self) -> &Server<O::Conn> {
        &self.server
    }

    /// Returns whether accepting is paused, as last reported to the hook.
    ///
    /// [`Server::pause`] returns the cause.
    pub const fn is_paused(&self) -> bool {
        self.reported_pause
    }

    /// Returns the operating system.
    pub const fn os(&self) -> &O {
        &self.os
    }

    /// Returns the listener, if there is one.
    pub fn listener(&self) -> Option<&O::Listener> {
        self.listener.as_ref().map(|(_, listener)| listener)
    }

    /// Returns a mutable reference to the listener, if there is one.
    pub fn listener_mut(&mut self) -> Option<&mut O::Listener> {
        self.listener.as_mut().map(|(_, listener)| listener)
    }

    /// Makes this process the one that removes the socket file: [`Os::assume_ownership`].
    pub fn assume_ownership(&mut self) {
        if let Some((_, listener)) = &mut self.listener {
            self.os.assume_ownership(listener);
        }
    }

    /// Returns the hook.
    pub const fn intake(&self) -> &I {
        &self.intake
    }

    /// Returns a mutable reference to the hook.
    pub const fn intake_mut(&mut self) -> &mut I {
        &mut self.intake
    }

    /// Returns the result of a wait with this deadline, or `Pending` if the wait goes on.
    ///
    /// Reads the clock only if there is a deadline and no connection is pending.
    #[inline]
    pub fn wait_status(&self, deadline: Option<Time>) -> Poll<Wait> {
        let now = match deadline {
            Some(_) if !self.server.has_pending() => self.os.now(),
            _ => Time::ZERO,
        };
        self.server.wait_status(deadline, now)
    }

    /// Returns the earlier one of the deadline of the wait and the end of the back-off.
    pub fn next_deadline(&self, wait: Option<Time>) -> Option<Time> {
        match (wait, self.server.poll_timeout()) {
            (Some(wait), Some(back_off)) => Some(wait.min(back_off)),
            (wait, back_off) => wait.or(back_off),
        }
    }

    #[inline]
    fn listener_id(&self) -> Option<ListenerId> {
        self.listener.as_ref().map(|(id, _)| *id)
    }

    /// The state that the result of a wait depends on.
    fn wait_state(&self) -> impl PartialEq + use<O, I> {
        let server = &self.server;
        (server.phase(), server.has_pending(), server.wants_accept())
    }

    /// Wakes the waiting task, so that it polls again.
    ///
    /// Every method that changes the result of a wait calls this before the change, since the
    /// operating system or the hook may panic.
    #[inline]
    pub fn wake_waiter(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            waiter.wake();
        }
    }

    fn stop(&mut self) {
        self.server.close();
        self.run_effects();
    }

    fn run_effects(&mut self) {
        let mut answers = Vec::new();
        while let Some(effect) = self.server.poll_effect() {
            answers.extend(self.run_effect(effect));
        }
        for answer in answers {
            self.server.handle(answer);
            self.run_effects();
        }
    }

    fn run_effect(&mut self, effect: Effect<O::Conn>) -> Option<OsEvent<O::Conn>> {
        match effect {
            Effect::Bind {
                listener,
                name,
                options,
            } => Some(match self.os.bind(&name, options) {
                Ok(bound) => self.install(listener, bound),
                Err(error) => OsEvent::BindFailed {
                    listener,
                    failure: error.failure,
                    full_name: error.full_name,
                },
            }),
            Effect::Adopt { listener } => {
                let descriptor = self.descriptor.take()?;
                Some(match self.os.adopt(descriptor) {
                    Ok(bound) => self.install(listener, bound),
                    Err((descriptor, failure)) => {
                        self.descriptor = Some(descriptor);
                        OsEvent::BindFailed {
                            listener,
                            failure,
                            full_name: None,
                        }
                    }
                })
            }
            Effect::Refuse { listener } => {
                let raw = held(&mut self.listener, listener)?;
                let failure = self.os.refuse(raw).err()?;
                Some(OsEvent::RefuseFailed { listener, failure })
            }
            Effect::Unlink { listener } => {
                let raw = held(&mut self.listener, listener)?;
                let failure = self.os.unlink(raw).err()?;
                Some(OsEvent::UnlinkFailed { listener, failure })
            }
            Effect::Close { listener } => {
                self.listener.take_if(|(id, _)| *id == listener);
                None
            }
            Effect::Discard(connection) => {
                drop(connection);
                None
            }
        }
    }

    fn install(&mut self, id: ListenerId, bound: Bound<O::Listener>) -> OsEvent<O::Conn> {
        self.listener = Some((id, bound.listener));
        self.is_fresh = true;
        OsEvent::Bound {
            listener: id,
            facts: bound.facts,
        }
    }

    fn listen_result(&self) -> Result<(), ListenError> {
        match self.server.last_error() {
            Some(failure) if !self.server.is_listening() => Err(ListenError::Failed(failure)),
            _ => Ok(()),
        }
    }
}

fn held<L>(listener: &mut Option<(ListenerId, L)>, wanted: ListenerId) -> Option<&mut L> {
    listener
        .as_mut()
        .filter(|(id, _)| *id == wanted)
        .map(|(_, raw)| raw)
}

/// Connections and hooks need not implement `Debug`.
impl<O: Os, I> fmt::Debug for Driver<O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("phase", &self.server.phase())
            .field("full_server_name", &self.server.full_server_name())
            .field("pending", &self.server.pending_len())
            .field("last_error", &self.server.last_error())
            .finish_non_exhaustive()
    }
}

impl<O: Os, I> Drop for Driver<O, I> {
    //= DTOR-1, DTOR-2, NEXT-3
    fn drop(&mut self) {
        self.wake_waiter();
        // An earlier panic may have left effects in the machine.
        self.run_effects();
        self.stop();
    }
}
