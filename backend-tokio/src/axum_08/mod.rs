//! Serving axum 0.8.
//!
//! [`Listener`] is a server for [`axum::serve`](axum::serve()), and [`Peer`] gives handlers the
//! credentials of the client.
//!
//! When the future passed to `with_graceful_shutdown` completes, axum finishes the requests that
//! have begun, and closes all other connections, also those of clients whose first request it has
//! not begun to read. Such clients cannot know whether to try again. [`Listener::shutdown_signal`]
//! waits for them.
//!
//! This module needs the Rust version of axum, which may be newer than that of this crate.
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

/// A server for axum.
///
/// It has no address, and returns no errors to axum: the server itself handles a lack of
/// descriptors, and any other error ends it.
/// [`StopHandle::closed`](anteroom_std::StopHandle::closed) returns how it ended.
pub struct Listener<I = QueueAll> {
    server: LocalServer<I>,
    /// Closed when the server stops listening, which drops `listens`.
    stopping: watch::Sender<()>,
    listens: Option<watch::Receiver<()>>,
    /// Closed when no first request can follow: each connection holds a receiver until its first
    /// request begins, and `more` is dropped after the last connection.
    awaited: watch::Sender<()>,
    more: Option<watch::Receiver<()>>,
}

impl<I: Intake<LocalSocket>> Listener<I> {
    /// Creates a listener from a server.
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
    /// Returns a future for `with_graceful_shutdown` that loses no client.
    ///
    /// It waits until the server stops listening: drained, closed or lost. Then it waits until
    /// every client that had connected is accepted, and a request has begun on each connection or
    /// the connection was closed, but no longer than `limit`. After that, axum closes connections
    /// without a request, and clients that
    /// [`max_connections`](anteroom_std::Builder::max_connections) keeps in the backlog are
    /// disconnected. [`Duration::MAX`] means no limit.
    ///
    /// On HTTP/1 a request begins with its first bytes. On HTTP/2 it begins with the preface of the
    /// connection: from then on axum tells the client which requests it does not answer.
    ///
    /// # Panics
    ///
    /// Panics if it is polled in a tokio runtime without timers, as `tokio::time` does.
    ///
    /// # Cancel safety
    ///
    /// Dropping it has no effect on the server. Create another one to continue.
    pub fn shutdown_signal(&self, limit: Duration) -> impl Future<Output = ()> + Send + use<I> {
        let stopping = self.stopping.clone();
        let awaited = self.awaited.clone();
        async move {
            stopping.closed().await;
            // Connections that are still silent have had their time.
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
