//! anteroom on a runtime of one's own: here one thread that sleeps in a [`mio`] poller.
//!
//! This is the text for authors of runtimes. What a server does, and when, is decided in
//! `anteroom-core` alone, and every system call is made in [`anteroom_std::sys`]. What is left to
//! a backend is to wait:
//!
//! 1. **The platform** is an [`Os`](anteroom_core::Os). [`System`](anteroom_std::sys::System) is
//!    one; it wants to know only what the runtime makes of an accepted socket.
//! 2. **Accepting** (`poller.rs`) is an [`Acceptor`](anteroom_core::Acceptor). Its `try_accept`
//!    asks the operating system. Its `poll_accept` asks the runtime, which has to see to it that
//!    the task is polled again when somebody may have come.
//! 3. **Time** (there, too) makes that a [`Reactor`](anteroom_core::Reactor): `poll_timer` sees to
//!    it that the task is polled again at a moment, and `wake` that it is polled again soon.
//! 4. **The server** (`server.rs`) holds a [`Driver`](anteroom_core::Driver), polls its
//!    [`poll_wait`](anteroom_core::Driver::poll_wait), and lets the runtime sleep while that is
//!    pending. Everything else is the driver's: listening, closing, draining, the limit, the
//!    pauses when descriptors run out, and deadlines.
//!
//! Where tasks are futures, the reactor borrows the task's context, `poll_accept` leaves its waker
//! with the runtime, and `std::future::poll_fn` takes the place of the loop in `wait`. The reactor
//! of `anteroom-smol` is no longer than that.
//!
//! Whether it is right says `tests/conformance`, which runs the whole suite on this server. All
//! that it takes to be certified is in its `subject.rs`.
//!
//! ```
//! use anteroom_core::{QueueAll, Timeout, Wait};
//! use anteroom_own_backend::LocalServer;
//! use anteroom_std::server_name;
//! use std::{io::Read, os::unix::net::UnixStream, time::Duration};
//!
//! # let directory = tempfile::tempdir()?;
//! # let name = directory.path().join("own");
//! let mut server = LocalServer::new(QueueAll::new())?;
//! server.driver.listen(server_name(&name))?;
//! assert_eq!(server.wait(Timeout::After(Duration::from_millis(5)))?, Wait::TimedOut);
//!
//! let client = UnixStream::connect(&name)?;
//! let mut socket = server.accept()?.expect("the server listens");
//! drop(client);
//! assert_eq!(socket.read(&mut [0])?, 0);
//!
//! server.driver.close();
//! assert!(server.accept()?.is_none() && !name.exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg(unix)]
#![forbid(unsafe_code)]

mod poller;
mod server;

pub use server::LocalServer;
