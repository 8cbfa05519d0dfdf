/// Something worth happening: a campaign in which it never does has tested too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Witness {
    /// Listening failed.
    FailedListen,
    /// Adopting failed.
    FailedAdoption,
    /// A file could not be removed.
    FailedUnlink,
    /// New clients could not be refused.
    FailedRefusal,
    /// A client failed to connect.
    FailedConnect,
    /// A listener was asked for while there was one.
    Misuse,
    /// Descriptors really ran out.
    NoDescriptors,
    /// The server paused.
    BackOff,
    /// The server paused for the longest time there is.
    LongestBackOff,
    /// The server closed, since its listener had become unusable.
    FatalClose,
    /// A client met a full queue.
    FullQueue,
    /// As many connections were pending as the limit allows.
    LimitReached,
    /// More connections were pending than the limit allows, since it was lowered.
    LimitLowered,
    /// More connections were pending than the limit allows, by the application's own doing.
    LimitExceeded,
    /// Clients were in the system's queue when the draining began.
    DrainWithClients,
    /// A draining came to its end.
    Drained,
    /// A draining was cut short by closing.
    DrainCut,
    /// Clients were pending when the server closed, and were claimed later.
    PendingKept,
    /// Clients were in the system's queue when the server closed.
    ClientsCut,
    /// A connection was claimed whose client had left.
    LateGuest,
    /// The hook refused a connection.
    HookRefused,
    /// A foreign file stood in the place of the server's own at close.
    ForeignFileSpared,
    /// A listener came to be after the server had been closed.
    AbandonedListener,
    /// A connection came after its listener had been closed.
    LateConnection,
    /// A fact came twice.
    DuplicateFact,
    /// A fact overtook an earlier one.
    ReorderedFacts,
    /// A server that had paused served somebody again.
    Recovered,
    /// A server that had paused found that no client was left.
    RecoveredWithoutClient,
}

impl Witness {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::FailedListen,
        Self::FailedAdoption,
        Self::FailedUnlink,
        Self::FailedRefusal,
        Self::FailedConnect,
        Self::Misuse,
        Self::NoDescriptors,
        Self::BackOff,
        Self::LongestBackOff,
        Self::FatalClose,
        Self::FullQueue,
        Self::LimitReached,
        Self::LimitLowered,
        Self::LimitExceeded,
        Self::DrainWithClients,
        Self::Drained,
        Self::DrainCut,
        Self::PendingKept,
        Self::ClientsCut,
        Self::LateGuest,
        Self::HookRefused,
        Self::ForeignFileSpared,
        Self::AbandonedListener,
        Self::LateConnection,
        Self::DuplicateFact,
        Self::ReorderedFacts,
        Self::Recovered,
        Self::RecoveredWithoutClient,
    ];

    /// Returns whether it can happen where the platform answers at once.
    pub const fn needs_late_answers(self) -> bool {
        matches!(
            self,
            Self::AbandonedListener
                | Self::LateConnection
                | Self::DuplicateFact
                | Self::ReorderedFacts
        )
    }
}
