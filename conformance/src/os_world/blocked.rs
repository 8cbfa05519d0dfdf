//! Seeing from outside that a thread is blocked.

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use elsewhere::Watched;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use linux::Watched;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::fs;
    use std::time::{Duration, Instant};

    /// How often the thread has to be seen in one and the same sleep.
    const LOOKS: u32 = 50;

    /// A thread that does not block in this time never will; the case then fails by itself.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// A thread that is watched.
    pub(in crate::os_world) struct Watched {
        status: String,
    }

    impl Watched {
        /// Watches the thread that calls.
        pub(in crate::os_world) fn current_thread() -> Self {
            let thread = rustix::thread::gettid();
            Self {
                status: format!("/proc/self/task/{}/status", thread.as_raw_nonzero()),
            }
        }

        /// Returns once the thread sleeps in a system call, and stays asleep.
        ///
        /// A short sleep, such as that for a lock, is told from a wait by its end: the count of
        /// sleeps goes up. So the thread has to be seen in the same sleep many times.
        pub(in crate::os_world) fn until_blocked(&self) {
            let start = Instant::now();
            let (mut looks, mut last) = (0, None);
            while looks < LOOKS && start.elapsed() < PATIENCE {
                let sleep = self.current_sleep();
                looks = if sleep.is_some() && sleep == last {
                    looks + 1
                } else {
                    0
                };
                last = sleep;
                std::thread::yield_now();
            }
        }

        /// Returns which sleep the thread is in, counted since its start, if it sleeps.
        fn current_sleep(&self) -> Option<u64> {
            let status = fs::read_to_string(&self.status).ok()?;
            let field = |name| status.lines().find_map(|line| line.strip_prefix(name));
            if !field("State:")?.trim_start().starts_with('S') {
                return None;
            }
            field("voluntary_ctxt_switches:")?.trim().parse().ok()
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod elsewhere {
    /// A thread that cannot be watched here.
    pub(in crate::os_world) struct Watched;

    impl Watched {
        /// Watches the thread that calls.
        pub(in crate::os_world) fn current_thread() -> Self {
            Self
        }

        /// Returns at once: whether the thread is blocked cannot be seen.
        pub(in crate::os_world) fn until_blocked(&self) {}
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_thread_that_waits_is_seen_to_be_blocked() {
        let watched = Watched::current_thread();
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            watched.until_blocked();
            sender.send(()).expect("the other thread still waits");
        });
        receiver.recv().expect("the thread sends before it ends");
    }
}
