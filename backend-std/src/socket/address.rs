use std::io::Result;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};

use anteroom_core::ServerName;

/// Returns the full name of the server, whichever end of the connection this is.
///
/// A client has no name of its own, so its peer's is the server's; and the other way round.
pub(super) fn full_server_name(stream: &UnixStream) -> Result<Option<ServerName>> {
    match full_name(&stream.local_addr()?) {
        Some(name) => Ok(Some(name)),
        None => Ok(full_name(&stream.peer_addr()?)),
    }
}

/// Returns the name of the server: the last part of a path, or the whole of an abstract name.
pub(super) fn server_name(stream: &UnixStream) -> Result<Option<ServerName>> {
    let full_name = full_server_name(stream)?;
    Ok(full_name.map(|name| {
        if is_path(&name) {
            name.last_component()
        } else {
            name
        }
    }))
}

fn is_path(name: &ServerName) -> bool {
    name.as_bytes().starts_with(b"/")
}

fn full_name(address: &SocketAddr) -> Option<ServerName> {
    if let Some(path) = address.as_pathname() {
        return Some(ServerName::from(path.as_os_str().as_bytes()));
    }
    abstract_name(address)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn abstract_name(address: &SocketAddr) -> Option<ServerName> {
    #[cfg(target_os = "android")]
    use std::os::android::net::SocketAddrExt as _;
    #[cfg(target_os = "linux")]
    use std::os::linux::net::SocketAddrExt as _;
    address.as_abstract_name().map(ServerName::from)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn abstract_name(_: &SocketAddr) -> Option<ServerName> {
    None
}
