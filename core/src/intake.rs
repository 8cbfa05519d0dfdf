use alloc::boxed::Box;

use crate::{Failure, ListenerId, Server};

/// The hook that decides about each accepted connection.
///
/// The server calls [`incoming`](Self::incoming) once for each connection. A connection that the
/// hook does not [enqueue](Admit::enqueue) does not count against the limit of the pending queue
/// and is not announced; dropping it closes it. Closures, `Box<dyn Intake<C>>` and
/// `Box<dyn Intake<C> + Send>` implement this trait.
///
/// The other methods report the begin and the end of each [pause](crate::Server::pause). They do
/// nothing by default.
///
/// # Examples
///
/// ```
/// use anteroom_core::{Admit, Intake};
///
/// // Connections are numbers here. The hook refuses even ones.
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
///         eprintln!("accepting continues");
///     }
/// }
/// ```
//= INC-1, INC-2, INC-3, INC-4
#[doc(alias = "QLocalServer::incomingConnection")]
pub trait Intake<C> {
    /// Decides about one new connection.
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>);

    /// Reports that descriptors or memory ran out, and accepting is paused.
    ///
    /// Called once for each pause, even if further attempts fail. The server retries. The server
    /// stays usable if this panics.
    #[expect(unused_variables, reason = "the default does nothing")]
    fn paused(&mut self, failure: Failure) {}

    /// Reports the end of a pause.
    ///
    /// Called once after each [`paused`](Self::paused): when an attempt finds the backlog empty,
    /// when connections were accepted and no attempt failed for a second, or when the server closes.
    /// Not called if the server is dropped. The server stays usable if this panics.
    fn resumed(&mut self) {}
}

/// The default hook, which queues every connection.
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

/// Access to the pending queue during a call of the hook.
///
/// Reports the accepted connection to the machine exactly once: with the first call of
/// [`enqueue`](Self::enqueue), or else when it is dropped, such as after a panic of the hook.
#[derive(Debug)]
pub struct Admit<'a, C> {
    server: &'a mut Server<C>,
    listener: Option<ListenerId>,
}

impl<'a, C> Admit<'a, C> {
    /// Creates access to the pending queue for a connection of this listener.
    ///
    /// Use it instead of [`OsEvent::Accepted`](crate::OsEvent::Accepted) if you run a [`Server`]
    /// without a [`Driver`](crate::Driver). If the listener is closed already, the queued connection
    /// comes back as [`Effect::Discard`](crate::Effect::Discard): run the effects afterwards.
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
    ///         drop(effect); // here: run it
    ///     }
    /// }
    /// ```
    pub const fn new(server: &'a mut Server<C>, listener: ListenerId) -> Self {
        Self {
            server,
            listener: Some(listener),
        }
    }

    /// Queues a connection: the accepted one, or another one that the hook creates.
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
