//! The mode and the owner of a socket file.
//!
//! The file must never have looser permissions than requested, not even before `listen`: the kernel
//! checks the permission of a client before it checks whether the socket listens. So the order is:
//! restrict the mode to the owner's bits · bind · remove the ACL that the directory has given to
//! the file · set the group, the mode and the owner · read all of it back · listen.

mod way;

use std::fs::Metadata;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::{io, iter};

use anteroom_core::{Detail, ErrorKind, Failure, ListenOptions, Operation, Owner, rules};
use rustix::fs::{Mode, RawMode};
use rustix::process::{getegid, geteuid};

use self::way::{Trust, Way, is_guarded};
use super::codes::{failure, io_failure};
use super::identity::SocketFile;

/// Whether the kernel enforces the mode of a socket file.
///
/// Linux and, by their sources, macOS and the BSDs require write permission.
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

/// The owner's bits of a mode.
const OWNER_BITS: u32 = 0o700;

/// The requested access of a socket file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    /// The exact mode; `None` keeps what the umask and the directory's ACL leave.
    mode: Option<u32>,
    owner: Owner,
}

impl Access {
    /// Returns the access that the options request.
    pub(super) const fn of(options: ListenOptions) -> Self {
        Self {
            mode: rules::mode(options.socket),
            owner: options.owner,
        }
    }

    /// Restricts the mode with which `bind` creates the file to the owner's bits.
    ///
    /// The group bits are set later: with a default ACL of the directory they are its mask, and
    /// would admit the users that it names. Only Linux applies the mode of a socket to its file.
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

    /// Sets the access of the new file, and reads it back. Returns false if the file was replaced.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot have exactly this access. The process is its owner again
    /// then, so that it can be removed.
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
        for way in target.ways(self.trust()) {
            match self.apply_by(&way, target) {
                // A security module may deny access through `/proc` but allow the plain path.
                Err(failure) if failure.kind() == ErrorKind::Access => {
                    denied.get_or_insert(failure);
                }
                result => return result,
            }
        }
        // The group bits limit an ACL, so that without them none has to be removed.
        let metadata = target.metadata().map_err(listen_failure)?;
        if self.mode == Some(OWNER_BITS) && self.is_held_by(&metadata) {
            return Ok(());
        }
        Err(denied.unwrap_or_else(|| {
            Failure::new(Operation::Listen, ErrorKind::Access).with_detail(Detail::UnsafeDirectory)
        }))
    }

    /// Returns which directories are trusted: a user who owns the file can replace it in a sticky
    /// directory.
    const fn trust(self) -> Trust {
        match self.owner.user {
            Some(_) => Trust::Strict,
            None => Trust::Sticky,
        }
    }

    /// Changes the file by a path that no other user can redirect.
    fn apply_by(self, way: &Way, target: &Target<'_>) -> Result<(), Failure> {
        // With CAP_CHOWN alone a process cannot change the mode of a file that it has given away.
        // Setting the mode first is as strict if the owner is among those who may connect.
        let (before, after) = match self.mode {
            Some(mode) if mode & OWNER_BITS != 0 => (
                Owner::new(None, self.owner.group),
                Owner::new(self.owner.user, None),
            ),
            _ => (self.owner, Owner::default()),
        };
        if self.mode.is_some() {
            way.remove_acl().map_err(|error| refused(&error))?;
        }
        way.change_owner(before)?;
        let metadata = target.metadata().map_err(listen_failure)?;
        if let Some(mode) = self.mode.filter(|mode| permissions(&metadata) != *mode) {
            way.change_mode(mode)
                .map_err(|error| self.mode_failure(&error))?;
        }
        way.change_owner(after)?;
        let metadata = target.metadata().map_err(listen_failure)?;
        let has_acl = self.mode.is_some() && way.has_acl().map_err(|error| refused(&error))?;
        if self.is_held_by(&metadata) && !has_acl {
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
        let failure = refused(error);
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

fn listen_failure(error: io::Error) -> Failure {
    io_failure(Operation::Listen, &error)
}

/// The failure of a change of the file's access.
fn refused(error: &io::Error) -> Failure {
    io_failure(Operation::Listen, error).with_detail(Detail::AccessRefused)
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

    /// Returns the way through `/proc`, if it leads to this file.
    ///
    /// It leads to what this thread has open: other threads may have other descriptors under the
    /// same number.
    fn way_through_proc(&self) -> Option<Way> {
        use std::os::fd::AsRawFd as _;

        let descriptor = self.held.as_raw_fd();
        let path = std::path::PathBuf::from(format!("/proc/thread-self/fd/{descriptor}"));
        let leads_here = std::fs::metadata(&path).is_ok_and(|metadata| self.file.is(&metadata));
        leads_here.then_some(Way {
            path,
            is_plain: false,
        })
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl<'a> Target<'a> {
    /// Checks whether the file is still in its place.
    fn hold(file: &'a SocketFile) -> io::Result<Option<Self>> {
        Ok(file.is_in_place()?.then_some(Self { file }))
    }

    fn metadata(&self) -> io::Result<Metadata> {
        super::identity::lstat(self.file.path())?.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// There is no such way.
    const fn way_through_proc(&self) -> Option<Way> {
        None
    }
}

impl Target<'_> {
    /// Returns whether the file is still where it was created.
    fn is_in_place(&self) -> io::Result<bool> {
        self.file.is_in_place()
    }

    /// Returns the paths that lead to this file only, best first.
    fn ways(&self, trust: Trust) -> impl Iterator<Item = Way> {
        let plain = iter::once_with(move || self.plain_way(trust)).flatten();
        self.way_through_proc().into_iter().chain(plain)
    }

    /// Returns the file's own path, if no other user can replace the file.
    fn plain_way(&self, trust: Trust) -> Option<Way> {
        is_guarded(self.file.path(), trust).then(|| Way {
            path: self.file.path().to_path_buf(),
            is_plain: true,
        })
    }

    /// Makes the process the owner of the file again. If that fails, the removal returns the error.
    fn give_back(&self) {
        let own = Owner::new(Some(geteuid().as_raw()), Some(getegid().as_raw()));
        let is_ours = self
            .metadata()
            .is_ok_and(|metadata| Some(metadata.uid()) == own.user);
        if !is_ours {
            let _ = self
                .ways(Trust::Strict)
                .next()
                .map(|way| way.change_owner(own));
        }
    }
}
