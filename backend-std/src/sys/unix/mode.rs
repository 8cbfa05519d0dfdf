use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::identity::SocketFile;

/// Sets the mode of the socket file, and of no other. Tells whether the file was still there.
///
/// The umask has no say: it concerns only how files are born, and is never touched.
///
/// # Specification
///
/// OPT-4, OPT-5, OPT-6, OPT-7, OPT-8.
//= OPT-4, OPT-5, OPT-6, OPT-7, OPT-8
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn set_mode_of(file: &SocketFile, mode: u32) -> io::Result<bool> {
    use std::os::fd::AsRawFd as _;

    // Changing the mode by its path would follow a link that somebody put there in the meantime,
    // and open up a file of the user's. So get hold of the file itself, see that it is ours, and
    // go through that.
    let Some(held) = hold(file)? else {
        return Ok(false);
    };
    let way = format!("/proc/self/fd/{}", held.as_raw_fd());
    match chmod(Path::new(&way), mode) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => set_mode_by_path(file, mode),
        Err(error) => Err(error),
    }
}

/// Gets hold of the file without opening it, unless it is another one by now.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn hold(file: &SocketFile) -> io::Result<Option<fs::File>> {
    use rustix::fs::{Mode, OFlags};

    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let held = match rustix::fs::open(file.path(), flags, Mode::empty()) {
        Ok(held) => fs::File::from(held),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(file.is(&held.metadata()?).then_some(held))
}

/// Sets the mode by the path, where `/proc` is not mounted: looks closely before.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn set_mode_by_path(file: &SocketFile, mode: u32) -> io::Result<bool> {
    if !file.is_in_place()? {
        return Ok(false);
    }
    chmod(file.path(), mode)?;
    Ok(true)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn chmod(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Sets the mode of the socket file, and of no other. Tells whether the file was still there.
///
/// The call does not follow links, so that only a swapped file could be hit, between it and the
/// look before; the look behind it then tells.
//= OPT-11
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn set_mode_of(file: &SocketFile, mode: u32) -> io::Result<bool> {
    use rustix::fs::{AtFlags, CWD, Mode, RawMode, chmodat};

    if !file.is_in_place()? {
        return Ok(false);
    }
    let mode = Mode::from_raw_mode(mode as RawMode);
    chmodat(CWD, file.path(), mode, AtFlags::SYMLINK_NOFOLLOW)?;
    file.is_in_place()
}
