use crate::{AcceptFailure, Failure, ListenError, ListenOptions, ServerName, Time};

/// The operating system, as the [`Driver`](crate::Driver) calls it. No method may block.
///
/// Dropping a [`Listener`](Self::Listener) closes it. [`Reactor`](crate::Reactor) adds waiting.
///
/// Operations in flight, such as waiting instances of a Windows pipe or the accept of a completion
/// ring, belong to the listener. They are part of its backlog: the machine decides only when to
/// accept a connection *from* it.
pub trait Os {
    /// A listening socket, or its equivalent. Dropping it closes it.
    type Listener;
    /// A connected socket, as the application gets it. Dropping it closes it.
    type Conn;
    /// The type of an adopted descriptor.
    type Descriptor;

    /// Creates a listener on `name`.
    ///
    /// # Errors
    ///
    /// Returns a failure if the listener cannot be created. No new file may remain then, and an
    /// existing object at the name must be unchanged.
    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Self::Listener>, BindError>;

    /// Adopts a listening descriptor.
    ///
    /// # Errors
    ///
    /// Returns the descriptor, with its original flags, and the failure.
    fn adopt(
        &mut self,
        descriptor: Self::Descriptor,
    ) -> Result<Bound<Self::Listener>, (Self::Descriptor, Failure)>;

    /// Makes the listener refuse new clients, and keeps its backlog.
    ///
    /// Never called for an adopted listener, which other processes may share.
    ///
    /// # Errors
    ///
    /// Returns a failure if clients can still connect, until the listener is closed.
    fn refuse(&mut self, listener: &mut Self::Listener) -> Result<(), Failure>;

    /// Removes the socket file, if it is still the one that `bind` created.
    ///
    /// # Errors
    ///
    /// Returns a failure if the file still exists. A missing or replaced file is not a failure.
    fn unlink(&mut self, listener: &mut Self::Listener) -> Result<(), Failure>;

    /// Accepts one connection of the backlog.
    ///
    /// Returns `None` only if the operating system reports that the backlog is empty.
    ///
    /// # Errors
    ///
    /// Returns the failure, and how the server reacts to it.
    fn try_accept(
        &mut self,
        listener: &mut Self::Listener,
    ) -> Result<Option<Self::Conn>, AcceptFailure>;

    /// Checks the listener after spurious readiness.
    ///
    /// # Errors
    ///
    /// Returns a failure if no client can connect any more, such as after another process has shut
    /// the socket down.
    fn examine(&mut self, listener: &mut Self::Listener) -> Result<(), AcceptFailure> {
        let _ = listener;
        Ok(())
    }

    /// Makes this process the one whose [`unlink`](Self::unlink) removes the socket file.
    ///
    /// Needed after fork(2), which copies a process with its listeners.
    fn assume_ownership(&mut self, listener: &mut Self::Listener) {
        let _ = listener;
    }

    /// Returns the current time of a monotonic clock.
    ///
    /// Called only during a pause and for waits with a deadline, not for each connection.
    fn now(&self) -> Time;
}

/// The result of a successful `bind` or `adopt`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bound<L> {
    /// The listener.
    pub listener: L,
    /// Its names, and whether it has a file.
    pub facts: BoundFacts,
}

impl<L> Bound<L> {
    /// Creates the result of a successful `bind` or `adopt`.
    pub const fn new(listener: L, facts: BoundFacts) -> Self {
        Self { listener, facts }
    }
}

/// The names of a new listener, and whether it has a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BoundFacts {
    /// The name of an adopted socket. `None` keeps the name that was passed to `listen`.
    pub name: Option<ServerName>,
    /// The full name. An unnamed adopted socket has none.
    pub full_name: Option<ServerName>,
    /// Whether `bind` has created a file, which `unlink` removes.
    pub created: bool,
}

impl BoundFacts {
    /// Creates the facts of a listener without a name and without a file.
    pub const fn unnamed() -> Self {
        Self {
            name: None,
            full_name: None,
            created: false,
        }
    }

    /// Sets the name of an adopted listener.
    #[must_use]
    pub fn with_name(self, name: ServerName) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    /// Sets the full name.
    #[must_use]
    pub fn with_full_name(self, full_name: ServerName) -> Self {
        Self {
            full_name: Some(full_name),
            ..self
        }
    }

    /// Declares that `bind` has created a file, which is removed at close.
    #[must_use]
    pub fn with_file(self) -> Self {
        Self {
            created: true,
            ..self
        }
    }
}

/// The error of `bind`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BindError {
    /// The failure.
    pub failure: Failure,
    /// The full name, if the name could be resolved.
    pub full_name: Option<ServerName>,
}

impl BindError {
    /// Creates the result of a failed `bind`.
    pub const fn new(failure: Failure, full_name: Option<ServerName>) -> Self {
        Self { failure, full_name }
    }
}

/// The error of [`Driver::adopt`](crate::Driver::adopt), with the descriptor.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "the two parts of the error")]
pub struct Refused<D> {
    /// The descriptor, with its original flags.
    pub descriptor: D,
    /// The error.
    pub error: ListenError,
}
