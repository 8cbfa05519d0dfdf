//! Serving tonic 0.14.
//!
//! [`LocalSocket`] implements [`Connected`], so tonic serves `into_incoming` of a server. The
//! extensions of each request contain the [`Peer`].
//!
//! When a drain ends, every client that had connected is accepted. tonic then answers the requests
//! in flight, and sends GOAWAY to all clients. With `accept_http1` it closes connections that have
//! sent nothing.
//!
//! This module needs the Rust version of tonic, which may be newer than that of this crate.
//!
//! # Examples
//!
//! ```
//! use anteroom::tokio::LocalServer;
//! use anteroom::tokio::tonic_014::Peer;
//! use tonic::service::Routes;
//! use tonic::transport::Server;
//!
//! /// Returns whether the client may do what it asks for.
//! fn is_allowed<T>(request: &tonic::Request<T>) -> bool {
//!     let peer = request.extensions().get::<Peer>();
//!     matches!(peer, Some(Peer(Some(peer))) if peer.uid == 0)
//! }
//!
//! async fn serve(mut server: LocalServer, services: Routes) -> Result<(), tonic::transport::Error> {
//!     let handle = server.stop_handle(); // a clone of it drains the server
//!     Server::builder()
//!         .add_routes(services)
//!         .serve_with_incoming_shutdown(server.into_incoming(), async {
//!             handle.drained().await;
//!         })
//!         .await
//! }
//! ```

use tonic::transport::server::Connected;

use crate::LocalSocket;
pub use crate::peer::Peer;

impl Connected for LocalSocket {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        Peer::of(self)
    }
}
