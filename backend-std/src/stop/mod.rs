//! Stop handles, and the state that they share with their server. System calls do not belong here.

mod shared;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use anteroom_core::End;

pub(crate) use shared::{Request, Shared};

mod sync {
    pub(super) use std::sync::Mutex;
}

/// A handle that stops a server which another thread or task owns, and waits for its end.
///
/// It can be cloned and sent to other threads. A request wakes the thread or task that waits for
/// the server, and is carried out when the server is next awaited, polled or driven. In a pool of
/// threads that share the server in a mutex, one thread carries it out, and the others find a
/// server that does not listen.
///
/// A request is carried out once: a server that listens again afterwards keeps listening. A request
/// before the first `listen` is kept until the server is first awaited, polled or driven. A request
/// to a server that has ended or was dropped does nothing.
///
/// A request does not wake an event loop that watches the listener's descriptor. Wake it by other
/// means; [`next_timeout`](crate::Server::next_timeout) is zero then.
///
/// # Examples
///
/// Stop a pool of threads:
///
/// ```
/// use anteroom::End;
/// use anteroom::blocking::{LocalServer, LocalSocket};
/// use std::sync::{Arc, Mutex};
/// use std::thread;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::bind(&name)?;
/// let handle = server.stop_handle()?;
/// let server = Arc::new(Mutex::new(server));
/// let workers = [(); 3].map(|()| {
///     let server = Arc::clone(&server);
///     thread::spawn(move || while server.lock().unwrap().accept().is_ok() {})
/// });
///
/// let _client = LocalSocket::connect(&name)?;
/// handle.drain();
/// assert_eq!(handle.blocking_closed(), Some(End::Drained));
/// for worker in workers {
///     worker.join().unwrap();
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Stop a task:
///
/// ```
/// use anteroom::End;
/// use anteroom::tokio::LocalServer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let mut server = LocalServer::bind(&name)?;
/// let handle = server.stop_handle();
/// let serve = tokio::spawn(async move { while server.accept().await.is_ok() {} });
///
/// handle.close();
/// assert_eq!(handle.closed().await, Some(End::Closed));
/// serve.await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct StopHandle(Arc<Shared>);

impl StopHandle {
    /// Requests a drain: the server admits no new clients, and accepts those that have connected.
    ///
    /// Does nothing if a close is requested already, or if the server was dropped.
    pub fn drain(&self) {
        self.0.ask(Request::Drain);
    }

    /// Requests a close. Pending connections can still be taken.
    ///
    /// Does nothing if the server was dropped.
    pub fn close(&self) {
        self.0.ask(Request::Close);
    }

    /// Waits until the server has no listener, and returns how it ended.
    ///
    /// Returns at once if there is no listener and no pending request. Returns `None` if the server
    /// has never listened. If the server listens again before this future is polled, the end is
    /// still returned.
    ///
    /// # Cancel safety
    ///
    /// The end is not lost: call it again.
    pub async fn closed(&self) -> Option<End> {
        let waiting = self.0.wait();
        poll_fn(|context| waiting.poll(context)).await
    }

    /// Waits until the server has no listener, and returns whether it was drained.
    ///
    /// # Cancel safety
    ///
    /// The end is not lost: call it again.
    pub async fn drained(&self) -> bool {
        self.closed().await == Some(End::Drained)
    }

    /// Blocks the thread until the server has no listener, like [`closed`](Self::closed).
    pub fn blocking_closed(&self) -> Option<End> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let waiting = self.0.wait();
        loop {
            match waiting.poll(&Context::from_waker(&waker)) {
                Poll::Ready(end) => return end,
                Poll::Pending => thread::park(),
            }
        }
    }
}

/// Unparks a thread that waits for the end of a server.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The server's side, which exists once there is a handle.
#[derive(Debug, Default)]
pub(crate) struct Stop(Option<Arc<Shared>>);

impl Stop {
    /// Returns a handle, and whether it is the first one.
    pub(crate) fn handle(&mut self) -> (StopHandle, bool) {
        let is_first = self.0.is_none();
        let shared = self.0.get_or_insert_default();
        (StopHandle(Arc::clone(shared)), is_first)
    }

    #[inline]
    pub(crate) fn shared(&self) -> Option<&Shared> {
        self.0.as_deref()
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(shared) = &self.0 {
            shared.leave();
        }
    }
}
