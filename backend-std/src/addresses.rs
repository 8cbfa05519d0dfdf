use std::ffi::OsString;
use std::io::Result;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::SocketAddr;

use anteroom_core::ServerName;

use crate::names::os_string;

/// Returns the full name of the server, whichever end of the connection is the local one.
///
/// A client has no name of its own, so its peer's is the server's; and the other way round.
///
/// # Errors
///
/// What `peer` reports.
pub fn full_server_name_between(
    local: SocketAddr,
    peer: impl FnOnce() -> Result<SocketAddr>,
) -> Result<Option<OsString>> {
    Ok(between(&local, peer)?.as_ref().map(os_string))
}

/// Returns the name of the server: the last part of a path, or the whole of an abstract name.
///
/// # Errors
///
/// What `peer` reports.
pub fn server_name_between(
    local: SocketAddr,
    peer: impl FnOnce() -> Result<SocketAddr>,
) -> Result<Option<OsString>> {
    let full_name = between(&local, peer)?;
    Ok(full_name.map(|name| {
        if is_path(&name) {
            os_string(&name.last_component())
        } else {
            os_string(&name)
        }
    }))
}

fn between(
    local: &SocketAddr,
    peer: impl FnOnce() -> Result<SocketAddr>,
) -> Result<Option<ServerName>> {
    match full_name(local) {
        Some(name) => Ok(Some(name)),
        None => Ok(full_name(&peer()?)),
    }
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
