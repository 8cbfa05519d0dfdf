//! Objects at paths: what exists, and what a case places there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use anteroom_core::{ServerName, SocketOptions};

use super::raw_socket::{self, Connecting};
use crate::{Entry, Occupant, Step};

/// The content of a placed file.
const CONTENT: &str = "placed";

/// A placed object, with its state when it was placed.
struct Placed {
    occupant: Occupant,
    state: State,
    server: Option<UnixListener>,
}

/// The state that a change would alter.
#[derive(Debug, PartialEq, Eq)]
struct State {
    identity: (u64, u64),
    mode: u32,
    owner: (u32, u32),
    content: Option<Vec<u8>>,
    target: Option<PathBuf>,
}

/// The placed objects of one case.
#[derive(Default)]
pub(super) struct Occupants(BTreeMap<ServerName, Placed>);

impl Occupants {
    /// Places an object at a full name.
    pub(super) fn place(&mut self, full_name: &ServerName, occupant: Occupant) {
        let path = path(full_name);
        let server = create(path, occupant).expect("the object can be placed");
        let state = state(path).expect("the placed object exists");
        let placed = Placed {
            occupant,
            state,
            server,
        };
        self.0.insert(full_name.clone(), placed);
    }

    /// Returns whether a placed object still exists and is unchanged.
    pub(super) fn is_unchanged(&self, full_name: &ServerName) -> bool {
        let placed = self.get(full_name);
        let target_is_unchanged = placed.occupant != Occupant::LinkToFile
            || fs::read(target(path(full_name))).is_ok_and(|bytes| bytes == CONTENT.as_bytes());
        target_is_unchanged && state(path(full_name)).as_ref() == Some(&placed.state)
    }

    /// Returns whether the placed server accepts a client at its name, and answers it.
    pub(super) fn server_answers(&self, full_name: &ServerName) -> bool {
        let Some(server) = &self.get(full_name).server else {
            panic!("no live server was placed at {full_name}");
        };
        let Connecting::Connected(client) =
            raw_socket::try_connect(full_name, SocketOptions::empty())
        else {
            return false;
        };
        let Ok((accepted, _)) = server.accept() else {
            return false;
        };
        raw_socket::write(&client, b"ping") == Step::Wrote(4)
            && raw_socket::read(&accepted, 4) == Step::Read(b"ping".to_vec())
            && raw_socket::write(&accepted, b"pong") == Step::Wrote(4)
            && raw_socket::read(&client, 4) == Step::Read(b"pong".to_vec())
    }

    fn get(&self, full_name: &ServerName) -> &Placed {
        self.0
            .get(full_name)
            .unwrap_or_else(|| panic!("nothing was placed at {full_name}"))
    }
}

/// Returns a full name as a path.
pub(super) fn path(full_name: &ServerName) -> &Path {
    Path::new(OsStr::from_bytes(full_name.as_bytes()))
}

/// Returns what exists at a path. Links are not followed.
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

/// Deletes what exists at a path.
pub(super) fn delete(path: &Path) {
    let removed = match entry(path) {
        Entry::Absent => Ok(()),
        Entry::Directory => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
    removed.expect("the entry can be removed");
}

fn create(path: &Path, occupant: Occupant) -> std::io::Result<Option<UnixListener>> {
    match occupant {
        Occupant::File => fs::write(path, CONTENT)?,
        Occupant::Directory => fs::create_dir(path)?,
        Occupant::DanglingLink => symlink(target(path), path)?,
        Occupant::LinkToItself => symlink(path, path)?,
        Occupant::LinkToFile => {
            fs::write(target(path), CONTENT)?;
            symlink(target(path), path)?;
        }
        // Dropping a listener leaves its file.
        Occupant::StaleSocket => drop(UnixListener::bind(path)?),
        Occupant::LiveServer => {
            let server = UnixListener::bind(path)?;
            server.set_nonblocking(true)?;
            return Ok(Some(server));
        }
    }
    Ok(None)
}

/// Returns the target of a placed link.
fn target(path: &Path) -> PathBuf {
    path.with_extension("target")
}

fn state(path: &Path) -> Option<State> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some(State {
        identity: (metadata.dev(), metadata.ino()),
        mode: metadata.mode(),
        owner: (metadata.uid(), metadata.gid()),
        content: metadata.is_file().then(|| fs::read(path).ok()).flatten(),
        target: fs::read_link(path).ok(),
    })
}

/// The attribute of a directory that holds the ACL of new files.
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
