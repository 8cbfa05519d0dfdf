use std::ffi::OsStr;

use crate::names::server_name;
use crate::sys::{self, Look};
use crate::{Error, Result, SocketOptions};

/// Removes the socket at `name`, which a crashed server left behind.
///
/// That nothing is there is a success. A running server's socket is removed as well.
///
/// # Errors
///
/// [`WrongObject`](crate::ErrorKind::WrongObject) if something else than a socket is there: it is
/// left alone. [`Name`](crate::ErrorKind::Name) if the name is invalid, by the same rules as for
/// `listen` of a server. [`NotFound`](crate::ErrorKind::NotFound) if the temporary directory does
/// not exist. Otherwise what the operating system reports.
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

/// Returns what is at `name`; no server notices.
///
/// A link is followed; only one that leads nowhere is itself found. The process that listens is
/// known only if exactly one that may be examined has the socket.
///
/// # Errors
///
/// [`Name`](crate::ErrorKind::Name): the name is invalid, by the same rules as for `listen` of a
/// server. [`NotFound`](crate::ErrorKind::NotFound): the temporary directory does not exist.
/// Otherwise what the operating system reports, such as a lack of permission.
///
/// # Platform-specific behavior
///
/// The process that listens is found on Linux only, and only if it may be looked at. Only Linux
/// tells a socket that does not listen from a live server.
///
/// A refused probe proves that a server has crashed only if the kernel has been seen to tell live
/// sockets from dead ones, on sockets that are made in a private directory for that, once in each
/// process; and only on a local file system, outside of the layers of overlay mounts. Otherwise the
/// answer is [`Found::Unknown`](crate::Found::Unknown), and [`look_by_connecting`] may tell more.
/// A directory that is shared with a virtual machine looks local from the host.
///
/// # Examples
///
/// ```
/// use anteroom::{look, Found, SocketOptions};
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let options = SocketOptions::empty();
/// assert_eq!(look(&name, options)?.found, Found::Absent);
///
/// let server = UnixListener::bind(&name)?;
/// assert_eq!(look(&name, options)?.found, Found::Live);
/// drop(server); // it leaves its file behind, as a crash does
/// assert_eq!(look(&name, options)?.found, Found::Stale);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn look(name: impl AsRef<OsStr>, options: SocketOptions) -> Result<Look> {
    let name = server_name(name);
    sys::look(&name, options).map_err(|error| Error::named(name, error))
}

/// Returns what is at `name`, and connects to the socket there if looking does not tell.
///
/// It does what [`look`] does. If the answer is [`Found::Unknown`](crate::Found::Unknown), it then
/// connects and closes the connection at once: the server accepts it, counts it, and is started if
/// connecting starts it. If the connection is refused on a local file system, the server has crashed
/// or does not listen yet: the answer is [`Found::Stale`](crate::Found::Stale).
///
/// # Errors
///
/// The name is invalid, or what is there may not be looked at.
///
/// # Examples
///
/// ```
/// use anteroom::{look_by_connecting, Found, SocketOptions};
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let server = UnixListener::bind(&name)?;
/// assert_eq!(look_by_connecting(&name, SocketOptions::empty())?.found, Found::Live);
/// # drop(server);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn look_by_connecting(name: impl AsRef<OsStr>, options: SocketOptions) -> Result<Look> {
    let name = server_name(name);
    sys::look_by_connecting(&name, options).map_err(|error| Error::named(name, error))
}
