use std::io;
use std::path::Path;

use super::identity::SocketFile;

/// Whether the mode of a socket's file decides who may connect.
///
/// Where it does not, everybody may, whatever the options are. The mode is set all the same: some
/// versions of these systems do look at it.
///
/// # Specification
///
/// OPT-7, OPT-11.
//= OPT-11
pub const MODES_ARE_ENFORCED: bool = cfg!(any(target_os = "linux", target_os = "android"));

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

/// Sets the mode of the socket file, and of no other. Tells whether the file was still there.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn set_mode_of(file: &SocketFile, mode: u32) -> io::Result<bool> {
    set_mode_by_path(file, mode)
}

/// Gets hold of the file without opening it, unless it is another one by now.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn hold(file: &SocketFile) -> io::Result<Option<std::fs::File>> {
    use rustix::fs::{Mode, OFlags};

    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let held = match rustix::fs::open(file.path(), flags, Mode::empty()) {
        Ok(held) => std::fs::File::from(held),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(file.is(&held.metadata()?).then_some(held))
}

/// Sets the mode by the path, where there is no better way: Linux without `/proc`, and the BSDs.
///
/// Looks closely before and behind; only what was swapped in between could be hit.
fn set_mode_by_path(file: &SocketFile, mode: u32) -> io::Result<bool> {
    if !file.is_in_place()? {
        return Ok(false);
    }
    chmod(file.path(), mode)?;
    file.is_in_place()
}

/// Follows a link: the way through `/proc` is one.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn chmod(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Does not follow a link.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn chmod(path: &Path, mode: u32) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, Mode, RawMode, chmodat};

    let mode = Mode::from_raw_mode(mode as RawMode);
    Ok(chmodat(CWD, path, mode, AtFlags::SYMLINK_NOFOLLOW)?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, symlink};
    use std::os::unix::net::UnixListener;
    use std::path::Path;

    use super::*;

    fn mode_at(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    /// Tries to set a mode after `swap` has put something else in the place of the file.
    fn after(swap: impl FnOnce(&Path)) -> bool {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let _socket = UnixListener::bind(&path).unwrap();
        let file = SocketFile::created_at(&path).unwrap().unwrap();
        fs::rename(&path, directory.path().join("moved")).unwrap();
        let precious = directory.path().join("precious");
        fs::write(&precious, "").unwrap();
        chmod(&precious, 0o600).unwrap();
        swap(&path);

        let was_ours = set_mode_of(&file, 0o777).unwrap();

        assert_eq!(mode_at(&precious), 0o600);
        was_ours
    }

    #[test]
    fn a_swapped_file_keeps_its_mode() {
        assert!(!after(|_| ()));
        assert!(!after(|path| symlink("precious", path).unwrap()));
        assert!(!after(|path| symlink("moved", path).unwrap()));
        assert!(!after(|path| {
            fs::rename(path.with_file_name("precious"), path).unwrap();
            symlink("s", path.with_file_name("precious")).unwrap();
        }));
    }

    #[test]
    fn without_proc_the_path_is_looked_at_closely() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let _socket = UnixListener::bind(&path).unwrap();
        let file = SocketFile::created_at(&path).unwrap().unwrap();

        assert!(set_mode_by_path(&file, 0o701).unwrap());
        assert_eq!(mode_at(&path), 0o701);

        let moved = directory.path().join("moved");
        fs::rename(&path, &moved).unwrap();
        assert!(!set_mode_by_path(&file, 0o777).unwrap());
        symlink(&moved, &path).unwrap();
        assert!(!set_mode_by_path(&file, 0o777).unwrap());
        assert_eq!(mode_at(&moved), 0o701);
    }
}
