//! The wait of a blocking server.

use std::task::Poll;

use anteroom_core::{Os as _, Timeout, Wait};

use super::{MOST_TURNS, Server};
use crate::sim::simulation::Simulation;

/// Waits for a connection to become pending; time passes meanwhile.
pub(super) fn wait(driver: &mut Server, simulation: &Simulation, timeout: Timeout) -> Wait {
    let deadline = match timeout {
        Timeout::After(duration) => Some(simulation.now().after(duration)),
        Timeout::Never => None,
    };
    let mut turns = 0;
    while turns < MOST_TURNS {
        let wait = driver.try_wait();
        if wait != Wait::TimedOut {
            return wait;
        }
        if let Poll::Ready(wait) = driver.wait_status(deadline) {
            return wait;
        }
        let before = simulation.now();
        if !is_readable(driver) {
            simulation.block(driver.next_deadline(deadline));
        }
        turns = if simulation.now() > before {
            0
        } else {
            turns + 1
        };
    }
    panic!("the wait spins; so far:\n{}", simulation.trace());
}

/// Returns whether the server must not sleep: a client is there, or the listener was shut down.
///
/// A listener that another process has shut down stays readable without clients, and the server
/// closes. A draining server has shut it down itself.
fn is_readable(driver: &mut Server) -> bool {
    let is_listening = driver.server().is_listening();
    let progress = driver.accept_with(|os, listener| {
        if is_listening {
            os.examine(listener)?;
        }
        os.try_accept(listener)
    });
    progress.more
}
