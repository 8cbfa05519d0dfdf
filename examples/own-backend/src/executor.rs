use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

use mio::Events;

use crate::Mio;

/// How many events the poller reports at a time.
const EVENTS: usize = 64;

impl Mio {
    /// Polls a future until it is ready, and sleeps in the poller while it is pending.
    ///
    /// # Panics
    ///
    /// If the future panics, or if the operating system cannot wait for the poller.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let unparker = Arc::new(Unparker {
            is_woken: AtomicBool::new(false),
            thread: thread::current().id(),
            poller: Arc::clone(&self.0.waker),
        });
        let waker = Waker::from(Arc::clone(&unparker));
        let mut events = Events::with_capacity(EVENTS);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            loop {
                // A future that has woken itself does not sleep. Events are handled all the same.
                let may_sleep = !unparker.is_woken.load(Ordering::Acquire);
                self.0.turn(&mut events, may_sleep);
                if unparker.is_woken.swap(false, Ordering::AcqRel) {
                    break;
                }
            }
        }
    }
}

/// Wakes the future of one call of [`Mio::block_on`].
struct Unparker {
    is_woken: AtomicBool,
    thread: ThreadId,
    poller: Arc<mio::Waker>,
}

impl Wake for Unparker {
    fn wake(self: Arc<Self>) {
        let was_woken = self.is_woken.swap(true, Ordering::AcqRel);
        // The thread of the runtime does not sleep while it runs this.
        if !was_woken && thread::current().id() != self.thread {
            // If this fails, the poller has a wake-up pending, or the runtime has ended.
            let _ = self.poller.wake();
        }
    }
}
