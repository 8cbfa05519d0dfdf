//! The server and tonic 0.14.
//!
//! [`LocalSocket`] is [`Connected`], so `into_incoming` of a server is what tonic serves. The
//! extensions of each request hold the [`Peer`].
//!
//! When the server was drained, each client that had connected has been taken in. tonic answers the
//! requests that are on the way, and tells all clients, also those that have sent nothing yet, that no
//! further request will be answered. With `accept_http1` it closes a connection that has sent nothing.
//!
//! This module is outside the promise of the oldest Rust version: it needs the one that tonic needs.
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
