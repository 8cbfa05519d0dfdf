use crate::{AcceptFailure, BoundFacts, Failure, ListenOptions, ListenerId, ServerName, Time};

/// The result of an effect, or another event of the operating system.
///
/// Events of an earlier listener may arrive late. The machine recognizes them by their
/// [`ListenerId`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an embedder creates events and does not match them"
)]
pub enum OsEvent<C> {
    /// [`Effect::Bind`] or [`Effect::Adopt`] succeeded.
    Bound {
        /// The id in the effect.
        listener: ListenerId,
        /// The names and the file of the listener.
        facts: BoundFacts,
    },
    /// [`Effect::Bind`] or [`Effect::Adopt`] failed.
    BindFailed {
        /// The id in the effect.
        listener: ListenerId,
        /// The failure.
        failure: Failure,
        /// The full name, if the name could be resolved.
        full_name: Option<ServerName>,
    },
    /// A connection was accepted, and the hook has decided about it.
    Accepted {
        /// The listener.
        listener: ListenerId,
        /// The connection, if the hook queues it.
        queued: Option<C>,
    },
    /// An attempt to accept failed.
    AcceptFailed {
        /// The listener.
        listener: ListenerId,
        /// The failure, and how to react to it.
        failure: AcceptFailure,
        /// The current time, at which a back-off begins.
        now: Time,
    },
    /// An attempt to accept found the backlog empty.
    ///
    /// This ends a drain, so the attempt must be made after the drain began. It also ends a
    /// [pause](crate::Server::pause), since the attempt did not fail.
    Empty {
        /// The listener.
        listener: ListenerId,
    },
    /// [`Effect::Unlink`] failed: the file still exists.
    UnlinkFailed {
        /// The listener.
        listener: ListenerId,
        /// The failure.
        failure: Failure,
    },
    /// [`Effect::Refuse`] failed: clients can still connect.
    RefuseFailed {
        /// The listener.
        listener: ListenerId,
        /// The failure.
        failure: Failure,
    },
}

/// Work for the operating system. Run each effect once, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an effect that is not run is a bug"
)]
pub enum Effect<C> {
    /// Create a listener. Reply with [`OsEvent::Bound`] or [`OsEvent::BindFailed`].
    Bind {
        /// The id of the new listener.
        listener: ListenerId,
        /// The name to listen on.
        name: ServerName,
        /// The options of the listener.
        options: ListenOptions,
    },
    /// Adopt the descriptor of the caller. Reply as to `Bind`.
    Adopt {
        /// The id of the new listener.
        listener: ListenerId,
    },
    /// Refuse new clients, and keep the backlog.
    ///
    /// On a completion-based platform this may cancel the current accept. Do not report that as an
    /// event: start another accept, or report that the backlog is empty.
    Refuse {
        /// The listener.
        listener: ListenerId,
    },
    /// Remove the socket file, if it is still the listener's. Always precedes `Close`.
    Unlink {
        /// The listener.
        listener: ListenerId,
    },
    /// Close the listener.
    Close {
        /// The listener.
        listener: ListenerId,
    },
    /// Drop this connection.
    Discard(C),
}
