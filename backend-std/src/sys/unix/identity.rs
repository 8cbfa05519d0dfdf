use std::fs::{self, Metadata};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::codes::io_failure;
use super::creator::Creator;
use anteroom_core::{Failure, Operation};

/// What tells one file from all others.
///
/// It is that of the file at the path. The socket's descriptor has another one, of no use here.
/// File systems give the number of a removed file to the next new one; but an open socket keeps
/// its file's number, even when the file is removed, so that no successor can have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        }
    }
}

/// Reads what is at a path, if anything is; a link is not followed.
pub(super) fn lstat(path: &Path) -> io::Result<Option<Metadata>> {
    match uninterrupted(|| fs::symlink_metadata(path)) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a file; that it is gone already is no error.
pub(super) fn unlink(path: &Path) -> io::Result<()> {
    match uninterrupted(|| fs::remove_file(path)) {
        Err(error) if !is_absent(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Calls until no signal comes in between, which file systems of a network or a process report.
fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The socket file which a `bind` of this process has created.
//= CLOSE-7, DTOR-3
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SocketFile {
    path: PathBuf,
    identity: Identity,
}

impl SocketFile {
    /// Takes note of the file that was just created; none if that is not what is there.
    pub(super) fn created_at(path: &Path) -> io::Result<Option<Self>> {
        let file = lstat(path)?
            .filter(|metadata| metadata.file_type().is_socket())
            .map(|metadata| Self {
                path: path.to_path_buf(),
                identity: Identity::of(&metadata),
            });
        Ok(file)
    }

    /// Returns where the file was created.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether the file with this metadata is this very file.
    pub(super) fn is(&self, metadata: &Metadata) -> bool {
        Identity::of(metadata) == self.identity
    }

    /// Returns whether the file is still where it was created.
    pub(super) fn is_in_place(&self) -> io::Result<bool> {
        Ok(lstat(&self.path)?.is_some_and(|metadata| self.is(&metadata)))
    }

    /// Removes the file if it is still the one that was created and this process created the listener.
    ///
    /// A file that has taken its place stays. So does the file in a forked child, since it belongs
    /// to the parent: see [`Creator::assume`].
    ///
    /// Call it before the socket is closed. Afterwards another server could take the place of a
    /// file that looks stale, between the check and the removal, and would lose its own; its file
    /// might even have got the same identity.
    ///
    /// # Errors
    ///
    /// Reports why the file is still there. That it is gone or was replaced is no failure.
    //= CLOSE-7, DTOR-3
    pub fn unlink(&self, creator: &Creator, listener: BorrowedFd<'_>) -> Result<(), Failure> {
        creator
            .is_this_process(listener)
            .and_then(|is_ours| {
                if is_ours {
                    self.unlink_in_place()
                } else {
                    Ok(())
                }
            })
            .map_err(|error| io_failure(Operation::Close, &error))
    }

    /// Removes the file if it is still the one that was created, whichever process this is.
    ///
    /// For a `bind` that fails before it has called `listen(2)`: until then the kernel has recorded
    /// no creator, and no process can have been forked.
    pub(super) fn unlink_in_place(&self) -> io::Result<()> {
        if self.is_in_place()? {
            unlink(&self.path)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn files_of_the_same_number_on_two_devices_are_two() {
        // The roots of file systems that the kernel makes up all have the same number.
        let roots = ["/proc", "/sys", "/dev/pts", "/dev/shm", "/dev/mqueue"];
        let roots = roots.map(Path::new).into_iter().filter_map(|root| {
            let metadata = lstat(root).ok().flatten()?;
            Some((metadata.ino(), Identity::of(&metadata)))
        });
        let mut by_number = std::collections::BTreeMap::<u64, Vec<Identity>>::new();
        for (number, identity) in roots {
            by_number.entry(number).or_default().push(identity);
        }
        let namesakes = by_number.into_values().max_by_key(Vec::len);
        let namesakes = namesakes.expect("there is a file system");
        for (place, one) in namesakes.iter().enumerate() {
            assert!(!namesakes[place + 1..].contains(one), "{one:?}");
        }
        assert!(namesakes.len() > 1, "no two file systems to compare");
    }

    #[test]
    fn a_call_that_a_signal_interrupts_is_made_again() {
        let mut answers = vec![
            Err(io::ErrorKind::NotFound.into()),
            Err(io::ErrorKind::Interrupted.into()),
            Err(io::ErrorKind::Interrupted.into()),
        ];
        let result: io::Result<()> = uninterrupted(|| answers.pop().expect("it was the last"));
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_is_no_socket_was_not_created_by_bind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        assert_eq!(SocketFile::created_at(&path).unwrap(), None);
        fs::write(&path, "").unwrap();
        assert_eq!(SocketFile::created_at(&path).unwrap(), None);
    }
}
