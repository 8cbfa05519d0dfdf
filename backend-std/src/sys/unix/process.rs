//! Which process has a socket: what the system tells of sockets, and `/proc` of processes.
//!
//! What cannot be read, or is not certain, is not known.

mod sockets;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anteroom_core::ServerName;
use anteroom_core::rules::unix::Address;

use self::sockets::{Socket, State};
use super::address::path_of;
use crate::sys::ServerProcess;

/// Finds the process that listens on an address, without connecting to it.
///
/// A path leads to a file, and it is the file that counts: sockets can be renamed and replaced, and
/// then many have been bound to the same path.
pub(super) fn listening_on(address: &Address) -> Option<ServerProcess> {
    match address {
        Address::Path(path) => {
            let file = File::at(path)?;
            let server = listening(|socket| socket.file == Some(file))?;
            // Or the number belonged to one file first, and to another one afterwards.
            (File::at(path)? == file).then_some(server)
        }
        Address::Abstract(name) => {
            let name = bound(name);
            listening(|socket| socket.name == name)
        }
    }
}

/// Tells whether a stream socket has an abstract name and neither listens nor is connected.
pub(super) fn has_abstract_name(name: &ServerName) -> bool {
    let name = bound(name);
    // What a server accepts has its name, too, and may be there for longer: it is connected.
    sockets::in_state(State::Idle)
        .is_some_and(|sockets| sockets.iter().any(|socket| socket.name == name))
}

/// Returns an abstract name as the system has it.
fn bound(name: &ServerName) -> Vec<u8> {
    [b"\0", name.as_bytes()].concat()
}

/// A file, as the system tells it of sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct File {
    inode: u32,
    device: u32,
}

impl File {
    /// Reads what a path leads to; none also where the number is too large to be told of sockets.
    fn at(path: &ServerName) -> Option<Self> {
        let metadata = fs::metadata(path_of(path)).ok()?;
        let device = metadata.dev();
        Some(Self {
            inode: metadata.ino().try_into().ok()?,
            // So the system has it inside; programs are shown the same in another order.
            device: rustix::fs::major(device) << 20 | rustix::fs::minor(device),
        })
    }
}

/// Finds the process that has the one listening socket which is asked for.
fn listening(is_meant: impl Fn(&Socket) -> bool) -> Option<ServerProcess> {
    let sockets = sockets::in_state(State::Listening)?;
    holder_of(only(sockets.into_iter().filter(is_meant))?.inode)
}

/// Finds the process that has a socket open; of several it is not certain which one serves.
///
/// So it is when a supervisor has made the socket and keeps it, or when children inherit it. Those
/// who may not be examined do not count.
fn holder_of(inode: u32) -> Option<ServerProcess> {
    let target = format!("socket:[{inode}]");
    let pids = fs::read_dir("/proc")
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    only(pids.filter_map(|pid: i32| {
        let process = Path::new("/proc").join(pid.to_string());
        let holds = fs::read_dir(process.join("fd"))
            .ok()?
            .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
            .any(|link| link == Path::new(&target));
        let uid = fs::metadata(&process).ok()?.uid();
        holds.then_some(ServerProcess::new(pid, uid))
    }))
}

/// Returns the only one; none if there are several.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let item = items.next()?;
    items.next().is_none().then_some(item)
}
