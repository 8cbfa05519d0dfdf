//! The table itself: one row for each input, one cell for each column.

use crate::vocabulary::{
    ARRIVING, Cell, Column, Input, NOTHING, News, OLDEST, Outcome, Queue, Work, YOUNGEST,
};
use Column::{Binding, Draining, DrainingBackoff, Idle, Listening, ListeningBackoff};
use News::{Drained, ListenerLost, NewConnection};

/// An input, and what it does in Idle, Binding, Listening, Listening while backing off, Draining,
/// Draining while backing off.
pub(crate) struct Row(pub(crate) Input, pub(crate) [Cell; 6]);

const MISUSE: Cell = NOTHING.gives(Outcome::Misuse);
const REJECTED: Cell = NOTHING.gives(Outcome::Rejected).records_an_error();
const STARTED: Cell = NOTHING.gives(Outcome::Started).goes_to(Binding);
const BINDS: Cell = STARTED.does(&[Work::BindNew]);
const GIVES_UP: Cell = NOTHING.goes_to(Idle).clears_the_error();
const CLOSES: Cell = GIVES_UP.does(&[Work::Unlink, Work::Close]);
const CLOSES_WITHOUT_FILE: Cell = GIVES_UP.does(&[Work::Close]);
const REFUSES: Cell = NOTHING.does(&[Work::Unlink, Work::Refuse]);
const POPS: Cell = NOTHING
    .gives(Outcome::Claimed(OLDEST))
    .with_queue(Queue::Shrunk);
const QUEUES: Cell = NOTHING.tells(&[NewConnection]).with_queue(Queue::Grown);
const DISCARDS_ALL: Cell = NOTHING
    .does(&[Work::Discard(OLDEST), Work::Discard(YOUNGEST)])
    .with_queue(Queue::Emptied);
const STORES: Cell = NOTHING.gives(Outcome::Stored);
const DISPOSES: Cell = NOTHING.does(&[Work::UnlinkAbandoned, Work::CloseAbandoned]);
const DISPOSES_WITHOUT_FILE: Cell = NOTHING.does(&[Work::CloseAbandoned]);
const DISCARDS: Cell = NOTHING.does(&[Work::Discard(ARRIVING)]);
const RECORDS: Cell = NOTHING.records_an_error();
const LOSES: Cell = RECORDS.goes_to(Idle).tells(&[ListenerLost]);
const ENDS: Cell = NOTHING.does(&[Work::Close]).goes_to(Idle).tells(&[Drained]);

#[rustfmt::skip]
pub(crate) const TABLE: [Row; Input::ALL.len()] = [
    Row(Input::Listen, [BINDS, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenEmpty, [REJECTED, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenNul, [REJECTED, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenAbstractNul, [BINDS, MISUSE, MISUSE, MISUSE, MISUSE, MISUSE]),
    Row(Input::ListenAdopted, [
        STARTED.does(&[Work::AdoptNew]), MISUSE, MISUSE, MISUSE, MISUSE, MISUSE,
    ]),
    Row(Input::Close, [
        NOTHING, GIVES_UP, CLOSES, CLOSES, CLOSES_WITHOUT_FILE, CLOSES_WITHOUT_FILE,
    ]),
    Row(Input::Drain, [
        NOTHING, GIVES_UP, REFUSES.goes_to(Draining), REFUSES.goes_to(DrainingBackoff), NOTHING, NOTHING,
    ]),
    Row(Input::NextPending, [POPS; 6]),
    Row(Input::NextPendingOfNone, [NOTHING.gives(Outcome::NonePending); 6]),
    Row(Input::AddPending, [QUEUES; 6]),
    Row(Input::AddPendingWhenFull, [QUEUES; 6]),
    Row(Input::DiscardPending, [DISCARDS_ALL; 6]),
    Row(Input::LowerMaxPending, [STORES; 6]),
    Row(Input::RaiseMaxPending, [STORES; 6]),
    Row(Input::SetSocketOptions, [STORES; 6]),
    Row(Input::SetBacklog, [STORES; 6]),
    Row(Input::Bound, [
        NOTHING, NOTHING.goes_to(Listening).clears_the_error(), NOTHING, NOTHING, NOTHING, NOTHING,
    ]),
    Row(Input::BoundAbandonedFile, [DISPOSES; 6]),
    Row(Input::BoundAbandoned, [DISPOSES_WITHOUT_FILE; 6]),
    Row(Input::BoundOld, [NOTHING; 6]),
    Row(Input::BindFailed, [NOTHING, RECORDS.goes_to(Idle), NOTHING, NOTHING, NOTHING, NOTHING]),
    Row(Input::BindFailedAbandoned, [NOTHING; 6]),
    Row(Input::BindFailedOld, [NOTHING; 6]),
    Row(Input::Accepted, [DISCARDS, DISCARDS, QUEUES, QUEUES, QUEUES, QUEUES]),
    Row(Input::AcceptedBeyondLimit, [DISCARDS, DISCARDS, QUEUES, QUEUES, QUEUES, QUEUES]),
    Row(Input::AcceptedNotQueued, [NOTHING; 6]),
    Row(Input::AcceptedOld, [DISCARDS; 6]),
    Row(Input::AcceptedNotQueuedOld, [NOTHING; 6]),
    Row(Input::AcceptFailedTransient, [NOTHING, NOTHING, RECORDS, RECORDS, RECORDS, RECORDS]),
    // At 5 ms: the first pause is 10 ms long, the second 20 ms.
    Row(Input::AcceptFailedExhausted, [
        NOTHING, NOTHING,
        RECORDS.goes_to(ListeningBackoff).until(15), RECORDS.until(25),
        RECORDS.goes_to(DrainingBackoff).until(15), RECORDS.until(25),
    ]),
    Row(Input::AcceptFailedFatal, [
        NOTHING, NOTHING,
        LOSES.does(&[Work::Unlink, Work::Close]), LOSES.does(&[Work::Unlink, Work::Close]),
        LOSES.does(&[Work::Close]), LOSES.does(&[Work::Close]),
    ]),
    Row(Input::AcceptFailedTransientOld, [NOTHING; 6]),
    Row(Input::AcceptFailedExhaustedOld, [NOTHING; 6]),
    Row(Input::AcceptFailedFatalOld, [NOTHING; 6]),
    Row(Input::Empty, [NOTHING, NOTHING, NOTHING, NOTHING, ENDS, ENDS]),
    Row(Input::EmptyOld, [NOTHING; 6]),
    Row(Input::UnlinkFailed, [RECORDS; 6]),
    Row(Input::UnlinkFailedOld, [RECORDS; 6]),
    Row(Input::RefuseFailed, [NOTHING, NOTHING, NOTHING, NOTHING, RECORDS, RECORDS]),
    Row(Input::RefuseFailedOld, [NOTHING; 6]),
    Row(Input::TimeoutBefore, [NOTHING; 6]),
    Row(Input::TimeoutAfter, [
        NOTHING, NOTHING, NOTHING, NOTHING.goes_to(Listening), NOTHING, NOTHING.goes_to(Draining),
    ]),
];
