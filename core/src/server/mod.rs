//! The state machine. `transitions.rs` has every change of the phase. No I/O, no clock, and no
//! calls of the hook or of [`Os`](crate::Os) belong here.

mod commands;
mod events;
mod outputs;
mod pause;
mod phase;
mod queries;
mod transitions;

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::num::NonZeroU64;

pub use events::{Effect, OsEvent};
pub use pause::Pause;
pub use phase::{End, PhaseName};
pub(crate) use phase::{Names, Origin, Phase};

use crate::{Failure, ListenOptions};

/// The default limit of the pending queue.
//= MAX-1
pub const DEFAULT_MAX_PENDING: usize = 30;

/// The id of an attempt to listen, and of its listener.
///
/// Every event has the id of its listener, so that late events of an earlier listener are
/// recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(NonZeroU64);

impl ListenerId {
    const FIRST: Self = Self(NonZeroU64::MIN);

    const fn next(self) -> Self {
        Self(
            self.0
                .checked_add(1)
                .expect("a process creates fewer than 2^64 listeners"),
        )
    }

    /// Returns the number of the listener. The first one is 1.
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

/// A local-socket server as a state machine without I/O.
///
/// The caller passes commands of the application and events of the operating system, and runs the
/// effects that the machine returns. `C` is the type of a connection: the socket type of a runtime,
/// or a number in a test.
///
/// # The loop
///
/// There are four groups of methods:
///
/// * **Queries** change nothing: [`is_listening`](Self::is_listening),
///   [`server_name`](Self::server_name), [`has_pending`](Self::has_pending),
///   [`last_error`](Self::last_error), [`pause`](Self::pause),
///   [`wait_status`](Self::wait_status), …
/// * **Commands** come from the application: [`listen`](Self::listen), [`close`](Self::close),
///   [`next_pending`](Self::next_pending), [`set_max_pending`](Self::set_max_pending), …
/// * **Events** come from the operating system: [`handle`](Self::handle) and
///   [`handle_timeout`](Self::handle_timeout).
/// * **Outputs**: [`poll_effect`](Self::poll_effect) returns work to run once and in order,
///   [`wants_accept`](Self::wants_accept) the listener to accept from, and
///   [`poll_timeout`](Self::poll_timeout) when to call `handle_timeout`.
///   [`take_new_connections`](Self::take_new_connections) and [`take_loss`](Self::take_loss) return
///   notifications for the application.
///
/// After every command and every event, call `poll_effect` until it returns `None`; debug builds
/// assert this. Then call `wants_accept` and `poll_timeout` again: they depend only on the current
/// state. [`Driver`](crate::Driver) is this loop for operating systems that reply immediately.
///
/// # Examples
///
/// ```
/// use anteroom_core::{BoundFacts, Effect, OsEvent, Server, ServerName};
///
/// let mut server = Server::new();
/// let id = server.listen(ServerName::from("editor"))?;
///
/// // Run the effect, and report its result.
/// assert!(matches!(server.poll_effect(), Some(Effect::Bind { .. })));
/// let facts = BoundFacts::unnamed().with_full_name(ServerName::from("/tmp/editor"));
/// server.handle(OsEvent::Bound { listener: id, facts });
/// assert!(server.is_listening());
///
/// // Accept a connection.
/// assert_eq!(server.wants_accept(), Some(id));
/// server.handle(OsEvent::Accepted { listener: id, queued: Some("a client") });
/// assert_eq!(server.take_new_connections(), 1);
/// assert_eq!(server.next_pending(), Some("a client"));
/// # Ok::<(), anteroom_core::ListenError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server<C> {
    phase: Phase,
    pending: VecDeque<C>,
    max_pending: usize,
    open: Option<Open>,
    options: ListenOptions,
    last_error: Option<LastError>,
    next_listener: ListenerId,
    /// Listeners that were closed or drained while binding.
    abandoned: Vec<(ListenerId, Origin)>,
    /// The listener of the last `Effect::Unlink`, for its failure.
    unlinking: Option<(ListenerId, Arc<Names>)>,
    effects: VecDeque<Effect<C>>,
    discarded: VecDeque<C>,
    new_connections: usize,
    lost: Option<Failure>,
    end: Option<End>,
}

/// The number of open connections, and its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Open {
    count: usize,
    limit: usize,
}

/// The last error, and the names of the server at that time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct LastError {
    failure: Failure,
    names: Arc<Names>,
}

impl<C> Server<C> {
    /// Creates a server that does not listen.
    //= NEW-1, MAX-1, OPT-2
    pub const fn new() -> Self {
        Self {
            phase: Phase::Idle,
            pending: VecDeque::new(),
            max_pending: DEFAULT_MAX_PENDING,
            open: None,
            options: ListenOptions::new(),
            last_error: None,
            next_listener: ListenerId::FIRST,
            abandoned: Vec::new(),
            unlinking: None,
            effects: VecDeque::new(),
            discarded: VecDeque::new(),
            new_connections: 0,
            lost: None,
            end: None,
        }
    }
}

impl<C> Default for Server<C> {
    fn default() -> Self {
        Self::new()
    }
}
