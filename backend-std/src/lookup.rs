use std::ffi::OsStr;

use crate::names::server_name;
use crate::sys::{self, Inspection};
use crate::{Error, Result, SocketOptions};

/// Removes the socket at `name`, which a crashed server left behind.
///
/// Succeeds if nothing exists at `name`. Also removes the socket file of a live server.
///
/// # Errors
///
/// Returns [`WrongObject`](crate::ErrorKind::WrongObject) if the file is not a socket, which stays,
/// [`Name`](crate::ErrorKind::Name) if the name is invalid, as for `listen`, and
/// [`NotFound`](crate::ErrorKind::NotFound) if the temporary directory does not exist. Otherwise
/// returns the error of the operating system.
///
/// # Examples
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("crashed");
/// drop(std::os::unix::net::UnixListener::bind(&name)?); // it leaves its file behind
/// anteroom_std::remove_server(&name)?;
/// assert!(!name.exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
//= REM-1, REM-2, REM-3, REM-5, REM-6
pub fn remove_server(name: impl AsRef<OsStr>) -> Result<()> {
    let name = server_name(name);
    sys::remove(&name).map_err(|error| Error::named(name, error))
}

/// Determines the state of `name` without connecting.
///
/// Follows symbolic links. A dangling link is reported as a link. The listening process is reported
/// only if exactly one process that may be examined has the socket.
///
/// # Errors
///
/// [`Name`](crate::ErrorKind::Name): the name is invalid, as for `listen` of a server.
/// [`NotFound`](crate::ErrorKind::NotFound): the temporary directory does not exist. Otherwise what
/// the operating system reports, such as a lack of permission.
///
/// # Platform-specific behavior
///
/// Only Linux reports the listening process, and tells a socket that does not listen from a live
/// server.
///
/// The state is [`NameState::Stale`](crate::NameState::Stale) only where a refused probe proves it:
/// on a local file system, outside of the layers of overlay mounts, and after the kernel has told
/// live from stale sockets in a self-test, once for each process. Otherwise the state is
/// [`NameState::Unknown`](crate::NameState::Unknown), and [`inspect_by_connecting`] may determine
/// it. A directory shared with a virtual machine looks local on the host.
///
/// # Examples
///
/// ```
/// use anteroom::{inspect, NameState, SocketOptions};
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let options = SocketOptions::empty();
/// assert_eq!(inspect(&name, options)?.state, NameState::Absent);
///
/// let server = UnixListener::bind(&name)?;
/// assert_eq!(inspect(&name, options)?.state, NameState::Live);
/// drop(server); // it leaves its file behind, as a crash does
/// assert_eq!(inspect(&name, options)?.state, NameState::Stale);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inspect(name: impl AsRef<OsStr>, options: SocketOptions) -> Result<Inspection> {
    let name = server_name(name);
    sys::inspect(&name, options).map_err(|error| Error::named(name, error))
}

/// Determines the state of `name`, connecting to it if necessary.
///
/// Like [`inspect`], but if the state is [`NameState::Unknown`](crate::NameState::Unknown), it
/// connects and closes the connection at once. The server accepts this connection, and socket
/// activation starts it. If the connection is refused on a local file system, the server has
/// crashed or does not listen yet: the state is [`NameState::Stale`](crate::NameState::Stale).
///
/// # Errors
///
/// Returns an error if the name is invalid, or if the file may not be examined.
///
/// # Examples
///
/// ```
/// use anteroom::{inspect_by_connecting, NameState, SocketOptions};
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let server = UnixListener::bind(&name)?;
/// assert_eq!(inspect_by_connecting(&name, SocketOptions::empty())?.state, NameState::Live);
/// # drop(server);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inspect_by_connecting(
    name: impl AsRef<OsStr>,
    options: SocketOptions,
) -> Result<Inspection> {
    let name = server_name(name);
    sys::inspect_by_connecting(&name, options).map_err(|error| Error::named(name, error))
}
