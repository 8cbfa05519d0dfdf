//! The table itself: one row for each input, one cell for each column.

use anteroom_core::End;

use crate::vocabulary::{
    ARRIVING, Cell, Column, Input, NOTHING, OLDEST, Outcome, Queue, Work, YOUNGEST,
};
use Column::{
    Binding, Draining, DrainingBackoff, DrainingRetry, Idle, Listening, ListeningBackoff,
    ListeningRetry,
};

/// An input, and what it does in each column, in the order of [`Column::ALL`].
pub(crate) struct Row(pub(crate) Input, pub(crate) [Cell; 8]);

const MISUSE: Cell = NOTHING.gives(Outcome::Misuse);
const REJECTED: Cell = NOTHING.gives(Outcome::Rejected).records_an_error();
const STARTED: Cell = NOTHING.gives(Outcome::Started).goes_to(Binding);
const BINDS: Cell = STARTED.does(&[Work::BindNew]);
const GIVES_UP: Cell = NOTHING.goes_to(Idle).clears_the_error();
const CLOSES: Cell = CLOSES_WITHOUT_FILE.does(&[Work::Unlink, Work::Close]);
const CLOSES_WITHOUT_FILE: Cell = GIVES_UP.does(&[Work::Close]).ends(End::Closed);
const REFUSES: Cell = NOTHING.does(&[Work::Unlink, Work::Refuse]);
const POPS: Cell = NOTHING
    .gives(Outcome::Claimed(OLDEST))
    .with_queue(Queue::Shrunk);
const QUEUES: Cell = NOTHING.announces(1).with_queue(Queue::Grown);
const DISCARDS_ALL: Cell = NOTHING
    .does(&[Work::Discard(OLDEST), Work::Discard(YOUNGEST)])
    .with_queue(Queue::Emptied);
const STORES: Cell = NOTHING.gives(Outcome::Stored);
const DISPOSES: Cell = NOTHING.does(&[Work::UnlinkAbandoned, Work::CloseAbandoned]);
const DISPOSES_WITHOUT_FILE: Cell = NOTHING.does(&[Work::CloseAbandoned]);
const DISCARDS: Cell = NOTHING.does(&[Work::Discard(ARRIVING)]);
const RECORDS: Cell = NOTHING.records_an_error();
const LOSES: Cell = LOSES_WITHOUT_FILE.does(&[Work::Unlink, Work::Close]);
const LOSES_WITHOUT_FILE: Cell = RECORDS.does(&[Work::Close]).goes_to(Idle).ends(End::Lost);
const ENDS: Cell = NOTHING
    .does(&[Work::Close])
    .goes_to(Idle)
    .ends(End::Drained);

#[rustfmt::skip]
pub(crate) static TABLE: [Row; Input::ALL.len()] = [
    Row(Input::Listen, [BINDS, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenEmpty, [REJECTED, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenNul, [REJECTED, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenAbstractNul, [BINDS, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenAdopted, [
        STARTED.does(&[Work::AdoptNew]), MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE,
    ]),
    Row(Input::Close, [
        NOTHING, GIVES_UP,
        CLOSES, CLOSES, CLOSES,
        CLOSES_WITHOUT_FILE, CLOSES_WITHOUT_FILE, CLOSES_WITHOUT_FILE,
    ]),
    Row(Input::Drain, [
        NOTHING, GIVES_UP,
        REFUSES.goes_to(Draining), REFUSES.goes_to(DrainingBackoff), REFUSES.goes_to(DrainingRetry),
        NOTHING, NOTHING, NOTHING,
    ]),
    Row(Input::NextPending, [POPS; 8]),
    Row(Input::NextPendingOfNone, [NOTHING.gives(Outcome::NonePending); 8]),
    Row(Input::AddPending, [QUEUES; 8]),
    Row(Input::AddPendingWhenFull, [QUEUES; 8]),
    Row(Input::DiscardPending, [DISCARDS_ALL; 8]),
    Row(Input::LowerMaxPending, [STORES; 8]),
    Row(Input::RaiseMaxPending, [STORES; 8]),
    Row(Input::LimitConnections, [STORES; 8]),
    Row(Input::ConnectionsClosed, [STORES; 8]),
    Row(Input::SetSocketOptions, [STORES; 8]),
    Row(Input::SetBacklog, [STORES; 8]),
    Row(Input::Bound, [
        NOTHING, NOTHING.goes_to(Listening).clears_the_error(),
        NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING,
    ]),
    Row(Input::BoundAbandonedFile, [DISPOSES; 8]),
    Row(Input::BoundAbandoned, [DISPOSES_WITHOUT_FILE; 8]),
    Row(Input::BoundOld, [NOTHING; 8]),
    Row(Input::BindFailed, [
        NOTHING, RECORDS.goes_to(Idle), NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING,
    ]),
    Row(Input::BindFailedAbandoned, [NOTHING; 8]),
    Row(Input::BindFailedOld, [NOTHING; 8]),
    Row(Input::Accepted, [
        DISCARDS, DISCARDS,
        QUEUES, QUEUES.goes_to(ListeningRetry), QUEUES,
        QUEUES, QUEUES.goes_to(DrainingRetry), QUEUES,
    ]),
    Row(Input::AcceptedBeyondLimit, [
        DISCARDS, DISCARDS,
        QUEUES, QUEUES.goes_to(ListeningRetry), QUEUES,
        QUEUES, QUEUES.goes_to(DrainingRetry), QUEUES,
    ]),
    Row(Input::AcceptedNotQueued, [
        NOTHING, NOTHING,
        NOTHING, NOTHING.goes_to(ListeningRetry), NOTHING,
        NOTHING, NOTHING.goes_to(DrainingRetry), NOTHING,
    ]),
    Row(Input::AcceptedOld, [DISCARDS; 8]),
    Row(Input::AcceptedNotQueuedOld, [NOTHING; 8]),
    Row(Input::AcceptFailedTransient, [
        NOTHING, NOTHING, RECORDS, RECORDS, RECORDS, RECORDS, RECORDS, RECORDS,
    ]),
    // At 5 ms: the first back-off is 10 ms long, the second 20 ms.
    Row(Input::AcceptFailedExhausted, [
        NOTHING, NOTHING,
        RECORDS.goes_to(ListeningBackoff).until(15),
        RECORDS.until(25), RECORDS.goes_to(ListeningBackoff).until(25),
        RECORDS.goes_to(DrainingBackoff).until(15),
        RECORDS.until(25), RECORDS.goes_to(DrainingBackoff).until(25),
    ]),
    Row(Input::AcceptFailedFatal, [
        NOTHING, NOTHING,
        LOSES, LOSES, LOSES,
        LOSES_WITHOUT_FILE, LOSES_WITHOUT_FILE, LOSES_WITHOUT_FILE,
    ]),
    Row(Input::AcceptFailedTransientOld, [NOTHING; 8]),
    Row(Input::AcceptFailedExhaustedOld, [NOTHING; 8]),
    Row(Input::AcceptFailedFatalOld, [NOTHING; 8]),
    Row(Input::Empty, [
        NOTHING, NOTHING,
        NOTHING, NOTHING, NOTHING.goes_to(Listening),
        ENDS, ENDS, ENDS,
    ]),
    Row(Input::EmptyOld, [NOTHING; 8]),
    Row(Input::UnlinkFailed, [RECORDS; 8]),
    Row(Input::UnlinkFailedOld, [RECORDS; 8]),
    Row(Input::RefuseFailed, [
        NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, RECORDS, RECORDS, RECORDS,
    ]),
    Row(Input::RefuseFailedOld, [NOTHING; 8]),
    Row(Input::TimeoutBefore, [NOTHING; 8]),
    Row(Input::TimeoutAfter, [
        NOTHING, NOTHING,
        NOTHING, NOTHING.goes_to(ListeningRetry), NOTHING,
        NOTHING, NOTHING.goes_to(DrainingRetry), NOTHING,
    ]),
];
