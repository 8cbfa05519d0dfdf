use core::task::Poll;

use super::{ACCEPTS_PER_TURN, AcceptSlot, Driver, Next};
use crate::{AcceptFailure, Intake, Os, Time, Wait};

/// How a backend with readiness looks for connections.
///
/// Both ways do what they do without blocking. They differ in what *nothing there* means: from
/// [`try_accept`](Self::try_accept) it is the operating system's word, while
/// [`poll_accept`](Self::poll_accept) says it also when its runtime has just not looked yet, and
/// then sees to it that the task is woken.
pub trait Acceptor<O: Os> {
    /// Asks the operating system itself, past the runtime.
    ///
    /// # Errors
    ///
    /// Says why no connection could be accepted, and what follows.
    fn try_accept(&mut self, listener: &mut O::Listener) -> Result<Option<O::Conn>, AcceptFailure>;

    /// Asks the runtime, which wakes the task when it is worth another try.
    fn poll_accept(&mut self, listener: &mut O::Listener) -> Poll<Result<O::Conn, AcceptFailure>>;

    /// Finds out why nothing was there although something seemed to be.
    ///
    /// # Errors
    ///
    /// Nobody can come any more: another process, say, has shut the socket down.
    fn examine(&mut self, listener: &mut O::Listener) -> Result<(), AcceptFailure> {
        let _ = listener;
        Ok(())
    }
}

/// What taking in the clients that are there came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Progress {
    /// How many connections were taken in, queued by the hook or not.
    pub accepted: usize,
    /// Whether there may be more to take in at once: call again before you wait.
    pub more: bool,
}

/// What one attempt to take in a client came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a backend has to decide between just these"
)]
pub enum Taken {
    /// A client was taken in.
    One,
    /// It could not be; the next attempt may succeed.
    Failed,
    /// There is no client, or none may be taken in now.
    Nothing,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "it tells what the task has to do now"]
#[expect(
    clippy::exhaustive_enums,
    reason = "a backend has to decide between just these"
)]
pub enum Turn {
    /// The wait is over.
    Done(Wait),
    /// Nothing to be had: wait until the runtime wakes the task, or until this moment.
    Wait {
        /// The end of a back-off, if there is one.
        until: Option<Time>,
    },
    /// So many connections were taken in that others must have their turn: wake yourself.
    Yield,
}

/// How a turn begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a runtime is asked or it is passed by"
)]
pub enum FirstAttempt {
    /// Past the runtime once: it does not know of clients that came before it first looked, nor
    /// has it looked while a wait was not polled. So at the first poll after `listen`, and before
    /// saying that the time is over.
    Direct,
    /// By asking the runtime.
    Ready,
}

impl<O: Os, I: Intake<O::Conn>> Driver<O, I> {
    /// Takes in connections until one is pending, there is nothing more, or it has been enough.
    ///
    /// This is the poll function of every backend with readiness: what is left to them is how to
    /// accept, and the timers. At most [`ACCEPTS_PER_TURN`] connections are looked at.
    ///
    /// # Panics
    ///
    /// As [`AcceptSlot::complete`].
    #[inline]
    pub fn turn(&mut self, mut look: FirstAttempt, acceptor: &mut impl Acceptor<O>) -> Turn {
        for _ in 0..ACCEPTS_PER_TURN {
            if let Poll::Ready(wait) = self.wait_status(None) {
                return Turn::Done(wait);
            }
            let Some(mut slot) = self.accept_slot() else {
                return Turn::Wait {
                    until: self.next_deadline(None),
                };
            };
            // A listener that was shut down is ready for ever: only the system can tell its end.
            // During a pause the runtime has nothing to report if no client is left.
            if look == FirstAttempt::Direct || slot.is_draining() || slot.is_paused() {
                if let Direct::Empty(Next::Wait) = try_direct(slot, acceptor) {
                    look = FirstAttempt::Ready;
                }
            } else {
                match acceptor.poll_accept(slot.listener_mut()) {
                    Poll::Ready(result) => slot.complete(result),
                    Poll::Pending => {
                        drop(slot);
                        return Turn::Wait {
                            until: self.next_deadline(None),
                        };
                    }
                }
            }
        }
        match self.wait_status(None) {
            Poll::Ready(wait) => Turn::Done(wait),
            Poll::Pending => Turn::Yield,
        }
    }

    /// Takes in one client, if there is one and the machine wants it.
    ///
    /// # Panics
    ///
    /// As [`AcceptSlot::complete`].
    pub fn take_in(&mut self, acceptor: &mut impl Acceptor<O>) -> Taken {
        match self.accept_slot().map(|slot| try_direct(slot, acceptor)) {
            Some(Direct::Accepted) => Taken::One,
            Some(Direct::Failed) => Taken::Failed,
            Some(Direct::Empty(_)) | None => Taken::Nothing,
        }
    }

    /// Takes in the clients that are there, as far as the limit allows.
    ///
    /// At most [`ACCEPTS_PER_TURN`] at a time. When there is nobody, the listener is examined:
    /// something made the application call.
    ///
    /// # Panics
    ///
    /// As [`AcceptSlot::complete`].
    ///
    /// # Specification
    ///
    /// SRV-8.
    //= SRV-8
    pub fn process_events(&mut self, acceptor: &mut impl Acceptor<O>) -> Progress {
        let mut progress = Progress::default();
        for _ in 0..ACCEPTS_PER_TURN {
            match self.take_in(acceptor) {
                Taken::One => progress.accepted += 1,
                Taken::Failed => {}
                Taken::Nothing => {
                    if progress.accepted == 0 {
                        self.examine(acceptor);
                    }
                    return progress;
                }
            }
        }
        progress.more = true;
        progress
    }

    /// Looks once whether a connection is there, and does not wait.
    ///
    /// # Panics
    ///
    /// As [`AcceptSlot::complete`].
    //= WAIT-3
    pub fn look_once(&mut self, acceptor: &mut impl Acceptor<O>) -> Wait {
        match self.turn(FirstAttempt::Direct, acceptor) {
            Turn::Done(wait) => wait,
            Turn::Wait { .. } | Turn::Yield => Wait::TimedOut,
        }
    }

    fn examine(&mut self, acceptor: &mut impl Acceptor<O>) {
        if let Some(mut slot) = self.accept_slot() {
            if let Err(failure) = acceptor.examine(slot.listener_mut()) {
                slot.complete(Err(failure));
            }
        }
    }
}

/// What asking the operating system came to.
enum Direct {
    Accepted,
    Failed,
    Empty(Next),
}

fn try_direct<O: Os, I: Intake<O::Conn>>(
    mut slot: AcceptSlot<'_, O, I>,
    acceptor: &mut impl Acceptor<O>,
) -> Direct {
    match acceptor.try_accept(slot.listener_mut()) {
        Ok(Some(connection)) => {
            slot.complete(Ok(connection));
            Direct::Accepted
        }
        Ok(None) => Direct::Empty(slot.empty()),
        Err(failure) => {
            slot.complete(Err(failure));
            Direct::Failed
        }
    }
}
