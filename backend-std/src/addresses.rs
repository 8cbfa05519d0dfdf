use std::ffi::OsString;
use std::io::Result;
use std::os::fd::BorrowedFd;

use anteroom_core::rules::unix::Address;

use crate::names::os_string;
use crate::sys;

/// Returns the full name of the server, at either end of a connection.
///
/// A client's socket has no name, so the end that has one is the server's.
///
/// # Errors
///
/// Returns the error of the operating system.
pub fn full_server_name_of(socket: BorrowedFd<'_>) -> Result<Option<OsString>> {
    Ok(sys::server_address(socket)?.map(|address| os_string(address.full_name())))
}

/// Returns the name of the server: the last component of a path, or an abstract name.
///
/// # Errors
///
/// Returns the error of the operating system.
pub fn server_name_of(socket: BorrowedFd<'_>) -> Result<Option<OsString>> {
    Ok(sys::server_address(socket)?.map(|address| match address {
        Address::Path(path) => os_string(&path.last_component()),
        Address::Abstract(name) => os_string(&name),
    }))
}
