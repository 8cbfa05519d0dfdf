//! What can be done to facts on their way.

use anteroom_core::{OsEvent, Time};

use super::Fact;

/// Returns the same fact once more; a connection can come only once.
pub(super) fn twin(fact: &Fact) -> Option<Fact> {
    match fact {
        OsEvent::Bound { listener, facts } => Some(OsEvent::Bound {
            listener: *listener,
            facts: facts.clone(),
        }),
        OsEvent::BindFailed {
            listener,
            failure,
            full_name,
        } => Some(OsEvent::BindFailed {
            listener: *listener,
            failure: *failure,
            full_name: full_name.clone(),
        }),
        OsEvent::AcceptFailed {
            listener,
            failure,
            now,
        } => Some(OsEvent::AcceptFailed {
            listener: *listener,
            failure: *failure,
            now: *now,
        }),
        OsEvent::Empty { listener } => Some(OsEvent::Empty {
            listener: *listener,
        }),
        OsEvent::UnlinkFailed { listener, failure } => Some(OsEvent::UnlinkFailed {
            listener: *listener,
            failure: *failure,
        }),
        OsEvent::RefuseFailed { listener, failure } => Some(OsEvent::RefuseFailed {
            listener: *listener,
            failure: *failure,
        }),
        OsEvent::Accepted { .. } => None,
    }
}

/// Returns the fact as of now, since time must not run backwards.
pub(super) fn timely(fact: Fact, now: Time) -> Fact {
    match fact {
        OsEvent::AcceptFailed {
            listener, failure, ..
        } => OsEvent::AcceptFailed {
            listener,
            failure,
            now,
        },
        fact => fact,
    }
}
