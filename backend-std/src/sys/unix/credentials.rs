use std::io;
use std::os::fd::BorrowedFd;

use crate::sys::PeerIdentity;

/// Tells who is at the other end of a connection.
///
/// It is who connected, or who called `listen`, at that time: that the process has changed its
/// user since then, or has ended, does not show.
///
/// # Errors
///
/// Passes on what the system says: the socket may not be connected.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn peer_identity(socket: BorrowedFd<'_>) -> io::Result<PeerIdentity> {
    use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};

    let peer = getsockopt(&socket, PeerCredentials)?;
    // So does Linux say that there is no peer.
    if peer.uid() == u32::MAX {
        return Err(io::ErrorKind::NotConnected.into());
    }
    // Zero is a process of another namespace, which has no number in ours.
    let pid = Some(peer.pid()).filter(|pid| *pid != 0);
    Ok(PeerIdentity::new(peer.uid(), peer.gid(), pid))
}

/// Tells who is at the other end of a connection.
///
/// # Errors
///
/// Passes on what the system says: the socket may not be connected.
#[cfg(any(
    target_vendor = "apple",
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
))]
pub fn peer_identity(socket: BorrowedFd<'_>) -> io::Result<PeerIdentity> {
    let (uid, gid) = nix::unistd::getpeereid(socket)?;
    Ok(PeerIdentity::new(uid.as_raw(), gid.as_raw(), pid(socket)))
}

#[cfg(target_vendor = "apple")]
fn pid(socket: BorrowedFd<'_>) -> Option<i32> {
    use nix::sys::socket::{getsockopt, sockopt::LocalPeerPid};

    getsockopt(&socket, LocalPeerPid)
        .ok()
        .filter(|pid| *pid != 0)
}

#[cfg(any(
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
))]
const fn pid(_socket: BorrowedFd<'_>) -> Option<i32> {
    None
}

/// Tells who is at the other end of a connection, where the system can.
///
/// # Errors
///
/// This system cannot.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
)))]
pub fn peer_identity(_socket: BorrowedFd<'_>) -> io::Result<PeerIdentity> {
    Err(io::ErrorKind::Unsupported.into())
}
