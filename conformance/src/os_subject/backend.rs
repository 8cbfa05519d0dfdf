use std::ffi::OsString;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::mpsc::{TryRecvError, channel};
use std::task::{Context, Poll, Waker};
use std::thread;

use anteroom_std::{ConnectOptions, Mode, Result, SocketOf};

use super::TestMode;

/// The socket of a backend.
pub(super) type Socket<B> = SocketOf<<B as Backend>::Mode>;

/// A backend that [`OsSubject`](crate::OsSubject) tests: how its servers wait, and what runs them.
///
/// `examples/own-backend/tests/conformance/backend.rs` implements it for a runtime that is a value.
pub trait Backend: Sized + 'static {
    /// How the servers wait, and on which platform.
    type Mode: TestMode;

    /// Returns the platform for a new server.
    fn os(&self) -> <Self::Mode as Mode>::Os;

    /// Runs a future to its end in the runtime.
    ///
    /// The default is for blocking servers, whose futures need no runtime.
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
        }
    }

    /// Creates a pair of sockets that are connected to each other. Called in the runtime.
    ///
    /// # Errors
    ///
    /// What the operating system reports.
    fn pair(&self) -> io::Result<(Socket<Self>, Socket<Self>)>;

    /// Starts to connect a client. For a client that blocks use [`in_thread`].
    fn connect(
        &self,
        options: ConnectOptions<Self::Mode>,
        name: OsString,
    ) -> impl Future<Output = Result<Socket<Self>>> + 'static;
}

/// Starts a thread that makes a call which blocks. The future is ready when the call has returned.
///
/// It is for the [`block_on`](Backend::block_on) of blocking servers: it does not wake its task.
///
/// # Panics
///
/// Polling the future panics if the call does.
pub fn in_thread<T: Send + 'static>(
    call: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = T> + 'static {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        // There is no receiver any more once the case is over.
        let _ = sender.send(call());
    });
    poll_fn(move |_| match receiver.try_recv() {
        Ok(result) => Poll::Ready(result),
        Err(TryRecvError::Empty) => Poll::Pending,
        Err(TryRecvError::Disconnected) => panic!("the thread has panicked"),
    })
}
