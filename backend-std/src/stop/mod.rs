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

/// Stops a server that another thread or task owns, and waits until it has stopped.
///
/// It can be cloned and sent to other threads. A request is a state: it wakes whoever waits for the
/// server, and is carried out when the server is next waited for, polled or driven, in whichever
/// thread or task. So of a pool that shares the server behind a lock every worker learns of it: the
/// one that waits carries it out, and the others find a server that does not listen.
///
/// It is carried out once. A server that listens again afterwards goes on listening, until the next
/// request. A request from before it has ever listened is kept until the server is first waited for,
/// polled or driven. A request to a server that has ended, or is gone, does nothing.
///
/// An event loop of your own, which watches the listener's descriptor, has to be woken by other means
/// and then finds a [`next_timeout`](crate::Server::next_timeout) of zero.
///
/// # Examples
///
/// A pool of threads that all end:
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
/// A task that accepts, and another one that stops it:
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
    /// Has the server drained: it refuses new clients, and hands out those that have connected.
    ///
    /// Does nothing if it is to be closed, or is gone.
    pub fn drain(&self) {
        self.0.ask(Request::Drain);
    }

    /// Has the server closed. Pending connections can still be claimed.
    ///
    /// Does nothing if the server is gone.
    pub fn close(&self) {
        self.0.ask(Request::Close);
    }

    /// Waits until the server has no listener any more, and returns how that came.
    ///
    /// It returns at once if there is no listener and no request to be carried out; there is no end if
    /// the server has never listened. That it listens again meanwhile changes nothing.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost: it can be called again.
    pub async fn closed(&self) -> Option<End> {
        let waiting = self.0.wait();
        poll_fn(|context| waiting.poll(context)).await
    }

    /// Waits until the server has no listener any more, and returns whether it was drained.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost: it can be called again.
    pub async fn drained(&self) -> bool {
        self.closed().await == Some(End::Drained)
    }

    /// Waits as [`closed`](Self::closed), and blocks the thread.
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

/// Wakes a thread that waits for the end of a server.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The server's side: there is one once there is a handle.
#[derive(Debug, Default)]
pub(crate) struct Stop(Option<Arc<Shared>>);

impl Stop {
    /// Returns a handle, and whether it is the first.
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
