use crate::{AcceptFailure, Failure, ListenError, ListenOptions, ServerName, Time};

/// What a platform must be able to do. Nothing here blocks.
///
/// This is the port of the machine: [`Driver`](crate::Driver) turns what the machine asks for
/// into these calls. Closing is dropping the [`Listener`](Self::Listener). How a task waits is in
/// [`Reactor`](crate::Reactor).
///
/// Whatever a platform keeps in flight by itself (waiting instances of a Windows pipe, the accept
/// of a completion ring) lives inside its listener and is its queue in the operating system: the
/// machine only says when to take a connection *out* of it.
pub trait Os {
    /// A socket that listens, or whatever takes its place; dropping it closes it.
    type Listener;
    /// A connected socket, as the backend hands it out; dropping it closes it.
    type Conn;
    /// What can be adopted: a listening descriptor on Unix.
    type Descriptor;

    /// Starts to listen on `name`.
    ///
    /// # Errors
    ///
    /// Reports why that was impossible. Then nothing may be left behind, and nothing that stood
    /// at the name before may have been touched.
    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Self::Listener>, BindError>;

    /// Takes over a descriptor that listens already.
    ///
    /// # Errors
    ///
    /// Returns the descriptor itself, with its flags as they were, and the reason.
    fn adopt(
        &mut self,
        descriptor: Self::Descriptor,
    ) -> Result<Bound<Self::Listener>, (Self::Descriptor, Failure)>;

    /// Makes the listener refuse new clients, while those already connected can still be accepted.
    ///
    /// Never called for an adopted listener, which others may share.
    ///
    /// # Errors
    ///
    /// Reports why that was impossible; clients may then connect until the listener is closed.
    fn refuse(&mut self, listener: &mut Self::Listener) -> Result<(), Failure>;

    /// Removes the listener's file, if it is still the very one that `bind` created.
    ///
    /// # Errors
    ///
    /// Reports why the file is still there. A file that is gone or was replaced is no failure.
    fn unlink(&mut self, listener: &mut Self::Listener) -> Result<(), Failure>;

    /// Takes one connection that is there.
    ///
    /// Returns `None` only if the platform itself says that no client is there.
    ///
    /// # Errors
    ///
    /// Reports why no connection could be accepted, and what follows.
    fn try_accept(
        &mut self,
        listener: &mut Self::Listener,
    ) -> Result<Option<Self::Conn>, AcceptFailure>;

    /// Finds out why nobody was there although somebody seemed to be.
    ///
    /// # Errors
    ///
    /// Nobody can come any more: another process, say, has shut the socket down.
    fn examine(&mut self, listener: &mut Self::Listener) -> Result<(), AcceptFailure> {
        let _ = listener;
        Ok(())
    }

    /// Makes this process the one whose [`unlink`](Self::unlink) removes the listener's file.
    ///
    /// For platforms where a process can be copied together with its listeners.
    fn assume_ownership(&mut self, listener: &mut Self::Listener) {
        let _ = listener;
    }

    /// Returns the current time, on a clock that does not run backwards.
    ///
    /// Asked only while backing off or waiting with a deadline, never once per connection.
    fn now(&self) -> Time;
}

/// A listener that has come to be, and what is to be known about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bound<L> {
    /// The listener.
    pub listener: L,
    /// Its names and whether it has a file of its own.
    pub facts: BoundFacts,
}

impl<L> Bound<L> {
    /// Creates the answer of a successful `bind` or `adopt`.
    pub const fn new(listener: L, facts: BoundFacts) -> Self {
        Self { listener, facts }
    }
}

/// What the machine has to know about a listener.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BoundFacts {
    /// The name, if it is another than the one listened on: that of an adopted socket.
    pub name: Option<ServerName>,
    /// The complete name on the platform; an unnamed adopted socket has none.
    pub full_name: Option<ServerName>,
    /// Whether `bind` created a file that `unlink` has to remove.
    pub created: bool,
}

impl BoundFacts {
    /// Facts about a listener of which nothing is known: an unnamed one.
    pub const fn unnamed() -> Self {
        Self {
            name: None,
            full_name: None,
            created: false,
        }
    }

    /// Adds the name that an adopted listener has.
    #[must_use]
    pub fn with_name(self, name: ServerName) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    /// Adds the complete name.
    #[must_use]
    pub fn with_full_name(self, full_name: ServerName) -> Self {
        Self {
            full_name: Some(full_name),
            ..self
        }
    }

    /// Says that a file was created, which is to be removed at close.
    #[must_use]
    pub fn with_file(self) -> Self {
        Self {
            created: true,
            ..self
        }
    }
}

/// Why `bind` failed, and on which complete name, if it got that far.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BindError {
    /// What went wrong.
    pub failure: Failure,
    /// The complete name, where the name could be resolved.
    pub full_name: Option<ServerName>,
}

impl BindError {
    /// Creates the answer of a failed `bind`.
    pub const fn new(failure: Failure, full_name: Option<ServerName>) -> Self {
        Self { failure, full_name }
    }
}

/// Why a descriptor was not adopted, and the descriptor itself.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "what was handed in comes back, and why"
)]
pub struct Refused<D> {
    /// The descriptor, with its flags as they were.
    pub descriptor: D,
    /// Why.
    pub error: ListenError,
}
