//! The paths by which the access of a socket file is changed.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anteroom_core::{Detail, Failure, Owner};
use rustix::process::geteuid;

use super::super::identity::lstat;
use super::refused;

/// Whether a directory that others can write to is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Not at all.
    Strict,
    /// If it is sticky: others can replace only what is theirs, so the file has to be ours.
    Sticky,
}

/// Returns whether only this user and root can replace what stands at a path.
///
/// Every directory on the way belongs to one of them, and others cannot write to it. A symbolic link
/// on the way is not followed: it is no directory.
pub(super) fn is_guarded(path: &Path, trust: Trust) -> bool {
    const OTHERS_WRITE: u32 = 0o022;
    const STICKY: u32 = 0o1000;

    let own = geteuid().as_raw();
    path.ancestors().skip(1).all(|directory| {
        lstat(directory).ok().flatten().is_some_and(|metadata| {
            let is_sticky = trust == Trust::Sticky && metadata.mode() & STICKY != 0;
            metadata.is_dir()
                && (metadata.uid() == own || metadata.uid() == 0)
                && (metadata.mode() & OTHERS_WRITE == 0 || is_sticky)
        })
    })
}

/// A path by which the file is changed.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) path: PathBuf,
    /// The file's own path. The one through `/proc` is a link, which has to be followed.
    pub(super) is_plain: bool,
}

impl Way {
    pub(super) fn change_owner(&self, owner: Owner) -> Result<(), Failure> {
        let Owner { user, group, .. } = owner;
        let changed = match (owner.is_default(), self.is_plain) {
            (true, _) => Ok(()),
            (false, true) => std::os::unix::fs::lchown(&self.path, user, group),
            (false, false) => std::os::unix::fs::chown(&self.path, user, group),
        };
        changed.map_err(|error| refused(&error).with_detail(Detail::OwnerRefused))
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Way {
    /// Where Linux keeps the ACL of a file.
    const ACL: &str = "system.posix_acl_access";

    pub(super) fn change_mode(&self, mode: u32) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;

        std::fs::set_permissions(&self.path, std::fs::Permissions::from_mode(mode))
    }

    /// Removes the ACL that a file has from its directory's default one; most have none.
    pub(super) fn remove_acl(&self) -> io::Result<()> {
        let removed = if self.is_plain {
            rustix::fs::lremovexattr(&self.path, Self::ACL)
        } else {
            rustix::fs::removexattr(&self.path, Self::ACL)
        };
        unless_absent(removed).map(drop)
    }

    pub(super) fn has_acl(&self) -> io::Result<bool> {
        let found = if self.is_plain {
            rustix::fs::lgetxattr(&self.path, Self::ACL, &mut [0_u8; 0])
        } else {
            rustix::fs::getxattr(&self.path, Self::ACL, &mut [0_u8; 0])
        };
        unless_absent(found).map(|found| found.is_some())
    }
}

/// Takes the lack of an ACL, or of ACLs, for an answer.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn unless_absent<T>(result: rustix::io::Result<T>) -> io::Result<Option<T>> {
    use rustix::io::Errno;

    match result {
        Ok(value) => Ok(Some(value)),
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        Err(code) => Err(code.into()),
    }
}

/// These systems offer no safe call for ACLs; the mode does not limit what theirs grant.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Way {
    pub(super) fn change_mode(&self, mode: u32) -> io::Result<()> {
        use rustix::fs::{AtFlags, CWD, Mode, RawMode, chmodat};

        let mode = Mode::from_raw_mode(mode as RawMode);
        Ok(chmodat(CWD, &self.path, mode, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    pub(super) const fn remove_acl(&self) -> io::Result<()> {
        Ok(())
    }

    pub(super) const fn has_acl(&self) -> io::Result<bool> {
        Ok(false)
    }
}
