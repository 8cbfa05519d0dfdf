use std::ffi::{OsStr, OsString};

use anteroom_core::ServerName;

/// Takes a name as the application gives it.
///
/// On Windows these bytes are WTF-8: the UTF-8 of a valid name, and still all of an invalid one.
pub fn server_name(name: impl AsRef<OsStr>) -> ServerName {
    ServerName::from(name.as_ref().as_encoded_bytes())
}

/// Gives a name as the application wants it.
#[cfg(unix)]
pub fn os_str(name: &ServerName) -> &OsStr {
    use std::os::unix::ffi::OsStrExt as _;

    OsStr::from_bytes(name.as_bytes())
}

/// Gives a name as the application wants it. It ends before the first byte that is not UTF-8.
///
/// Valid Unicode comes back whole. Anything else cannot be converted without `unsafe` code: `bind` of
/// a platform here rejects such a name, so that only errors can contain one.
#[cfg(not(unix))]
pub fn os_str(name: &ServerName) -> &OsStr {
    let start = name.as_bytes().utf8_chunks().next();
    OsStr::new(start.map_or("", |chunk| chunk.valid()))
}

/// Gives a name to keep.
pub(crate) fn os_string(name: &ServerName) -> OsString {
    os_str(name).to_owned()
}
