use std::ffi::OsStr;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::{env, fs, io};

use anteroom_core::rules::unix::{self, Address, Environment};
use anteroom_core::{
    Detail, ErrorKind, Failure, ListenOptions, Operation, ServerName, SocketOptions,
};
use rustix::net::{SocketAddrAny, SocketAddrUnix};

use super::access::MODES_ARE_ENFORCED;

/// Resolves a name by the core's rules, with the `TMPDIR` of this process.
///
/// # Errors
///
/// Returns a name error before any system call.
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

/// Resolves the name of a server, and checks its options.
///
/// # Errors
///
/// See [`resolve`]. An owner of an abstract name is unsupported.
pub(super) fn resolve_to_listen(
    name: &ServerName,
    options: ListenOptions,
) -> Result<Address, Failure> {
    let directory = env::var_os("TMPDIR");
    let environment = environment(directory.as_deref().map(OsStr::as_bytes));
    unix::resolve_to_listen(name, options, environment)
}

/// Returns the address of the server at either end of a connection, or `None` for a pair.
///
/// # Errors
///
/// Returns the error of the operating system.
pub fn server_address(socket: BorrowedFd<'_>) -> io::Result<Option<Address>> {
    Ok(match address_of(rustix::net::getsockname(socket)?) {
        Some(address) => Some(address),
        None => rustix::net::getpeername(socket)?.and_then(address_of),
    })
}

/// Converts an address. Returns `None` for an unnamed one.
pub(super) fn address_of(address: SocketAddrAny) -> Option<Address> {
    let address = SocketAddrUnix::try_from(address).ok()?;
    match address.path_bytes() {
        Some(path) if !path.is_empty() => Some(Address::Path(ServerName::from(path))),
        _ => abstract_name(&address),
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn abstract_name(address: &SocketAddrUnix) -> Option<Address> {
    let name = address.abstract_name().filter(|name| !name.is_empty())?;
    Some(Address::Abstract(ServerName::from(name)))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn abstract_name(_: &SocketAddrUnix) -> Option<Address> {
    None
}

/// Checks that the temporary directory exists, if the name leads there.
///
/// Called where nothing at the full name would otherwise be a success.
///
/// # Errors
///
/// Not found: the temporary directory does not exist, or is not a directory.
//= FULL-5
pub(super) fn require_directory(
    name: &ServerName,
    full_name: &ServerName,
    operation: Operation,
) -> Result<(), Failure> {
    if name.as_bytes().starts_with(b"/") {
        return Ok(());
    }
    let directory = full_name.as_bytes().len() - name.as_bytes().len();
    let directory = Path::new(OsStr::from_bytes(&full_name.as_bytes()[..directory]));
    if directory.is_dir() {
        Ok(())
    } else {
        Err(Failure::new(operation, ErrorKind::NotFound).with_detail(Detail::MissingDirectory))
    }
}

/// Returns whether the directory in which a path lies does not exist.
pub(super) fn is_directory_missing(path: &ServerName) -> bool {
    path_of(path).parent().is_some_and(|directory| {
        fs::metadata(directory).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    })
}

/// Only Linux is known to have the longer addresses; the shorter ones fit everywhere.
const fn environment(temporary_directory: Option<&[u8]>) -> Environment<'_> {
    let environment = if cfg!(any(target_os = "linux", target_os = "android")) {
        Environment::linux(temporary_directory)
    } else {
        Environment::bsd(temporary_directory)
    };
    if MODES_ARE_ENFORCED {
        environment
    } else {
        environment.ignoring_modes()
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
