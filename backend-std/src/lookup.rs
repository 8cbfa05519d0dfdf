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
/// # Specification
///
/// REM-1, REM-2, REM-3, REM-5, REM-6.
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
pub fn remove_server(name: impl AsRef<OsStr>) -> Result<()> {
    let name = server_name(name);
    sys::remove(&name).map_err(|error| Error::named(name, error))
}

/// Looks what is at `name`, without anybody noticing.
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
/// The process that listens is found on Linux only, and only if it may be looked at.
///
/// # Examples
///
/// ```
/// use anteroom_std::{Found, SocketOptions, look};
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
