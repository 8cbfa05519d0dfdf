mod commands;
mod events;
mod facts;
mod outputs;
mod pause;
mod phase;
mod queries;

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::num::NonZeroU64;

pub use events::{Effect, OsEvent};
pub use pause::Pause;
pub use phase::{End, PhaseName};
pub(crate) use phase::{Names, Origin, Phase};

use crate::{Failure, ListenOptions};

/// How many connections may be pending in a fresh server.
//= MAX-1
pub const DEFAULT_MAX_PENDING: usize = 30;

/// One attempt to listen, and the listener that came of it.
///
/// Every fact names the listener it is about, so that one about an earlier listener, which comes
/// late, is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(NonZeroU64);

impl ListenerId {
    const FIRST: Self = Self(NonZeroU64::MIN);

    const fn next(self) -> Self {
        Self(
            self.0
                .checked_add(1)
                .expect("a process makes fewer than 2^64 listeners"),
        )
    }

    /// Returns the number of the listener: the first is 1.
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

/// A local-socket server as a pure state machine.
///
/// It does nothing by itself: it is told what the application wants and what the operating system
/// said, and it tells what is to be done. `C` is whatever stands for a connection; a backend puts
/// its runtime's own socket there, a test a number.
///
/// # The loop
///
/// There are four groups of methods.
///
/// * **Queries** look and change nothing: [`is_listening`](Self::is_listening),
///   [`server_name`](Self::server_name), [`has_pending`](Self::has_pending),
///   [`last_error`](Self::last_error), [`pause`](Self::pause),
///   [`wait_status`](Self::wait_status), …
/// * **Commands** come from the application: [`listen`](Self::listen), [`close`](Self::close),
///   [`next_pending`](Self::next_pending), [`set_max_pending`](Self::set_max_pending), …
/// * **Facts** come from the platform: [`handle`](Self::handle) and
///   [`handle_timeout`](Self::handle_timeout).
/// * **Outputs** are what there is to do: [`poll_effect`](Self::poll_effect) gives work that has
///   to be done exactly once and in order, [`poll_timeout`](Self::poll_timeout) the moment to call
///   `handle_timeout`, and [`wants_accept`](Self::wants_accept) whether to take in one more
///   connection now. [`take_new_connections`](Self::take_new_connections) and
///   [`take_loss`](Self::take_loss) tell the application what it has not been told yet.
///
/// After every command and every fact, take the effects until there are none (debug builds assert
/// it). `wants_accept` and `poll_timeout` are levels, not edges: ask again after every call, and
/// nothing can be missed. [`Driver`](crate::Driver) is this loop, ready made, for platforms that
/// answer at once.
///
/// # Examples
///
/// ```
/// use anteroom_core::{BoundFacts, Effect, OsEvent, Server, ServerName};
///
/// let mut server = Server::new();
/// let id = server.listen(ServerName::from("editor"))?;
///
/// // The platform is asked to bind, and says that it did.
/// assert!(matches!(server.poll_effect(), Some(Effect::Bind { .. })));
/// let facts = BoundFacts::unnamed().with_full_name(ServerName::from("/tmp/editor"));
/// server.handle(OsEvent::Bound { listener: id, facts });
/// assert!(server.is_listening());
///
/// // A connection may be taken in, and one is.
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
    /// Listeners that were closed before the platform had answered whether they came to be.
    abandoned: Vec<(ListenerId, Origin)>,
    /// The listener whose file was removed last, for a report that this failed.
    unlinking: Option<(ListenerId, Arc<Names>)>,
    effects: VecDeque<Effect<C>>,
    discarded: VecDeque<C>,
    new_connections: usize,
    lost: Option<Failure>,
    end: Option<End>,
}

/// The connections that are open, where their number is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Open {
    count: usize,
    limit: usize,
}

/// The last error, with the names that it is about.
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
