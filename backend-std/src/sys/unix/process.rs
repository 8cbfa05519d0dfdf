//! Finds the process of a socket, by `sock_diag` and `/proc`.
//!
//! An unreadable or ambiguous answer is `None`.

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
    let is_listed = || {
        sockets::in_state(State::Idle)
            .is_some_and(|sockets| sockets.iter().any(|socket| socket.name == name))
    };
    // A list can miss a socket while others come and go; it never has one that is not there.
    is_listed() || is_listed()
}

/// Returns whether a socket was bound to a file of the same number on another device.
///
/// Returns true if the system does not tell.
pub(super) fn has_namesake(path: &Path) -> bool {
    let Some(file) = File::of(path) else {
        return true;
    };
    let is_namesake = |other: File| other.inode == file.inode && other.device != file.device;
    [State::Listening, State::Idle].into_iter().any(|state| {
        sockets::in_state(state).is_none_or(|sockets| {
            let mut files = sockets.iter().filter_map(|socket| socket.file);
            files.any(is_namesake)
        })
    })
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
        Self::of(path_of(path))
    }

    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
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
    confirmed(|| sockets::in_state(State::Listening), is_meant, holder_of)
}

/// Finds the holder of the one socket that is meant, if the lists before and after agree on it.
///
/// A single list can be inconsistent while sockets come and go: it can miss a second socket, or hold
/// one that was closed and whose number another one has by now.
fn confirmed<T>(
    mut list: impl FnMut() -> Option<Vec<Socket>>,
    is_meant: impl Fn(&Socket) -> bool,
    holder_of: impl FnOnce(u32) -> Option<T>,
) -> Option<T> {
    let mut meant = || only(list()?.into_iter().filter(|socket| is_meant(socket)));
    let before = meant()?;
    let holder = holder_of(before.inode)?;
    (meant()? == before).then_some(holder)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(inode: u32, name: &[u8]) -> Socket {
        Socket {
            inode,
            name: name.to_vec(),
            file: None,
        }
    }

    /// Finds the holder of the socket with the name `x`, where the system gives these lists.
    fn found(lists: [Option<Vec<Socket>>; 2]) -> Option<u32> {
        let mut lists = lists.into_iter();
        confirmed(
            || lists.next().expect("two lists are enough"),
            |socket| socket.name == b"x",
            Some,
        )
    }

    #[test]
    fn a_holder_is_named_only_if_two_lists_agree() {
        let x = |inode| socket(inode, b"x");
        let other = || socket(9, b"other");
        assert_eq!(
            found([Some(vec![x(1), other()]), Some(vec![x(1)])]),
            Some(1)
        );

        // Another socket has the name by now.
        assert_eq!(found([Some(vec![x(1)]), Some(vec![x(2)])]), None);
        // The first list has missed one of two.
        assert_eq!(found([Some(vec![x(1)]), Some(vec![x(1), x(2)])]), None);
        assert_eq!(found([Some(vec![x(1), x(2)]), Some(vec![x(1)])]), None);
        // The socket is closed by now, or the list cannot be had.
        assert_eq!(found([Some(vec![x(1)]), Some(vec![other()])]), None);
        assert_eq!(found([Some(vec![x(1)]), None]), None);
        assert_eq!(found([None, Some(vec![x(1)])]), None);
    }

    #[test]
    fn no_holder_is_named_if_its_socket_is_another_one_afterwards() {
        let meant = |socket: &Socket| socket.name == b"x";
        let file = File {
            inode: 5,
            device: 6,
        };
        let mut first = true;
        let list = || {
            let mut socket = socket(1, b"x");
            // The number was given to a new socket in the meantime.
            socket.file = (!std::mem::take(&mut first)).then_some(file);
            Some(vec![socket])
        };
        assert_eq!(confirmed(list, meant, Some), None);
    }
}
