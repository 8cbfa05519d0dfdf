use std::ffi::OsString;
use std::io::Result;
use std::os::fd::BorrowedFd;

use anteroom_core::rules::unix::Address;

use crate::names::os_string;
use crate::sys;

/// Returns the full name of the server, whichever end of the connection this is.
///
/// A client has no name of its own, so its peer's is the server's; and the other way round.
///
/// # Errors
///
/// What the operating system reports.
pub fn full_server_name_of(socket: BorrowedFd<'_>) -> Result<Option<OsString>> {
    Ok(sys::server_address(socket)?.map(|address| os_string(address.full_name())))
}

/// Returns the name of the server: the last part of a path, or the whole of an abstract name.
///
/// # Errors
///
/// What the operating system reports.
pub fn server_name_of(socket: BorrowedFd<'_>) -> Result<Option<OsString>> {
    Ok(sys::server_address(socket)?.map(|address| match address {
        Address::Path(path) => os_string(&path.last_component()),
        Address::Abstract(name) => os_string(&name),
    }))
}
