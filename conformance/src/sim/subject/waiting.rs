//! The one loop that a backend has to write: taking in, and waiting.

use std::task::Poll;

use anteroom_core::{
    ACCEPTS_PER_TURN, AcceptFailure, Detail, Driver, ErrorKind, Failure, Intake, Operation, Os,
    Time, Timeout, Wait,
};

use super::MOST_TURNS;
use crate::sim::os::Accept;
use crate::sim::simulation::Simulation;

/// What one attempt to take in a client came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Turn {
    /// A client was taken in.
    Accepted,
    /// It could not be; the next attempt may succeed.
    Failed,
    /// There is no client, or none may be taken in now.
    Nothing,
}

/// Takes in one client, if there is one and the machine wants it.
pub(in crate::sim) fn take_in<O, I>(driver: &mut Driver<O, I>) -> Turn
where
    O: Os,
    O::Listener: Accept<Conn = O::Conn>,
    I: Intake<O::Conn>,
{
    let Some(mut slot) = driver.accept_slot() else {
        return Turn::Nothing;
    };
    match slot.listener_mut().try_accept() {
        Ok(Some(connection)) => {
            slot.complete(Ok(connection));
            Turn::Accepted
        }
        Ok(None) => {
            slot.empty();
            Turn::Nothing
        }
        Err(failure) => {
            slot.complete(Err(failure));
            Turn::Failed
        }
    }
}

/// Waits for a connection to become pending; time passes meanwhile.
pub(super) fn wait<O, I>(
    driver: &mut Driver<O, I>,
    simulation: &Simulation,
    timeout: Timeout,
) -> Wait
where
    O: Os,
    O::Listener: Accept<Conn = O::Conn>,
    I: Intake<O::Conn>,
{
    let deadline = match timeout {
        Timeout::After(duration) => Some(simulation.now().after(duration)),
        Timeout::Never => None,
    };
    let mut turns = 0;
    while turns < MOST_TURNS {
        if let Some(wait) = take_in_until_pending(driver) {
            return wait;
        }
        if let Poll::Ready(wait) = driver.wait_status(deadline) {
            return wait;
        }
        let before = simulation.now();
        block(driver, simulation, deadline);
        turns = if simulation.now() > before {
            0
        } else {
            turns + 1
        };
    }
    panic!("the wait spins; so far:\n{}", simulation.trace());
}

/// Takes in clients one by one; returns how the wait ends if it ends here, whatever the time.
fn take_in_until_pending<O, I>(driver: &mut Driver<O, I>) -> Option<Wait>
where
    O: Os,
    O::Listener: Accept<Conn = O::Conn>,
    I: Intake<O::Conn>,
{
    for _ in 0..ACCEPTS_PER_TURN {
        if let Poll::Ready(wait) = driver.wait_status(None) {
            return Some(wait);
        }
        if take_in(driver) == Turn::Nothing {
            return None;
        }
    }
    None
}

/// Sleeps until a client comes, a pause is over or the time is; a listener that hangs up ends it.
fn block<O, I>(driver: &mut Driver<O, I>, simulation: &Simulation, deadline: Option<Time>)
where
    O: Os,
    O::Listener: Accept<Conn = O::Conn>,
    I: Intake<O::Conn>,
{
    if !notice_shutdown(driver) {
        simulation.block(driver.next_deadline(deadline));
    }
}

/// Closes the server if its listener was shut down from elsewhere, which accepting cannot tell.
///
/// Such a listener is readable for ever, and nobody comes.
pub(in crate::sim) fn notice_shutdown<O, I>(driver: &mut Driver<O, I>) -> bool
where
    O: Os,
    O::Listener: Accept<Conn = O::Conn>,
    I: Intake<O::Conn>,
{
    let Some(slot) = driver.accept_slot() else {
        return false;
    };
    let is_shut_down = slot.listener().is_hung_up() && !slot.is_draining();
    if is_shut_down {
        let failure = Failure::new(Operation::Accept, ErrorKind::Unknown);
        let failure = failure.with_detail(Detail::ShutDownElsewhere);
        slot.complete(Err(AcceptFailure::Fatal(failure)));
    }
    is_shut_down
}
