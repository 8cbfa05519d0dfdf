use anteroom_std::PeerIdentity;

use crate::LocalSocket;

/// The credentials of the client of a request.
///
/// `None` if the operating system does not report them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "handlers take it apart")]
pub struct Peer(pub Option<PeerIdentity>);

impl Peer {
    pub(crate) fn of(socket: &LocalSocket) -> Self {
        Self(socket.peer_identity().ok())
    }
}
