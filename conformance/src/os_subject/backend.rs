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

/// A backend for [`OsSubject`](crate::OsSubject): the mode of its servers, and their runtime.
///
/// `examples/own-backend/tests/conformance/backend.rs` is an implementation.
pub trait Backend: Sized + 'static {
    /// How the servers wait, and on which platform.
    type Mode: TestMode;

    /// Returns the platform of a new server.
    fn os(&self) -> <Self::Mode as Mode>::Os;

    /// Runs a future in the runtime.
    ///
    /// The default is for blocking servers, which have none.
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
    /// Returns the error of the operating system.
    fn pair(&self) -> io::Result<(Socket<Self>, Socket<Self>)>;

    /// Starts to connect a client. For a blocking client use [`in_thread`].
    fn connect(
        &self,
        options: ConnectOptions<Self::Mode>,
        name: OsString,
    ) -> impl Future<Output = Result<Socket<Self>>> + 'static;
}

/// Starts a thread for a blocking call. The future is ready when the call has returned.
///
/// Only for the default [`block_on`](Backend::block_on): the future does not wake its task.
///
/// # Panics
///
/// Polling the future panics if the call does.
pub fn in_thread<T: Send + 'static>(
    call: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = T> + 'static {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        // There is no receiver when the case has ended.
        let _ = sender.send(call());
    });
    poll_fn(move |_| match receiver.try_recv() {
        Ok(result) => Poll::Ready(result),
        Err(TryRecvError::Empty) => Poll::Pending,
        Err(TryRecvError::Disconnected) => panic!("the thread has panicked"),
    })
}
