use crate::{AcceptFailure, BoundFacts, Failure, ListenOptions, ListenerId, ServerName, Time};

/// A fact that the platform reports.
///
/// Facts may come late or twice: those of an earlier listener are recognised and disposed of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an embedder chooses among them, nobody matches them"
)]
pub enum OsEvent<C> {
    /// A listener came to be, as [`Effect::Bind`] or [`Effect::Adopt`] had asked.
    Bound {
        /// Which one.
        listener: ListenerId,
        /// What it is called.
        facts: BoundFacts,
    },
    /// A listener could not be made.
    BindFailed {
        /// Which one.
        listener: ListenerId,
        /// Why.
        failure: Failure,
        /// The full name, where the name could be resolved.
        full_name: Option<ServerName>,
    },
    /// A connection was accepted, and the intake hook has decided about it.
    Accepted {
        /// On which listener.
        listener: ListenerId,
        /// The connection, if it is to be queued.
        queued: Option<C>,
    },
    /// A connection could not be accepted.
    AcceptFailed {
        /// On which listener.
        listener: ListenerId,
        /// Why, and what follows.
        failure: AcceptFailure,
        /// When: the back-off is measured from here.
        now: Time,
    },
    /// There was no connection to accept, when last looked for.
    ///
    /// While draining this ends the server: it must have been looked for after the drain began.
    /// While [paused](crate::Server::pause) this ends the pause, as the attempt did not fail.
    Empty {
        /// On which listener.
        listener: ListenerId,
    },
    /// The file could not be removed, as [`Effect::Unlink`] had asked.
    UnlinkFailed {
        /// Of which listener.
        listener: ListenerId,
        /// Why.
        failure: Failure,
    },
    /// New clients could not be refused, as [`Effect::Refuse`] had asked.
    RefuseFailed {
        /// By which listener.
        listener: ListenerId,
        /// Why.
        failure: Failure,
    },
}

/// Work for the platform, to be done exactly once and in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an effect that is not carried out is a bug"
)]
pub enum Effect<C> {
    /// Make a listener; answer with [`OsEvent::Bound`] or [`OsEvent::BindFailed`].
    Bind {
        /// What to call the listener in the answer.
        listener: ListenerId,
        /// The name to listen on.
        name: ServerName,
        /// The options of this listener.
        options: ListenOptions,
    },
    /// Adopt the descriptor that was handed in; answer as for `Bind`.
    Adopt {
        /// What to call the listener in the answer.
        listener: ListenerId,
    },
    /// Refuse new clients, and keep those that have connected acceptable.
    ///
    /// An accept that is under way on a platform of completions may fail by this. That is no fact for
    /// the machine: begin another one, or find out that nobody is left.
    Refuse {
        /// By which listener.
        listener: ListenerId,
    },
    /// Remove the file, if it is still the listener's own; always before its `Close`.
    Unlink {
        /// Of which listener.
        listener: ListenerId,
    },
    /// Close the listener.
    Close {
        /// Which one.
        listener: ListenerId,
    },
    /// Drop this connection.
    Discard(C),
}
