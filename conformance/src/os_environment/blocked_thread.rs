//! Observes from another thread that a thread is blocked.

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use elsewhere::Watched;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use linux::Watched;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::fs;
    use std::time::{Duration, Instant};

    /// How often the thread has to be observed in the same sleep.
    const LOOKS: u32 = 50;

    /// If the thread does not block in this time, the case fails.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// A thread to observe.
    pub(in crate::os_environment) struct Watched {
        status: String,
    }

    impl Watched {
        /// Returns the calling thread.
        pub(in crate::os_environment) fn current_thread() -> Self {
            let thread = rustix::thread::gettid();
            Self {
                status: format!("/proc/self/task/{}/status", thread.as_raw_nonzero()),
            }
        }

        /// Returns when the thread sleeps in a system call and stays asleep.
        ///
        /// A short sleep, for a lock, ends soon and increases the count of sleeps; so the thread has
        /// to be observed in the same sleep many times.
        pub(in crate::os_environment) fn until_blocked(&self) {
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

        /// Returns the count of sleeps of the thread, if it sleeps.
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
    /// A thread that cannot be observed on this system.
    pub(in crate::os_environment) struct Watched;

    impl Watched {
        /// Returns the calling thread.
        pub(in crate::os_environment) fn current_thread() -> Self {
            Self
        }

        /// Returns at once.
        pub(in crate::os_environment) fn until_blocked(&self) {}
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_waiting_thread_is_blocked() {
        let watched = Watched::current_thread();
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            watched.until_blocked();
            sender.send(()).expect("the other thread still waits");
        });
        receiver.recv().expect("the thread sends before it ends");
    }
}
