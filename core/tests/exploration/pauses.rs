//! When accepting may be paused.

use anteroom_core::Server;

use crate::ledger::{Checked, ensure};
use crate::step::Step;

/// Checks what begins and ends a pause, and that pauses go with a listener, back-offs with a pause.
pub(crate) fn check_pauses(
    step: Step,
    before: &Server<u8>,
    server: &Server<u8>,
    has_listener: bool,
) -> Checked<()> {
    let [was_paused, is_paused] = [before, server].map(|server| server.pause().is_some());
    ensure(
        has_listener || !is_paused,
        "accepting is paused only while there is a listener",
    )?;
    ensure(
        is_paused || server.poll_timeout().is_none(),
        "only a server that is paused waits for time",
    )?;
    ensure(
        was_paused || !is_paused || matches!(step, Step::AcceptFailedExhausted { .. }),
        "a pause begins when something has run out",
    )?;
    let may_end = matches!(
        step,
        Step::Empty { .. } | Step::TimeoutBefore | Step::TimeoutAfter
    );
    ensure(
        !was_paused || is_paused || may_end || !has_listener,
        "a pause ends by an empty backlog, in time or with the listener",
    )
}
