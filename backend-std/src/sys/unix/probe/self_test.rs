//! The self-test of the probes.
//!
//! Some kernels refuse the probe of a live server. So a refusal proves nothing until the probes
//! have told a live socket of ours from a stale one.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs, io, process, thread};

use anteroom_core::ServerName;
use anteroom_core::rules::unix::Address;
use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::net::SocketType;

use super::super::address::socket_address;
use super::super::socket::local_socket;
use super::super::wait::now;
use super::{connect_with_connected_socket, connect_with_other_type};
use crate::sys;

/// How many names for the private directory to try.
const ATTEMPTS: u32 = 100;

/// How long the dead socket may live on.
const LONGEST_LIFE: Duration = Duration::from_millis(100);

/// Whether the probes tell if a socket listens; elsewhere they are not asked.
const TELLS_LISTENING: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Returns whether the probes tell live, silent and dead sockets apart here.
///
/// Only a success is remembered: a failure may be a lack of descriptors.
pub(super) fn is_passed() -> bool {
    static IS_PASSED: AtomicBool = AtomicBool::new(false);
    if !IS_PASSED.load(Ordering::Relaxed) && run() {
        IS_PASSED.store(true, Ordering::Relaxed);
    }
    IS_PASSED.load(Ordering::Relaxed)
}

/// Runs the test in the first directory where a socket can be made.
fn run() -> bool {
    candidates()
        .find_map(|parent| run_in(&parent))
        .unwrap_or(false)
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let temporary = env::var_os("TMPDIR").map(PathBuf::from);
    let others = ["/tmp", "/dev/shm"].map(PathBuf::from);
    temporary
        .into_iter()
        .filter(|path| path.is_absolute())
        .chain(others)
}

/// Runs the test below a directory; none if no socket can be made there.
fn run_in(parent: &Path) -> Option<bool> {
    let directory = PrivateDirectory::below(parent)?;
    let socket = PathBuf::from(&directory.0).join("s");
    let address = Address::Path(ServerName::from(
        socket.clone().into_os_string().into_encoded_bytes(),
    ));
    let server = bound(&address).ok()?;
    let passed = tells_apart(&address, server);
    // Or the directory could not be removed.
    let _ = twice(|| fs::remove_file(&socket));
    Some(passed)
}

fn bound(address: &Address) -> rustix::io::Result<OwnedFd> {
    let address = socket_address(address)?;
    let server = local_socket(SocketType::STREAM, sys::Mode::NonBlocking)?;
    rustix::net::bind(&server, &address)?;
    Ok(server)
}

/// Takes a bound socket through its life, and compares the answers.
fn tells_apart(address: &Address, server: OwnedFd) -> bool {
    let answers_to_connected =
        |code| !TELLS_LISTENING || connect_with_connected_socket(address) == Err(code);
    if !answers_to_connected(Errno::CONNREFUSED) || rustix::net::listen(&server, 1).is_err() {
        return false;
    }
    let is_live = connect_with_other_type(address) == Err(Errno::PROTOTYPE)
        && answers_to_connected(Errno::ISCONN);
    drop(server);
    is_live && is_dead(address)
}

/// Returns whether a socket that was closed is refused.
///
/// A child that another thread has just forked may hold it until it runs its program.
fn is_dead(address: &Address) -> bool {
    let deadline = now().after(LONGEST_LIFE);
    loop {
        match connect_with_other_type(address) {
            Err(Errno::PROTOTYPE) if now() < deadline => thread::yield_now(),
            answer => return answer == Err(Errno::CONNREFUSED),
        }
    }
}

/// A new directory that only this user can enter; removed when it is dropped.
struct PrivateDirectory(PathBuf);

impl PrivateDirectory {
    fn below(parent: &Path) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        for _ in 0..ATTEMPTS {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = parent.join(format!(".anteroom-{}-{number}", process::id()));
            // Exclusive: what is there already, even a link, is an error.
            match rustix::fs::mkdir(&path, Mode::RWXU) {
                Ok(()) => return Some(Self(path)),
                Err(Errno::EXIST) => {}
                Err(_) => return None,
            }
        }
        None
    }
}

impl Drop for PrivateDirectory {
    fn drop(&mut self) {
        let _ = twice(|| fs::remove_dir(&self.0));
    }
}

/// Tries again what has failed, be it because of a signal.
fn twice(remove: impl Fn() -> io::Result<()>) -> io::Result<()> {
    remove().or_else(|_| remove())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_self_test_leaves_nothing_behind() {
        let parent = tempfile::tempdir().unwrap();

        assert!(run_in(parent.path()).is_some());

        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_socket_that_outlives_its_server_fails_the_self_test() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let address = Address::Path(ServerName::from(path.into_os_string().into_encoded_bytes()));
        let server = bound(&address).unwrap();
        let _held = server.try_clone().unwrap();

        assert!(!tells_apart(&address, server));
    }

    #[test]
    fn a_directory_in_which_no_socket_can_be_made_is_no_answer() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("x".repeat(120));
        fs::create_dir(&long).unwrap();

        assert_eq!(run_in(&parent.path().join("missing")), None);
        assert_eq!(run_in(&long), None);
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
    }

    #[test]
    fn the_private_directory_is_new_and_private() {
        use std::os::unix::fs::MetadataExt as _;

        let parent = tempfile::tempdir().unwrap();
        let one = PrivateDirectory::below(parent.path()).unwrap();
        assert_eq!(fs::metadata(&one.0).unwrap().mode() & 0o077, 0);

        // Every name that is tried next leads somewhere already.
        let number = one.0.to_str().unwrap().rsplit_once('-').unwrap().1;
        let number: u32 = number.parse().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        for number in number + 1..number + 2 * ATTEMPTS {
            let name = format!(".anteroom-{}-{number}", process::id());
            symlink(elsewhere.path(), parent.path().join(name)).unwrap();
        }
        assert!(PrivateDirectory::below(parent.path()).is_none());
    }
}
