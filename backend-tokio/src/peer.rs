use anteroom_std::PeerIdentity;

use crate::LocalSocket;

/// Who the client of a request is, as the operating system says.
///
/// There is none if the system did not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "handlers take it apart")]
pub struct Peer(pub Option<PeerIdentity>);

impl Peer {
    pub(crate) fn of(socket: &LocalSocket) -> Self {
        Self(socket.peer_identity().ok())
    }
}
