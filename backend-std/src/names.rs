use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use anteroom_core::ServerName;

/// Takes a name as the application gives it.
pub fn server_name(name: impl AsRef<OsStr>) -> ServerName {
    ServerName::from(name.as_ref().as_bytes())
}

/// Gives a name as the application wants it.
pub fn os_str(name: &ServerName) -> &OsStr {
    OsStr::from_bytes(name.as_bytes())
}

/// Gives a name to keep.
pub(crate) fn os_string(name: &ServerName) -> OsString {
    OsString::from_vec(name.as_bytes().to_vec())
}
