//! The server and axum 0.8.
//!
//! [`Listener`] is what [`axum::serve`](axum::serve()) takes, and [`Peer`] tells handlers who the client is.
//!
//! axum stops when the future that `with_graceful_shutdown` is given has ended. It finishes the
//! requests that have begun, and closes all other connections, also those of clients that have just
//! connected and whose request it has not begun to read. Such clients cannot know whether to try
//! again. [`Listener::shutdown_signal`] waits for them.
//!
//! This module is outside the promise of the oldest Rust version: it needs the one that axum needs.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use anteroom::tokio::LocalServer;
//! use anteroom::tokio::axum_08::{Listener, Peer};
//! use axum::Router;
//! use axum::extract::ConnectInfo;
//! use axum::routing::get;
//!
//! async fn who(ConnectInfo(Peer(peer)): ConnectInfo<Peer>) -> String {
//!     peer.map_or_else(|| "unknown".to_owned(), |peer| peer.uid.to_string())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let name = directory.path().join("web");
//! let mut server = LocalServer::bind(&name)?;
//! let handle = server.stop_handle();
//! let listener = Listener::new(server);
//! let shutdown = listener.shutdown_signal(Duration::from_secs(5));
//! let app = Router::new()
//!     .route("/", get(who))
//!     .into_make_service_with_connect_info::<Peer>();
//!
//! handle.drain(); // elsewhere, when the server is to stop
//! axum::serve(listener, app).with_graceful_shutdown(shutdown).await?;
//! # Ok(())
//! # }
//! ```

mod socket;

use std::fmt;
use std::future::{pending, poll_fn};
use std::io;
use std::time::Duration;

use anteroom_std::{Intake, QueueAll};
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener as AxumListener};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::{LocalServer, LocalSocket};

pub use crate::peer::Peer;
pub use socket::Socket;

/// A server as axum takes it.
///
/// It has no address. axum gets no error of it either: the server bears a lack of descriptors by
/// itself, and any other error is its end.
/// [`StopHandle::closed`](anteroom_std::StopHandle::closed) returns which end it was.
pub struct Listener<I = QueueAll> {
    server: LocalServer<I>,
    /// A receiver is held here while the server listens.
    stopping: watch::Sender<()>,
    listens: Option<watch::Receiver<()>>,
    /// A receiver is held by whoever may still bring a first request: by each connection until that
    /// begins, and here until the server has handed out its last connection.
    awaited: watch::Sender<()>,
    more: Option<watch::Receiver<()>>,
}

impl<I: Intake<LocalSocket>> Listener<I> {
    /// Makes a listener of a server.
    pub fn new(server: LocalServer<I>) -> Self {
        let (stopping, listens) = watch::channel(());
        let (awaited, more) = watch::channel(());
        Self {
            server,
            stopping,
            listens: Some(listens),
            awaited,
            more: Some(more),
        }
    }
}

impl<I> Listener<I> {
    /// Returns a future for `with_graceful_shutdown`, which loses no client.
    ///
    /// It waits until the server stops listening, because it is drained, closed or lost. Then it waits
    /// until the server has handed out every client that had connected, and a request has begun on
    /// each connection or the connection was closed; but for all this no longer than `limit`. Clients
    /// that connect and say nothing are closed then, and so are those that
    /// [`max_connections`](anteroom_std::Builder::max_connections) still keeps in the queue.
    /// [`Duration::MAX`] is no limit.
    ///
    /// On HTTP/1 a request begins with its first bytes. On HTTP/2 the preface of the connection counts
    /// as well: from there on axum tells the client in time which requests it will not answer.
    ///
    /// # Panics
    ///
    /// When it is polled in a runtime of tokio without timers, as `tokio::time` does.
    ///
    /// # Cancel safety
    ///
    /// Dropping it has no effect on the server. Make another one to go on.
    pub fn shutdown_signal(&self, limit: Duration) -> impl Future<Output = ()> + Send + use<I> {
        let stopping = self.stopping.clone();
        let awaited = self.awaited.clone();
        async move {
            stopping.closed().await;
            // Whoever is awaited still has had its time.
            let _ = timeout(limit, awaited.closed()).await;
        }
    }
}

impl<I: Intake<LocalSocket> + Send + 'static> AxumListener for Listener<I> {
    type Io = Socket;
    type Addr = ();

    async fn accept(&mut self) -> (Socket, ()) {
        let accepted = poll_fn(|context| {
            let accepted = self.server.poll_accept(context);
            if !self.server.is_listening() {
                self.listens = None;
            }
            accepted
        });
        match accepted.await {
            Ok(socket) => (Socket::new(socket, self.awaited.subscribe()), ()),
            Err(_) => {
                self.more = None;
                pending().await
            }
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

impl<I> fmt::Debug for Listener<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.server).finish()
    }
}

impl<I: Intake<LocalSocket> + Send + 'static> Connected<IncomingStream<'_, Listener<I>>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Listener<I>>) -> Self {
        Self::of(stream.io().get_ref())
    }
}
