//! What has to be reached, or the exploration proves little.

use core::time::Duration;

use anteroom_core::{End, PhaseName, Server};

use crate::ledger::{Fate, Ledger};
use crate::step::Step;

macro_rules! witnesses {
    ($($witness:ident,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Witness { $($witness,)+ }

        impl Witness {
            pub(crate) const ALL: &[Self] = &[$(Self::$witness,)+];
        }
    };
}

witnesses! {
    Idle,
    Binding,
    Listening,
    Draining,
    BacksOffWhileListening,
    BacksOffWhileDraining,
    FirstBackOff,
    DoubledBackOff,
    CappedBackOff,
    BackOffEnded,
    BackOffNotYetOver,
    PauseKeptByConnection,
    PauseEndedByEmptyBacklog,
    PauseEndedByClose,
    PauseEndedByLoss,
    PauseEndedByDrain,
    OldEmptyDuringBackOff,
    QueueFull,
    NothingAllowed,
    BeyondLimitByApplication,
    BeyondLimitByAcceptUnderWay,
    LateFact,
    DuplicateFact,
    LateConnectionDiscarded,
    ConnectionTakenByTheHook,
    ClaimedWhileOthersWait,
    PendingDiscarded,
    PendingKeptOverClose,
    DrainEnded,
    DrainClosedEarly,
    DrainedAdopted,
    BindAbandoned,
    AbandonedListenerCame,
    AbandonedListenerFailed,
    ListenerLost,
    LossTold,
    LossDiscarded,
    NewConnectionTold,
    BindFailed,
    NameRejected,
    MisuseRejected,
    ThirdListener,
}

/// Says what a step that was just taken is an example of.
pub(crate) fn witnesses(
    step: Step,
    (before, server): (&Server<u8>, &Server<u8>),
    (books_before, books): (&Ledger, &Ledger),
) -> Vec<Witness> {
    let [was, is] = [before, server].map(Server::phase);
    let back_off = server.poll_timeout().map(|end| end.since_epoch());
    let ended = server.end().filter(|_| before.end().is_none());
    let resumed = before.pause().is_some() && server.pause().is_none();
    let late = step
        .listener()
        .is_some_and(|id| !matches!(books_before.fate(id), Fate::Open { .. }));
    let known = [
        (Witness::Idle, is == PhaseName::Idle),
        (Witness::Binding, is == PhaseName::Binding),
        (Witness::Listening, is == PhaseName::Listening),
        (Witness::Draining, is == PhaseName::Draining),
        (
            Witness::BacksOffWhileListening,
            back_off.is_some() && is == PhaseName::Listening,
        ),
        (
            Witness::BacksOffWhileDraining,
            back_off.is_some() && is == PhaseName::Draining,
        ),
        (
            Witness::FirstBackOff,
            back_off == Some(Duration::from_millis(10)),
        ),
        (
            Witness::DoubledBackOff,
            back_off == Some(Duration::from_millis(20)),
        ),
        (
            Witness::CappedBackOff,
            back_off == Some(Duration::from_secs(1)),
        ),
        (
            Witness::BackOffEnded,
            step == Step::TimeoutAfter && before != server,
        ),
        (
            Witness::BackOffNotYetOver,
            step == Step::TimeoutBefore && back_off.is_some() && before == server,
        ),
        (
            Witness::PauseKeptByConnection,
            before.pause().is_some()
                && server.pause().is_some()
                && matches!(step, Step::Accepted { .. }),
        ),
        (
            Witness::PauseEndedByEmptyBacklog,
            resumed && matches!(step, Step::Empty { .. }) && is == PhaseName::Listening,
        ),
        (Witness::PauseEndedByClose, resumed && step == Step::Close),
        (
            Witness::PauseEndedByLoss,
            resumed && ended == Some(End::Lost),
        ),
        (
            Witness::PauseEndedByDrain,
            resumed && ended == Some(End::Drained),
        ),
        (
            Witness::OldEmptyDuringBackOff,
            matches!(step, Step::Empty { .. }) && back_off.is_some() && before == server,
        ),
        (
            Witness::QueueFull,
            is == PhaseName::Listening
                && server.max_pending() > 0
                && server.pending_len() == server.max_pending(),
        ),
        (
            Witness::NothingAllowed,
            is == PhaseName::Listening && server.max_pending() == 0,
        ),
        (
            Witness::BeyondLimitByApplication,
            step == Step::AddPending && server.pending_len() > server.max_pending(),
        ),
        (
            Witness::BeyondLimitByAcceptUnderWay,
            matches!(step, Step::Accepted { .. })
                && server.pending_len() > before.pending_len()
                && server.pending_len() > server.max_pending(),
        ),
        (
            Witness::LateFact,
            late && matches!(step, Step::Empty { .. }),
        ),
        (
            Witness::DuplicateFact,
            matches!(step, Step::Bound { .. }) && !late && before == server,
        ),
        (
            Witness::LateConnectionDiscarded,
            late && matches!(step, Step::Accepted { .. }),
        ),
        (
            Witness::ConnectionTakenByTheHook,
            matches!(step, Step::AcceptedNotQueued { id } if books_before.is_accepting(id)),
        ),
        (
            Witness::ClaimedWhileOthersWait,
            step == Step::NextPending && server.pending_len() > 1,
        ),
        (
            Witness::PendingDiscarded,
            step == Step::DiscardPending && before.pending_len() > 1,
        ),
        (
            Witness::PendingKeptOverClose,
            step == Step::Close && was == PhaseName::Listening && server.has_pending(),
        ),
        (Witness::DrainEnded, ended == Some(End::Drained)),
        (
            Witness::DrainClosedEarly,
            was == PhaseName::Draining && step == Step::Close,
        ),
        (
            Witness::DrainedAdopted,
            step == Step::Drain && books.adopted_is_open(),
        ),
        (
            Witness::BindAbandoned,
            was == PhaseName::Binding && matches!(step, Step::Close | Step::Drain),
        ),
        (
            Witness::AbandonedListenerCame,
            abandoned(step, books_before, was) && matches!(step, Step::Bound { .. }),
        ),
        (
            Witness::AbandonedListenerFailed,
            abandoned(step, books_before, was) && matches!(step, Step::BindFailed { .. }),
        ),
        (Witness::ListenerLost, ended == Some(End::Lost)),
        (
            Witness::LossTold,
            step == Step::TakeLoss && before != server,
        ),
        (
            Witness::LossDiscarded,
            step == Step::Listen && has_loss(before) && !has_loss(server),
        ),
        (
            Witness::NewConnectionTold,
            step == Step::TakeNewConnections && before != server,
        ),
        (
            Witness::BindFailed,
            was == PhaseName::Binding && is == PhaseName::Idle && server.last_error().is_some(),
        ),
        (
            Witness::NameRejected,
            step == Step::ListenEmpty && was == PhaseName::Idle,
        ),
        (
            Witness::MisuseRejected,
            step == Step::ListenEmpty && was == PhaseName::Draining,
        ),
        (
            Witness::ThirdListener,
            is == PhaseName::Listening && books.listeners() == 3,
        ),
    ];
    known
        .into_iter()
        .filter_map(|(witness, holds)| holds.then_some(witness))
        .collect()
}

fn abandoned(step: Step, books: &Ledger, phase: PhaseName) -> bool {
    step.listener().is_some_and(|id| {
        let is_current = phase == PhaseName::Binding && books.ids().last() == Some(id);
        !is_current && matches!(books.fate(id), Fate::Asked)
    })
}

fn has_loss(server: &Server<u8>) -> bool {
    server.clone().take_loss().is_some()
}
