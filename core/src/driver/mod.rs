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

/// How many connections a backend takes in before it looks at its deadline or yields.
///
/// A hook that queues nothing must not hold a thread for ever.
pub const ACCEPTS_PER_TURN: usize = 64;

/// The loop around a [`Server`], for platforms that answer at once.
///
/// It carries out the machine's effects on an [`Os`] after every command, and accepts connections
/// as the machine wants them: for a task by [`poll_wait`](Self::poll_wait), and without waiting by
/// [`process_events`](Self::process_events).
///
/// Dropping it closes the server.
pub struct Driver<O: Os, I = QueueAll> {
    server: Server<O::Conn>,
    os: O,
    intake: I,
    listener: Option<(ListenerId, O::Listener)>,
    /// The descriptor to adopt, while that is under way.
    descriptor: Option<O::Descriptor>,
    /// Whether clients may be there that came before the runtime could see them.
    is_fresh: bool,
    /// Whether the hook was told last that accepting is paused.
    told_pause: bool,
    /// The task that waits for a connection.
    waiter: Option<Waker>,
}

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    /// Creates a server that does not listen.
    pub const fn new(os: O, intake: I) -> Self {
        Self {
            server: Server::new(),
            os,
            intake,
            listener: None,
            descriptor: None,
            is_fresh: false,
            told_pause: false,
            waiter: None,
        }
    }

    /// Stops listening, as [`Server::close`].
    ///
    /// # Panics
    ///
    /// If the hook does, which is told of the end of a pause. The server has closed nevertheless.
    pub fn close(&mut self) {
        self.wake_waiter();
        self.shut();
        self.tell_pause();
    }

    /// Hands a fact to the machine, and does what follows from it.
    fn handle(&mut self, event: OsEvent<O::Conn>) {
        self.wake_waiter();
        self.server.handle(event);
        self.carry_out();
        self.tell_pause();
    }
}

impl<O: Os, I> Driver<O, I> {
    /// Listens on `name`.
    ///
    /// # Errors
    ///
    /// As [`Server::listen`], and what the platform reports. Then the server does not listen and
    /// nothing was left behind.
    //= LIS-1, LIS-2, LIS-3
    pub fn listen(&mut self, name: ServerName) -> Result<(), ListenError> {
        self.server.listen(name)?;
        self.carry_out();
        self.listen_result()
    }

    /// Adopts a descriptor that listens already.
    ///
    /// # Errors
    ///
    /// Gives the descriptor back: when the server listens already, or when the platform found it
    /// unfit.
    //= FD-1, FD-2, FD-3
    pub fn adopt(&mut self, descriptor: O::Descriptor) -> Result<(), Refused<O::Descriptor>> {
        if let Err(error) = self.server.listen_adopted() {
            return Err(Refused { descriptor, error });
        }
        self.descriptor = Some(descriptor);
        self.carry_out();
        match (self.listen_result(), self.descriptor.take()) {
            (Err(error), Some(descriptor)) => Err(Refused { descriptor, error }),
            _ => Ok(()),
        }
    }

    /// Gives the machine a command and does what follows from it.
    ///
    /// For every command but those that have a method here, which do more. A task that waits is
    /// woken if that changes what it waits for.
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
        let before = self.wants();
        let answer = give(&mut self.server);
        if self.waiter.is_some() && self.wants() != before {
            self.wake_waiter();
        }
        self.carry_out();
        answer
    }

    /// Returns the connection that has been pending for longest.
    #[inline]
    pub fn next_pending(&mut self) -> Option<O::Conn> {
        self.server.next_pending()
    }

    /// Returns the machine, to be asked anything.
    pub const fn server(&self) -> &Server<O::Conn> {
        &self.server
    }

    /// Returns whether accepting is paused: cheaper than [`Server::pause`], which tells why.
    ///
    /// It is what the hook was told last.
    pub const fn is_paused(&self) -> bool {
        self.told_pause
    }

    /// Returns the platform.
    pub const fn os(&self) -> &O {
        &self.os
    }

    /// Returns the listener, while there is one.
    pub fn listener(&self) -> Option<&O::Listener> {
        self.listener.as_ref().map(|(_, listener)| listener)
    }

    /// Returns the listener for changes that the machine need not know of.
    pub fn listener_mut(&mut self) -> Option<&mut O::Listener> {
        self.listener.as_mut().map(|(_, listener)| listener)
    }

    /// Makes this process the one that removes the listener's file, as [`Os::assume_ownership`].
    pub fn assume_ownership(&mut self) {
        if let Some((_, listener)) = &mut self.listener {
            self.os.assume_ownership(listener);
        }
    }

    /// Returns the hook.
    pub const fn intake(&self) -> &I {
        &self.intake
    }

    /// Returns the hook, to be changed.
    pub const fn intake_mut(&mut self) -> &mut I {
        &mut self.intake
    }

    /// Returns how a wait with this deadline stands.
    ///
    /// The clock is read only if there is a deadline and nothing is pending.
    #[inline]
    pub fn wait_status(&self, deadline: Option<Time>) -> Poll<Wait> {
        let now = match deadline {
            Some(_) if !self.server.has_pending() => self.os.now(),
            _ => Time::ZERO,
        };
        self.server.wait_status(deadline, now)
    }

    /// Returns when to look again at the latest: at the wait's deadline or at the back-off's end.
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

    /// What a task that waits depends on.
    fn wants(&self) -> impl PartialEq + use<O, I> {
        let server = &self.server;
        (server.phase(), server.has_pending(), server.wants_accept())
    }

    /// Wakes the task that waits, so that it polls again.
    ///
    /// Every method that changes what it waits for does so by itself, and before the change, since
    /// the platform or the hook may panic.
    #[inline]
    pub fn wake_waiter(&mut self) {
        if let Some(waiter) = self.waiter.take() {
            waiter.wake();
        }
    }

    fn shut(&mut self) {
        self.server.close();
        self.carry_out();
    }

    /// Does what the machine asks for, until it asks for nothing more.
    fn carry_out(&mut self) {
        let mut answers = Vec::new();
        while let Some(effect) = self.server.poll_effect() {
            answers.extend(self.perform(effect));
        }
        for answer in answers {
            self.server.handle(answer);
            self.carry_out();
        }
    }

    fn perform(&mut self, effect: Effect<O::Conn>) -> Option<OsEvent<O::Conn>> {
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

/// Shows where the server stands; neither connections nor hooks need to be printable for that.
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
        // A platform or a connection that panicked has left effects behind.
        self.carry_out();
        self.shut();
    }
}
