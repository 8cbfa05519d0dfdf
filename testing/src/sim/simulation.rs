use std::cell::{RefCell, RefMut};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use anteroom_core::{AcceptFailure, Time};

use super::kernel::Kernel;
use super::profile::Profile;

/// A simulated operating system, shared by all who live in it.
#[derive(Clone)]
pub struct Simulation(Rc<RefCell<Kernel>>);

impl Simulation {
    /// Starts an operating system in which nothing has happened yet.
    pub fn new(profile: Profile) -> Self {
        Self(Rc::new(RefCell::new(Kernel::new(profile))))
    }

    /// Returns which operating system is simulated.
    pub fn profile(&self) -> Profile {
        self.kernel().profile
    }

    /// Returns the time.
    pub fn now(&self) -> Time {
        self.kernel().clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, duration: Duration) {
        let mut kernel = self.kernel();
        let end = kernel.clock.ahead(duration);
        kernel.pass_to(end);
    }

    /// Blocks the server until something may have happened, or until this moment.
    ///
    /// # Panics
    ///
    /// Panics when nothing will ever happen: who waits now waits for ever.
    pub fn block(&self, until: Option<Time>) {
        let mut kernel = self.kernel();
        if kernel.wake_delayed_clients() {
            return;
        }
        match (until, kernel.next_moment()) {
            (Some(until), Some(next)) => kernel.pass_to(until.min(next)),
            (until, next) => match until.or(next) {
                Some(moment) => kernel.pass_to(moment),
                None => panic!(
                    "the server waits, and nothing will ever happen; so far:\n{}",
                    kernel.trace
                ),
            },
        }
    }

    /// Fails the next attempt to accept.
    pub fn fail_accept(&self, failure: AcceptFailure) {
        self.kernel().faults.accept = Some(failure);
    }

    /// Fails the next bind, for a lack of resources.
    pub fn fail_bind(&self) {
        self.kernel().faults.bind = true;
    }

    /// Fails the next removal of a socket file, for a lack of permission.
    pub fn fail_unlink(&self) {
        self.kernel().faults.unlink = true;
    }

    /// Returns the calls that went through the port so far, one a line.
    pub fn trace(&self) -> String {
        self.kernel().trace.to_string()
    }

    pub(super) fn kernel(&self) -> RefMut<'_, Kernel> {
        self.0.borrow_mut()
    }
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kernel = self.kernel();
        f.debug_struct("Simulation")
            .field("profile", &kernel.profile)
            .field("now", &kernel.clock.now())
            .finish_non_exhaustive()
    }
}
