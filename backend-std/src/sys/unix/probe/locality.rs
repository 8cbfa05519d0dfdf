//! Whether the process of a socket file would be in this kernel.
//!
//! On a network or shared file system, or in a layer of an overlay, a connect is refused although
//! a server listens: in another kernel, or on the overlay's own inode.

use std::path::Path;

/// Returns whether a refusal by the socket file at a path proves that no process has the socket.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn is_local(path: &Path) -> bool {
    let Ok(file_system) = rustix::fs::statfs(path) else {
        return false;
    };
    // The number has 32 bits, in a type that depends on the architecture.
    let file_system = file_system.f_type as u32;
    if !is_local_type(file_system) || super::overlay::is_in_layer(path) {
        return false;
    }
    // A socket that was bound in a layer has another inode there, of the same number.
    file_system != OVERLAY || !super::super::process::has_namesake(path)
}

/// The type of an overlay, as a container often has it for its root.
#[cfg(any(target_os = "linux", target_os = "android"))]
const OVERLAY: u32 = 0x794C_7630;

/// Returns whether the sockets of such a file system belong to this kernel.
///
/// The numbers are those of `statfs(2)`.
#[cfg(any(target_os = "linux", target_os = "android"))]
const fn is_local_type(file_system: u32) -> bool {
    matches!(
        file_system,
        0xEF53 // ext2, ext3, ext4
            | 0x0102_1994 // tmpfs
            | 0x2405_1905 // ubifs
            | 0x2FC1_2FC1 // zfs
            | 0x3153_464A // jfs
            | 0x5265_4973 // reiserfs
            | 0x5846_5342 // xfs
            | OVERLAY
            | 0x8584_58F6 // ramfs
            | 0x9123_683E // btrfs
            | 0xCA45_1A4E // bcachefs
            | 0xF2F5_2010 // f2fs
    )
}

/// Returns whether a refusal by the socket file at a path proves that no process has the socket.
#[cfg(any(
    target_vendor = "apple",
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "openbsd"
))]
pub(super) fn is_local(path: &Path) -> bool {
    const MNT_LOCAL: u64 = 0x1000;

    #[allow(clippy::unnecessary_cast, reason = "the type differs between systems")]
    rustix::fs::statfs(path).is_ok_and(|file_system| file_system.f_flags as u64 & MNT_LOCAL != 0)
}

/// Returns whether a refusal by the socket file at a path proves that no process has the socket.
///
/// This system does not tell.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "openbsd"
)))]
pub(super) const fn is_local(_path: &Path) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_file_systems_known_to_be_local_are_local() {
        let local = [0xEF53, 0x0102_1994, 0x5846_5342, 0x9123_683E, 0x794C_7630];
        assert!(local.into_iter().all(is_local_type));
        let remote = [
            ("nfs", 0x6969),
            ("9p", 0x0102_1997),
            ("fuse, virtiofs", 0x6573_5546),
            ("cifs", 0xFF53_4D42),
            ("ceph", 0x00C3_6400),
            ("vboxsf", 0x786F_4256),
            ("ecryptfs", 0xF15F),
            ("unheard of", 0x1234_5678),
        ];
        for (name, number) in remote {
            assert!(!is_local_type(number), "{name}");
        }
    }

    #[test]
    fn the_system_is_asked_about_the_file_system() {
        let directory = tempfile::tempdir_in("/dev/shm");
        let Ok(directory) = directory else {
            println!("skipped: there is no /dev/shm");
            return;
        };
        assert!(is_local(directory.path()));
        assert!(!is_local(Path::new("/proc/self")));
        assert!(!is_local(&directory.path().join("missing")));
    }
}
