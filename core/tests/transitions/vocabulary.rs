//! The words of the table: inputs, columns, and what a cell states.

use anteroom_core::End;

macro_rules! inputs {
    ($($input:ident $label:literal,)+) => {
        /// Whatever can be handed to the machine. What is *old* is about an earlier listener.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Input { $($input,)+ }

        impl Input {
            pub(crate) const ALL: &[Self] = &[$(Self::$input,)+];

            pub(crate) const fn label(self) -> &'static str {
                match self { $(Self::$input => $label,)+ }
            }
        }
    };
}

inputs! {
    Listen "listen(valid name)",
    ListenEmpty "listen(empty name)",
    ListenNul "listen(name with NUL)",
    ListenAbstractNul "listen(abstract name with NUL)",
    ListenAdopted "listen_adopted",
    Close "close",
    Drain "drain",
    NextPending "next_pending",
    NextPendingOfNone "next_pending, none pending",
    AddPending "add_pending",
    AddPendingWhenFull "add_pending, queue full",
    DiscardPending "discard_pending",
    LowerMaxPending "set_max_pending, lower",
    RaiseMaxPending "set_max_pending, higher",
    LimitConnections "limit_connections",
    ConnectionsClosed "connections_closed",
    SetSocketOptions "set_socket_options",
    SetBacklog "set_backlog",
    Bound "Bound",
    BoundAbandonedFile "Bound, closed meanwhile, with a file",
    BoundAbandoned "Bound, closed meanwhile, without a file",
    BoundOld "Bound, old",
    BindFailed "BindFailed",
    BindFailedAbandoned "BindFailed, closed meanwhile",
    BindFailedOld "BindFailed, old",
    Accepted "Accepted, queued by the hook",
    AcceptedBeyondLimit "Accepted, queued, limit lowered meanwhile",
    AcceptedNotQueued "Accepted, not queued",
    AcceptedOld "Accepted, queued, old",
    AcceptedNotQueuedOld "Accepted, not queued, old",
    AcceptFailedTransient "AcceptFailed, transient",
    AcceptFailedExhausted "AcceptFailed, exhausted",
    AcceptFailedFatal "AcceptFailed, fatal",
    AcceptFailedTransientOld "AcceptFailed, transient, old",
    AcceptFailedExhaustedOld "AcceptFailed, exhausted, old",
    AcceptFailedFatalOld "AcceptFailed, fatal, old",
    Empty "Empty",
    EmptyOld "Empty, old",
    UnlinkFailed "UnlinkFailed",
    UnlinkFailedOld "UnlinkFailed, old",
    RefuseFailed "RefuseFailed",
    RefuseFailedOld "RefuseFailed, old",
    TimeoutBefore "handle_timeout, too early",
    TimeoutAfter "handle_timeout, back-off over",
}

/// Where the machine stands: its phase, and how its pause stands if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Idle,
    Binding,
    Listening,
    ListeningBackoff,
    ListeningRetry,
    Draining,
    DrainingBackoff,
    DrainingRetry,
}

impl Column {
    pub(crate) const ALL: [Self; 8] = [
        Self::Idle,
        Self::Binding,
        Self::Listening,
        Self::ListeningBackoff,
        Self::ListeningRetry,
        Self::Draining,
        Self::DrainingBackoff,
        Self::DrainingRetry,
    ];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Idle => "Idle",
            Self::Binding => "Binding",
            Self::Listening => "Listening",
            Self::ListeningBackoff => "Listening, backing off",
            Self::ListeningRetry => "Listening, paused, retry due",
            Self::Draining => "Draining",
            Self::DrainingBackoff => "Draining, backing off",
            Self::DrainingRetry => "Draining, paused, retry due",
        }
    }

    /// Returns the kinds of listener that the machine can have here.
    pub(crate) const fn origins(self) -> &'static [Origin] {
        match self {
            Self::Idle => &[Origin::File],
            _ => Origin::ALL,
        }
    }

    pub(crate) const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Listening | Self::ListeningRetry | Self::Draining | Self::DrainingRetry
        )
    }

    pub(crate) const fn is_listening(self) -> bool {
        matches!(
            self,
            Self::Listening | Self::ListeningBackoff | Self::ListeningRetry
        )
    }

    pub(crate) const fn is_draining(self) -> bool {
        matches!(
            self,
            Self::Draining | Self::DrainingBackoff | Self::DrainingRetry
        )
    }

    pub(crate) const fn has_listener(self) -> bool {
        self.is_listening() || self.is_draining()
    }

    pub(crate) const fn is_paused(self) -> bool {
        self.is_backing_off() || matches!(self, Self::ListeningRetry | Self::DrainingRetry)
    }

    pub(crate) const fn is_backing_off(self) -> bool {
        matches!(self, Self::ListeningBackoff | Self::DrainingBackoff)
    }
}

/// Where the listener comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Bound by the server, with a socket file.
    File,
    /// Bound by the server, without one: an abstract name, a pipe.
    NoFile,
    /// Adopted.
    Adopted,
}

impl Origin {
    pub(crate) const ALL: &[Self] = &[Self::File, Self::NoFile, Self::Adopted];
}

/// The connections that take part: two are pending, the third comes with the input.
pub(crate) const OLDEST: u8 = 10;
pub(crate) const YOUNGEST: u8 = 11;
pub(crate) const ARRIVING: u8 = 20;

/// What the input itself gave back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing: it gives nothing back.
    Done,
    /// A new listener.
    Started,
    /// `AlreadyListening`.
    Misuse,
    /// A name error.
    Rejected,
    Claimed(u8),
    NonePending,
    /// A setting, which was found stored.
    Stored,
}

/// An effect, and whose it is: without an addition that of the current listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    BindNew,
    AdoptNew,
    /// Only for a listener that the server bound.
    Refuse,
    /// Only for a listener with a file.
    Unlink,
    Close,
    UnlinkAbandoned,
    CloseAbandoned,
    Discard(u8),
}

impl Work {
    const fn is_done_for(self, origin: Origin) -> bool {
        match self {
            Self::Unlink => matches!(origin, Origin::File),
            Self::Refuse => !matches!(origin, Origin::Adopted),
            _ => true,
        }
    }
}

/// What became of the last error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastError {
    Kept,
    Cleared,
    /// The failure that the input is about.
    Recorded,
}

/// What became of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    Kept,
    /// The arriving connection stands at its end.
    Grown,
    /// The oldest one has left.
    Shrunk,
    Emptied,
}

/// What a cell of the table states. Whatever it does not mention does not change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    outcome: Outcome,
    effects: &'static [Work],
    announced: usize,
    error: LastError,
    end: Option<End>,
    next: Option<Column>,
    back_off_ends: u64,
    queue: Queue,
}

/// What was seen of one cell, or is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    pub(crate) outcome: Outcome,
    pub(crate) effects: Vec<Work>,
    /// How many connections the application is told of.
    pub(crate) announced: usize,
    pub(crate) error: LastError,
    /// How the server ceased to listen, if it did.
    pub(crate) end: Option<End>,
    pub(crate) next: Column,
    /// When the back-off ends, in milliseconds.
    pub(crate) back_off_ends: Option<u64>,
    pub(crate) queue: Queue,
}

/// Nothing happens.
pub(crate) const NOTHING: Cell = Cell {
    outcome: Outcome::Done,
    effects: &[],
    announced: 0,
    error: LastError::Kept,
    end: None,
    next: None,
    back_off_ends: FIRST_BACK_OFF_ENDS,
    queue: Queue::Kept,
};

/// When the back-off ends in the columns that have one, in milliseconds.
pub(crate) const FIRST_BACK_OFF_ENDS: u64 = 10;

impl Cell {
    pub(crate) const fn gives(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    pub(crate) const fn does(self, effects: &'static [Work]) -> Self {
        Self { effects, ..self }
    }

    pub(crate) const fn announces(self, announced: usize) -> Self {
        Self { announced, ..self }
    }

    pub(crate) const fn ends(self, end: End) -> Self {
        Self {
            end: Some(end),
            ..self
        }
    }

    pub(crate) const fn clears_the_error(self) -> Self {
        let error = LastError::Cleared;
        Self { error, ..self }
    }

    pub(crate) const fn records_an_error(self) -> Self {
        let error = LastError::Recorded;
        Self { error, ..self }
    }

    pub(crate) const fn goes_to(self, next: Column) -> Self {
        Self {
            next: Some(next),
            ..self
        }
    }

    pub(crate) const fn until(self, back_off_ends: u64) -> Self {
        Self {
            back_off_ends,
            ..self
        }
    }

    pub(crate) const fn with_queue(self, queue: Queue) -> Self {
        Self { queue, ..self }
    }

    /// Returns what is to be seen when the machine stands in `column` with such a listener.
    pub(crate) fn expected(&self, column: Column, origin: Origin) -> Observed {
        let next = self.next.unwrap_or(column);
        Observed {
            outcome: self.outcome,
            effects: self
                .effects
                .iter()
                .copied()
                .filter(|work| work.is_done_for(origin))
                .collect(),
            announced: self.announced,
            error: self.error,
            end: self.end,
            next,
            back_off_ends: next.is_backing_off().then_some(self.back_off_ends),
            queue: self.queue,
        }
    }
}
