use std::ffi::OsString;
use std::io::Result;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::SocketAddr;

use anteroom_core::ServerName;
use anteroom_core::rules::unix::Address;

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
    Ok(between(&local, peer)?.map(|address| os_string(address.full_name())))
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
    Ok(between(&local, peer)?.map(|address| match address {
        Address::Path(path) => os_string(&path.last_component()),
        Address::Abstract(name) => os_string(&name),
    }))
}

fn between(
    local: &SocketAddr,
    peer: impl FnOnce() -> Result<SocketAddr>,
) -> Result<Option<Address>> {
    match address_of(local) {
        Some(address) => Ok(Some(address)),
        None => Ok(address_of(&peer()?)),
    }
}

fn address_of(address: &SocketAddr) -> Option<Address> {
    match address.as_pathname() {
        Some(path) => Some(Address::Path(ServerName::from(path.as_os_str().as_bytes()))),
        None => abstract_name(address).map(Address::Abstract),
    }
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
