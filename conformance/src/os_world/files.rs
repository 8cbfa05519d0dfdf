//! What is at a path, and what is put there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use anteroom_core::{ServerName, SocketOptions};

use super::bare::{self, Connecting};
use crate::{Entry, Plant, Step};

/// What a planted file holds.
const CONTENT: &str = "planted";

/// What was planted, and how to tell that it is untouched.
struct Planted {
    plant: Plant,
    trace: Trace,
    rival: Option<UnixListener>,
}

/// What a change would leave a trace in: identity, mode and content.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    identity: (u64, u64),
    mode: u32,
    owner: (u32, u32),
    content: Option<Vec<u8>>,
    target: Option<PathBuf>,
}

/// The plants of one case.
#[derive(Default)]
pub(super) struct Plants(BTreeMap<ServerName, Planted>);

impl Plants {
    /// Puts something at a full name.
    pub(super) fn plant(&mut self, full_name: &ServerName, plant: Plant) {
        let path = path(full_name);
        let rival = make(path, plant).expect("something can be planted");
        let trace = trace(path).expect("what was planted is there");
        let planted = Planted {
            plant,
            trace,
            rival,
        };
        self.0.insert(full_name.clone(), planted);
    }

    /// Returns whether what was planted is still there, unchanged.
    pub(super) fn is_untouched(&self, full_name: &ServerName) -> bool {
        let planted = self.get(full_name);
        let target_untouched = planted.plant != Plant::LinkToFile
            || fs::read(target(path(full_name))).is_ok_and(|bytes| bytes == CONTENT.as_bytes());
        target_untouched && trace(path(full_name)).as_ref() == Some(&planted.trace)
    }

    /// Returns whether the planted server takes in a client of its name and answers it.
    pub(super) fn rival_serves(&self, full_name: &ServerName) -> bool {
        let Some(rival) = &self.get(full_name).rival else {
            panic!("no live server was planted at {full_name}");
        };
        let Connecting::Connected(client) = bare::try_connect(full_name, SocketOptions::empty())
        else {
            return false;
        };
        let Ok((server, _)) = rival.accept() else {
            return false;
        };
        bare::write(&client, b"ping") == Step::Wrote(4)
            && bare::read(&server, 4) == Step::Read(b"ping".to_vec())
            && bare::write(&server, b"pong") == Step::Wrote(4)
            && bare::read(&client, 4) == Step::Read(b"pong".to_vec())
    }

    fn get(&self, full_name: &ServerName) -> &Planted {
        self.0
            .get(full_name)
            .unwrap_or_else(|| panic!("nothing was planted at {full_name}"))
    }
}

/// Returns the path that a full name is.
pub(super) fn path(full_name: &ServerName) -> &Path {
    Path::new(OsStr::from_bytes(full_name.as_bytes()))
}

/// Returns what is at a path, without following a link.
pub(super) fn entry(path: &Path) -> Entry {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return Entry::Absent;
    };
    let kind = metadata.file_type();
    if kind.is_socket() {
        Entry::Socket {
            mode: metadata.mode() & 0o7777,
            owner: (metadata.uid(), metadata.gid()),
            identity: (metadata.dev(), metadata.ino()),
        }
    } else if kind.is_file() {
        Entry::File
    } else if kind.is_dir() {
        Entry::Directory
    } else if kind.is_symlink() {
        Entry::Link
    } else {
        Entry::Other
    }
}

/// Removes whatever is at a path.
pub(super) fn delete(path: &Path) {
    let removed = match entry(path) {
        Entry::Absent => Ok(()),
        Entry::Directory => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
    removed.expect("what is there can be removed");
}

fn make(path: &Path, plant: Plant) -> std::io::Result<Option<UnixListener>> {
    match plant {
        Plant::File => fs::write(path, CONTENT)?,
        Plant::Directory => fs::create_dir(path)?,
        Plant::DanglingLink => symlink(target(path), path)?,
        Plant::LinkToItself => symlink(path, path)?,
        Plant::LinkToFile => {
            fs::write(target(path), CONTENT)?;
            symlink(target(path), path)?;
        }
        // Dropping a listener leaves its file behind.
        Plant::StaleSocket => drop(UnixListener::bind(path)?),
        Plant::LiveServer => {
            let rival = UnixListener::bind(path)?;
            rival.set_nonblocking(true)?;
            return Ok(Some(rival));
        }
    }
    Ok(None)
}

/// Where a planted link leads.
fn target(path: &Path) -> PathBuf {
    path.with_extension("target")
}

fn trace(path: &Path) -> Option<Trace> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some(Trace {
        identity: (metadata.dev(), metadata.ino()),
        mode: metadata.mode(),
        owner: (metadata.uid(), metadata.gid()),
        content: metadata.is_file().then(|| fs::read(path).ok()).flatten(),
        target: fs::read_link(path).ok(),
    })
}

/// Where Linux keeps the ACL that new files in a directory inherit.
#[cfg(any(target_os = "linux", target_os = "android"))]
const DEFAULT_ACL: &str = "system.posix_acl_default";

/// Gives a directory the default ACL `u::rwx,g::rwx,u:USER:rwx,m::rwx,o::---`.
///
/// Returns false if its file system has no ACLs.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn set_default_acl(directory: &Path, user: u32) -> bool {
    const ANY: u32 = u32::MAX;
    let entries: [(u16, u16, u32); 5] = [
        (0x01, 7, ANY),
        (0x02, 7, user),
        (0x04, 7, ANY),
        (0x10, 7, ANY),
        (0x20, 0, ANY),
    ];
    let mut acl = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        acl.extend(tag.to_le_bytes());
        acl.extend(permissions.to_le_bytes());
        acl.extend(id.to_le_bytes());
    }
    match rustix::fs::setxattr(
        directory,
        DEFAULT_ACL,
        &acl,
        rustix::fs::XattrFlags::empty(),
    ) {
        Ok(()) => true,
        Err(rustix::io::Errno::OPNOTSUPP) => false,
        Err(code) => panic!("setting a default ACL: {code}"),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) const fn set_default_acl(_directory: &Path, _user: u32) -> bool {
    false
}
