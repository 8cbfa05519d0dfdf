use std::ffi::{OsStr, OsString};

use anteroom_core::ServerName;

/// Converts a name of the application.
///
/// On Windows these bytes are WTF-8, so that invalid names are preserved.
pub fn server_name(name: impl AsRef<OsStr>) -> ServerName {
    ServerName::from(name.as_ref().as_encoded_bytes())
}

/// Converts a name for the application.
#[cfg(unix)]
pub fn os_str(name: &ServerName) -> &OsStr {
    use std::os::unix::ffi::OsStrExt as _;

    OsStr::from_bytes(name.as_bytes())
}

/// Converts a name for the application. It ends before the first byte that is not UTF-8.
///
/// Other bytes cannot be converted without `unsafe` code. `bind` rejects such names, so only errors
/// contain them.
#[cfg(not(unix))]
pub fn os_str(name: &ServerName) -> &OsStr {
    let start = name.as_bytes().utf8_chunks().next();
    OsStr::new(start.map_or("", |chunk| chunk.valid()))
}

/// Converts a name into an owned one.
pub(crate) fn os_string(name: &ServerName) -> OsString {
    os_str(name).to_owned()
}
