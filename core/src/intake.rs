use alloc::boxed::Box;

use crate::{Failure, ListenerId, Server};

/// The hook that decides about every new connection.
///
/// It is called once for each, before the connection takes a place in the queue. What it does not
/// [enqueue](Admit::enqueue) does not count against the limit and is not announced; dropping the
/// connection closes it. Closures are hooks, and so are `Box<dyn Intake<C>>` and
/// `Box<dyn Intake<C> + Send>`.
///
/// The other two methods report the begin and the end of each
/// [pause](crate::Server::pause); by default they do nothing.
///
/// # Examples
///
/// ```
/// use anteroom_core::{Admit, Intake};
///
/// // Connections are numbers here; even ones are refused.
/// let mut only_odd = |connection: u32, admit: &mut Admit<'_, u32>| {
///     if connection % 2 == 1 {
///         admit.enqueue(connection);
///     }
/// };
/// fn is_a_hook(_: &impl Intake<u32>) {}
/// is_a_hook(&only_odd);
/// # let _ = &mut only_odd;
/// ```
///
/// A hook that logs pauses:
///
/// ```
/// use anteroom_core::{Admit, Failure, Intake};
///
/// struct Logging;
///
/// impl<C> Intake<C> for Logging {
///     fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
///         admit.enqueue(connection);
///     }
///
///     fn paused(&mut self, failure: Failure) {
///         eprintln!("accepting is paused: {}", anteroom_core::describe(failure, None, None));
///     }
///
///     fn resumed(&mut self) {
///         eprintln!("accepting is not paused any more");
///     }
/// }
/// ```
//= INC-1, INC-2, INC-3, INC-4
#[doc(alias = "QLocalServer::incomingConnection")]
pub trait Intake<C> {
    /// Decides about one new connection.
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>);

    /// Reports that descriptors or memory ran out, so that accepting is paused.
    ///
    /// Called once for each pause, however many attempts fail; the server goes on trying. A panic
    /// leaves the server usable.
    #[expect(unused_variables, reason = "the default does nothing")]
    fn paused(&mut self, failure: Failure) {}

    /// Reports that the pause is over.
    ///
    /// Called once after each [`paused`](Self::paused): an attempt found the backlog empty, nothing
    /// has run out for a second in which connections were accepted, or the server closed. Not called
    /// when the server is dropped. A panic leaves the server usable.
    fn resumed(&mut self) {}
}

/// The default hook: it queues every connection.
//= INC-2
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct QueueAll;

impl QueueAll {
    /// Creates the default hook.
    pub const fn new() -> Self {
        Self
    }
}

impl<C> Intake<C> for QueueAll {
    //= INC-2
    #[inline]
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        admit.enqueue(connection);
    }
}

impl<C, F> Intake<C> for F
where
    F: FnMut(C, &mut Admit<'_, C>),
{
    //= INC-3
    #[inline]
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        self(connection, admit);
    }
}

impl<C> Intake<C> for Box<dyn Intake<C> + '_> {
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        (**self).incoming(connection, admit);
    }

    fn paused(&mut self, failure: Failure) {
        (**self).paused(failure);
    }

    fn resumed(&mut self) {
        (**self).resumed();
    }
}

impl<C> Intake<C> for Box<dyn Intake<C> + Send + '_> {
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        (**self).incoming(connection, admit);
    }

    fn paused(&mut self, failure: Failure) {
        (**self).paused(failure);
    }

    fn resumed(&mut self) {
        (**self).resumed();
    }
}

/// The way into the queue of pending connections, for as long as the hook runs.
///
/// The machine hears that the connection was accepted when the first one is queued or else when
/// this is dropped: so also when the hook panics, and exactly once.
#[derive(Debug)]
pub struct Admit<'a, C> {
    server: &'a mut Server<C>,
    listener: Option<ListenerId>,
}

impl<'a, C> Admit<'a, C> {
    /// Creates the way into the queue for a connection that this listener has accepted.
    ///
    /// For those who drive a [`Server`] themselves. It takes the place of
    /// [`OsEvent::Accepted`](crate::OsEvent::Accepted). If the listener is an old one, what is queued is
    /// handed back as [`Effect::Discard`](crate::Effect::Discard): take the effects afterwards.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_core::{Admit, Intake, ListenerId, Server};
    ///
    /// fn accepted<C>(
    ///     server: &mut Server<C>,
    ///     listener: ListenerId,
    ///     hook: &mut impl Intake<C>,
    ///     connection: C,
    /// ) {
    ///     hook.incoming(connection, &mut Admit::new(server, listener));
    ///     while let Some(effect) = server.poll_effect() {
    ///         drop(effect); // here: carry it out
    ///     }
    /// }
    /// ```
    pub const fn new(server: &'a mut Server<C>, listener: ListenerId) -> Self {
        Self {
            server,
            listener: Some(listener),
        }
    }

    /// Queues a connection: the new one, or one that the hook made itself.
    ///
    /// It counts against the limit and is announced.
    //= INC-2, Q6-4
    #[inline]
    pub fn enqueue(&mut self, connection: C) {
        match self.listener.take() {
            Some(listener) => self.server.handle_accepted(listener, Some(connection)),
            None => self.server.add_pending(connection),
        }
    }
}

impl<C> Drop for Admit<'_, C> {
    //= INC-4
    fn drop(&mut self) {
        if let Some(listener) = self.listener.take() {
            self.server.handle_accepted(listener, None);
        }
    }
}
