mod pause;
mod poll;
mod slot;
mod turn;

use alloc::vec::Vec;
use core::fmt;
use core::task::Poll;

pub use poll::Reactor;
pub use slot::{AcceptSlot, Next};
pub use turn::{Acceptor, FirstAttempt, Progress, Taken, Turn};

use crate::{
    Backlog, Bound, Effect, Event, Failure, Intake, ListenError, ListenOptions, ListenerId, Os,
    OsEvent, Owner, QueueAll, Refused, Server, ServerName, SocketOptions, Time, Wait,
};

/// How many connections a backend takes in before it looks at its deadline or yields.
///
/// A hook that queues nothing must not hold a thread for ever.
pub const ACCEPTS_PER_TURN: usize = 64;

/// The loop around a [`Server`], for platforms that answer at once.
///
/// It carries out the machine's effects on an [`Os`] after every command, and hands out
/// [accept slots](AcceptSlot). What is left for a backend is one loop: while there is a slot,
/// try to accept on its listener in the way of the runtime, and fill the slot in.
///
/// Dropping it closes the server.
///
/// # Examples
///
/// The heart of a backend, here with a function `try_accept` of the platform:
///
/// ```
/// # use anteroom_core::{AcceptFailure, Driver, Intake, Os};
/// fn process_events<O: Os, I: Intake<O::Conn>>(
///     driver: &mut Driver<O, I>,
///     try_accept: impl Fn(&O::Listener) -> Option<Result<O::Conn, AcceptFailure>>,
/// ) {
///     for _ in 0..anteroom_core::ACCEPTS_PER_TURN {
///         let Some(slot) = driver.accept_slot() else { break };
///         match try_accept(slot.listener()) {
///             Some(result) => slot.complete(result),
///             None => {
///                 slot.empty();
///                 break;
///             }
///         }
///     }
/// }
/// ```
pub struct Driver<O: Os, I = QueueAll> {
    server: Server<O::Conn>,
    os: O,
    intake: I,
    listener: Option<(ListenerId, O::Listener)>,
    /// The descriptor to adopt, while that is under way.
    descriptor: Option<O::Descriptor>,
    /// Whether nobody has looked yet for clients that came before the runtime could see them.
    is_fresh: bool,
    /// Whether the hook was told last that accepting is paused.
    told_pause: bool,
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
        }
    }

    /// Returns the slot for the next connection, if one may be taken in now.
    ///
    /// A back-off that is over ends here; only then the clock is read.
    ///
    /// # Panics
    ///
    /// If the hook does, which is called here only if it has panicked before.
    #[inline]
    pub fn accept_slot(&mut self) -> Option<AcceptSlot<'_, O, I>> {
        if self.told_pause {
            self.end_back_off();
        }
        let wanted = self.server.wants_accept()?;
        held(&mut self.listener, wanted)?;
        Some(AcceptSlot::new(self, wanted))
    }

    /// Stops listening, as [`Server::close`].
    ///
    /// # Panics
    ///
    /// If the hook does, which is told of the end of a pause. The server has closed nevertheless.
    pub fn close(&mut self) {
        self.shut();
        self.tell_pause();
    }

    /// Hands a fact to the machine, and does what follows from it.
    pub(crate) fn handle(&mut self, event: OsEvent<O::Conn>) {
        self.server.handle(event);
        self.carry_out();
        self.tell_pause();
    }

    pub(crate) const fn intake_and_server(&mut self) -> (&mut I, &mut Server<O::Conn>) {
        (&mut self.intake, &mut self.server)
    }
}

impl<O: Os, I> Driver<O, I> {
    /// Listens on `name`.
    ///
    /// # Errors
    ///
    /// As [`Server::listen`], and what the platform reports. Then the server does not listen and
    /// nothing was left behind.
    ///
    /// # Specification
    ///
    /// LIS-1, LIS-2, LIS-3.
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
    ///
    /// # Specification
    ///
    /// FD-1, FD-2, FD-3.
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

    /// Refuses new clients and takes in those that have connected, as [`Server::drain`].
    pub fn drain(&mut self) {
        self.server.drain();
        self.carry_out();
    }

    /// Returns the connection that has been pending for longest.
    #[inline]
    pub fn next_pending(&mut self) -> Option<O::Conn> {
        self.server.next_pending()
    }

    /// Queues a connection that the application made itself, as [`Server::add_pending`].
    pub fn add_pending(&mut self, connection: O::Conn) {
        self.server.add_pending(connection);
    }

    /// Drops every pending connection.
    pub fn discard_pending(&mut self) {
        self.server.discard_pending();
        self.carry_out();
    }

    /// Sets how many connections may be pending, as [`Server::set_max_pending`].
    pub const fn set_max_pending(&mut self, limit: usize) {
        self.server.set_max_pending(limit);
    }

    /// Sets the options for the next `listen`.
    pub const fn set_socket_options(&mut self, options: SocketOptions) {
        self.server.set_socket_options(options);
    }

    /// Sets how many clients the operating system is to queue from the next `listen` on.
    pub const fn set_backlog(&mut self, backlog: Backlog) {
        self.server.set_backlog(backlog);
    }

    /// Sets all options for the next `listen`.
    pub const fn set_listen_options(&mut self, options: ListenOptions) {
        self.server.set_listen_options(options);
    }

    /// Sets the owner of the socket file for the next `listen`.
    pub const fn set_owner(&mut self, owner: Owner) {
        self.server.set_owner(owner);
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

    /// Returns the hook.
    pub const fn intake(&self) -> &I {
        &self.intake
    }

    /// Returns the hook, to be changed.
    pub const fn intake_mut(&mut self) -> &mut I {
        &mut self.intake
    }

    /// Returns the next piece of news for the application.
    pub const fn poll_event(&mut self) -> Option<Event> {
        self.server.poll_event()
    }

    /// Returns why the listener was lost, if that is news.
    pub const fn take_loss(&mut self) -> Option<Failure> {
        self.server.take_loss()
    }

    /// Returns how many connections became available since this was last asked.
    pub const fn take_new_connections(&mut self) -> usize {
        self.server.take_new_connections()
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

    pub(crate) fn listener_id(&self) -> Option<ListenerId> {
        self.listener.as_ref().map(|(id, _)| *id)
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
        // A platform or a connection that panicked has left effects behind.
        self.carry_out();
        self.shut();
    }
}
