//! Who may connect: the mode and the owner of a socket file.
//!
//! The file must never admit anybody whom the options do not name, not even while nobody can
//! connect yet: the kernel checks the permission of a client before it looks whether the socket
//! listens. So the order is: restrict the mode to the owner's bits · bind · remove the ACL that the
//! directory has given to the file · set the group, the mode and the owner · read all of it back ·
//! listen.

use std::fs::Metadata;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::{io, iter};

use anteroom_core::{Detail, ErrorKind, Failure, ListenOptions, Operation, Owner, rules};
use rustix::fs::{Mode, RawMode};
use rustix::process::{getegid, geteuid};

use super::codes::{failure, io_failure};
use super::identity::{SocketFile, lstat};

/// Whether the mode of a socket file decides who may connect.
///
/// Linux and, by their sources, macOS and the BSDs ask for permission to write.
///
/// # Specification
///
/// OPT-11.
//= OPT-11
pub const MODES_ARE_ENFORCED: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
));

/// The bits of a mode that its owner has.
const OWNER_BITS: u32 = 0o700;

/// The access that a socket file is to have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    /// The exact mode; `None` keeps what the umask and the directory's ACL leave.
    mode: Option<u32>,
    owner: Owner,
}

impl Access {
    /// Returns the access that the options ask for.
    pub(super) const fn of(options: ListenOptions) -> Self {
        Self {
            mode: rules::mode(options.socket),
            owner: options.owner,
        }
    }

    /// Restricts the mode with which `bind` creates the file to the owner's bits.
    ///
    /// The group bits have to wait: if the directory has a default ACL they become its mask, and
    /// would admit the users whom it names. Linux alone applies the mode of a socket to its file.
    //= OPT-9
    pub(super) fn restrict(self, socket: &OwnedFd) -> Result<(), Failure> {
        let Some(mode) = self.mode else {
            return Ok(());
        };
        let mode = Mode::from_raw_mode((mode & OWNER_BITS) as RawMode);
        match rustix::fs::fchmod(socket, mode) {
            Err(code) if cfg!(any(target_os = "linux", target_os = "android")) => {
                Err(failure(Operation::Listen, code))
            }
            _ => Ok(()),
        }
    }

    /// Gives the new file its access, and reads it back. Returns false if the file was replaced.
    ///
    /// # Errors
    ///
    /// Reports why the file cannot have exactly this access. Its owner is the process again then,
    /// so that it can be removed.
    ///
    /// # Specification
    ///
    /// OPT-4 to OPT-9.
    //= OPT-4, OPT-5, OPT-6, OPT-7, OPT-8, OPT-9
    pub(super) fn apply(self, file: &SocketFile) -> Result<bool, Failure> {
        if self.mode.is_none() && self.owner.is_default() {
            return Ok(true);
        }
        let Some(target) = Target::hold(file).map_err(listen_failure)? else {
            return Ok(false);
        };
        match self.apply_to(&target) {
            Ok(()) => target.is_in_place().map_err(listen_failure),
            Err(failure) => {
                target.give_back();
                Err(failure)
            }
        }
    }

    fn apply_to(self, target: &Target<'_>) -> Result<(), Failure> {
        let mut denied = None;
        for path in target.paths() {
            match self.apply_by(&path, target) {
                // Something that protects `/proc` may deny what the plain path allows.
                Err(failure) if failure.kind() == ErrorKind::Access => {
                    denied.get_or_insert(failure);
                }
                result => return result,
            }
        }
        // The group bits limit what an ACL grants, so that without them there is nothing to remove.
        let metadata = target.metadata().map_err(listen_failure)?;
        if self.mode == Some(OWNER_BITS) && self.is_held_by(&metadata) {
            return Ok(());
        }
        Err(denied.unwrap_or_else(|| {
            Failure::new(Operation::Listen, ErrorKind::Access).with_detail(Detail::UnsafeDirectory)
        }))
    }

    /// Changes the file through a path that nobody else can make lead elsewhere.
    fn apply_by(self, path: &Path, target: &Target<'_>) -> Result<(), Failure> {
        if self.mode.is_some() {
            remove_acl(path).map_err(listen_failure)?;
        }
        // One who has only CAP_CHOWN cannot change the mode of a file that is given away. To set it
        // before is as strict if the owner is among those who may connect.
        let (before, after) = match self.mode {
            Some(mode) if mode & OWNER_BITS != 0 => (
                Owner::new(None, self.owner.group),
                Owner::new(self.owner.user, None),
            ),
            _ => (self.owner, Owner::default()),
        };
        change_owner(path, before)?;
        if let Some(mode) = self.mode {
            let metadata = target.metadata().map_err(listen_failure)?;
            if permissions(&metadata) != mode {
                change_mode(path, mode).map_err(|error| self.mode_failure(&error))?;
            }
        }
        change_owner(path, after)?;
        let metadata = target.metadata().map_err(listen_failure)?;
        if self.is_held_by(&metadata) && (self.mode.is_none() || has_no_acl(path)) {
            Ok(())
        } else {
            Err(Failure::new(Operation::Listen, ErrorKind::Unsupported)
                .with_detail(Detail::AccessNotKept))
        }
    }

    /// Returns whether a file with this metadata has the mode and the owner.
    fn is_held_by(self, metadata: &Metadata) -> bool {
        self.mode.is_none_or(|mode| permissions(metadata) == mode)
            && self.owner.user.is_none_or(|user| metadata.uid() == user)
            && self.owner.group.is_none_or(|group| metadata.gid() == group)
    }

    fn mode_failure(self, error: &io::Error) -> Failure {
        let failure = listen_failure_of(error);
        if self.owner.user.is_some() && failure.kind() == ErrorKind::Access {
            // The file belongs to the other user already.
            return failure.with_detail(Detail::OwnerRefused);
        }
        failure
    }
}

fn permissions(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

fn change_owner(path: &Path, owner: Owner) -> Result<(), Failure> {
    if owner.is_default() {
        return Ok(());
    }
    chown(path, owner).map_err(|error| listen_failure_of(&error).with_detail(Detail::OwnerRefused))
}

fn listen_failure(error: io::Error) -> Failure {
    listen_failure_of(&error)
}

fn listen_failure_of(error: &io::Error) -> Failure {
    io_failure(Operation::Listen, error)
}

/// The new file, held so that changes cannot reach another one.
#[derive(Debug)]
struct Target<'a> {
    file: &'a SocketFile,
    /// Refers to the file itself, whatever becomes of its path.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    held: std::fs::File,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl<'a> Target<'a> {
    /// Gets hold of the file without opening it, unless it is another one by now.
    fn hold(file: &'a SocketFile) -> io::Result<Option<Self>> {
        use rustix::fs::OFlags;

        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let held = match rustix::fs::open(file.path(), flags, Mode::empty()) {
            Ok(held) => std::fs::File::from(held),
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let is_ours = file.is(&held.metadata()?);
        Ok(is_ours.then_some(Self { file, held }))
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.held.metadata()
    }

    /// Returns the paths through which nothing but this file can be changed, best first.
    ///
    /// The one through `/proc` leads to what this thread has open: other threads may have other
    /// descriptors under the same number. It is tried only if it does lead to the file.
    fn paths(&self) -> impl Iterator<Item = PathBuf> {
        use std::os::fd::AsRawFd as _;

        let descriptor = self.held.as_raw_fd();
        let through_proc = PathBuf::from(format!("/proc/thread-self/fd/{descriptor}"));
        let leads_here =
            |path: &PathBuf| std::fs::metadata(path).is_ok_and(|metadata| self.file.is(&metadata));
        let through_proc = Some(through_proc).filter(leads_here);
        let plain = iter::once_with(|| guarded_path(self.file)).flatten();
        through_proc.into_iter().chain(plain)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl<'a> Target<'a> {
    /// Looks whether the file is still in its place.
    fn hold(file: &'a SocketFile) -> io::Result<Option<Self>> {
        Ok(file.is_in_place()?.then_some(Self { file }))
    }

    fn metadata(&self) -> io::Result<Metadata> {
        lstat(self.file.path())?.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Returns the paths through which nothing but this file can be changed.
    fn paths(&self) -> impl Iterator<Item = PathBuf> {
        guarded_path(self.file).into_iter()
    }
}

impl Target<'_> {
    /// Returns whether the file still stands where it was created.
    fn is_in_place(&self) -> io::Result<bool> {
        self.file.is_in_place()
    }

    /// Makes the process the owner of the file again. If that fails, removing it tells why.
    fn give_back(&self) {
        let own = Owner::new(Some(geteuid().as_raw()), Some(getegid().as_raw()));
        let is_ours = self
            .metadata()
            .is_ok_and(|metadata| Some(metadata.uid()) == own.user);
        if !is_ours {
            let _ = self.paths().next().map(|path| chown(&path, own));
        }
    }
}

/// Returns the path of the file, if nobody else can put another file there.
fn guarded_path(file: &SocketFile) -> Option<PathBuf> {
    is_guarded(file.path()).then(|| file.path().to_path_buf())
}

/// Returns whether only this user and root can replace what stands at a path.
///
/// Every directory on the way belongs to one of them, and others cannot write to it, or they can
/// replace only what is theirs. A symbolic link on the way is not followed: it is no directory.
fn is_guarded(path: &Path) -> bool {
    const OTHERS_WRITE: u32 = 0o022;
    const STICKY: u32 = 0o1000;

    let own = geteuid().as_raw();
    path.ancestors().skip(1).all(|directory| {
        lstat(directory).ok().flatten().is_some_and(|metadata| {
            metadata.is_dir()
                && (metadata.uid() == own || metadata.uid() == 0)
                && (metadata.mode() & OTHERS_WRITE == 0 || metadata.mode() & STICKY != 0)
        })
    })
}

/// Follows a link: the path through `/proc` is one.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn change_mode(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Does not follow a link.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn change_mode(path: &Path, mode: u32) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, chmodat};

    let mode = Mode::from_raw_mode(mode as RawMode);
    Ok(chmodat(CWD, path, mode, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// Follows a link: the path through `/proc` is one.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn chown(path: &Path, owner: Owner) -> io::Result<()> {
    std::os::unix::fs::chown(path, owner.user, owner.group)
}

/// Does not follow a link.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn chown(path: &Path, owner: Owner) -> io::Result<()> {
    std::os::unix::fs::lchown(path, owner.user, owner.group)
}

/// Where Linux keeps the ACL of a file.
#[cfg(any(target_os = "linux", target_os = "android"))]
const ACL: &str = "system.posix_acl_access";

/// Removes the ACL that a file has from its directory's default one; most have none.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn remove_acl(path: &Path) -> io::Result<()> {
    use rustix::io::Errno;

    match rustix::fs::removexattr(path, ACL) {
        Ok(()) | Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(()),
        Err(code) => Err(code.into()),
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn has_no_acl(path: &Path) -> bool {
    use rustix::io::Errno;

    let found = rustix::fs::getxattr(path, ACL, &mut [0_u8; 0]);
    matches!(found, Err(Errno::NODATA | Errno::OPNOTSUPP))
}

/// These systems offer no safe call for it; the mode limits neither what their ACLs grant.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn remove_acl(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn has_no_acl(_path: &Path) -> bool {
    true
}
