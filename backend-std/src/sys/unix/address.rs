use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use anteroom_core::rules::unix::{self, Address, Environment};
use anteroom_core::{Failure, Operation, ServerName, SocketOptions};
use rustix::net::SocketAddrUnix;

/// Works out where a name leads: the core's rule, applied to this process's `TMPDIR`.
///
/// # Errors
///
/// A name error, before anything on disk was touched.
///
/// # Specification
///
/// FULL-2, FULL-3, FULL-5, CON-1.
//= FULL-2, FULL-3, FULL-5, CON-1
pub fn resolve(
    name: &ServerName,
    options: SocketOptions,
    operation: Operation,
) -> Result<Address, Failure> {
    let directory = env::var_os("TMPDIR");
    let environment = environment(directory.as_deref().map(OsStr::as_bytes));
    unix::resolve(name, options, environment, operation)
}

/// Only Linux is known to have the longer addresses; the shorter ones fit everywhere.
const fn environment(temporary_directory: Option<&[u8]>) -> Environment<'_> {
    if cfg!(any(target_os = "linux", target_os = "android")) {
        Environment::linux(temporary_directory)
    } else {
        Environment::bsd(temporary_directory)
    }
}

/// Returns the path that a resolved name consists of.
pub(super) fn path_of(full_name: &ServerName) -> &Path {
    Path::new(OsStr::from_bytes(full_name.as_bytes()))
}

/// Puts an address into the form which the system calls take.
pub(super) fn socket_address(address: &Address) -> rustix::io::Result<SocketAddrUnix> {
    match address {
        Address::Path(path) => SocketAddrUnix::new(path.as_bytes()),
        #[cfg(any(target_os = "linux", target_os = "android"))]
        Address::Abstract(name) => SocketAddrUnix::new_abstract_name(name.as_bytes()),
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        Address::Abstract(_) => Err(rustix::io::Errno::AFNOSUPPORT),
    }
}
