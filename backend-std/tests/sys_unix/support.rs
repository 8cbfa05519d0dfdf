use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anteroom_core::{Failure, ListenOptions, ServerName, SocketOptions};
use anteroom_std::sys::{self, Mode, NameState, RawListener};
use tempfile::TempDir;

/// How long anything may take that is bound to happen.
pub(crate) const WATCHDOG: Duration = Duration::from_secs(30);

pub(crate) const NONE: SocketOptions = SocketOptions::empty();

/// Makes a directory with a short name, since socket paths must be short.
pub(crate) fn directory() -> TempDir {
    let directory = tempfile::Builder::new()
        .prefix("sys")
        .tempdir_in("/tmp")
        .expect("a directory can be made");
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

pub(crate) fn name_of(path: &Path) -> ServerName {
    ServerName::from(path.as_os_str().as_bytes())
}

pub(crate) fn path_of(name: &ServerName) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(name.as_bytes()))
}

/// Returns a unique abstract name.
pub(crate) fn abstract_name() -> ServerName {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    ServerName::from(format!("anteroom\0{}\0{number}", std::process::id()))
}

pub(crate) fn listen(name: &ServerName, options: SocketOptions) -> RawListener {
    listen_with(name, options.into())
}

pub(crate) fn listen_with(name: &ServerName, options: ListenOptions) -> RawListener {
    sys::bind(name, options).expect("the name is free").listener
}

/// Removes the listener's file, as closing it does.
pub(crate) fn unlink(listener: &RawListener) -> Result<(), Failure> {
    let file = listener.file.as_ref().expect("a path has a file");
    file.unlink(&listener.creator, listener.socket.as_fd())
}

pub(crate) fn listen_failure(name: &ServerName, options: SocketOptions) -> Failure {
    sys::bind(name, options.into())
        .expect_err("the name cannot be had")
        .failure
}

/// Leaves the file of a server that has crashed.
///
/// A socket may outlive its owner here for a moment: in a child of another test's which is just
/// being started.
pub(crate) fn leave_stale_socket(path: &Path) {
    drop(listen(&name_of(path), NONE));
    until_found(&name_of(path), NONE, NameState::Stale);
}

/// Turns until this is what one finds at a name.
pub(crate) fn until_found(name: &ServerName, options: SocketOptions, found: NameState) {
    until("the socket is gone", || {
        sys::inspect(name, options)
            .expect("the name can be examined")
            .state
            == found
    });
}

/// What a file is, in all that must not change when it is left alone.
pub(crate) fn fingerprint(path: &Path) -> (u64, u64, u32, i64, i64) {
    let metadata = fs::symlink_metadata(path).expect("the file is there");
    (
        metadata.dev(),
        metadata.ino(),
        metadata.mode(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    )
}

pub(crate) fn accepts_nobody(listener: &RawListener) -> bool {
    sys::try_accept(listener.socket.as_fd(), Mode::Blocking)
        .expect("the listener works")
        .is_none()
}

pub(crate) fn accept(listener: &RawListener) -> UnixStream {
    sys::try_accept(listener.socket.as_fd(), Mode::Blocking)
        .expect("the listener works")
        .expect("a client waits")
        .into()
}

/// Turns until a condition holds; it has to before the watchdog barks.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < WATCHDOG, "in vain: {what}");
        std::thread::yield_now();
    }
}

const CHILD: &str = "ANTEROOM_TEST_CHILD";

/// Returns what the parent handed to this process, if it is a child.
pub(crate) fn task() -> Option<String> {
    env::var(CHILD).ok()
}

/// Prepares to run one test of this program again, by a shell that first runs `preparation`.
pub(crate) fn child(preparation: &str, test: &str, task: &str) -> Command {
    let program = env::current_exe().expect("this program has a path");
    child_of(&program, preparation, test, task)
}

pub(crate) fn child_of(program: &Path, preparation: &str, test: &str, task: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("{preparation} exec \"$0\" \"$@\""))
        .arg(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(CHILD, task);
    command
}

pub(crate) fn run(mut command: Command) -> Output {
    let output = command.output().expect("the child can be started");
    assert!(
        output.status.success(),
        "the child failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Copies this program to where every user can run it.
///
/// Another process does it: a file that is open for writing cannot be run, and children of other
/// tests, being started at the same time, would have it open for a moment.
pub(crate) fn program_for_everybody(directory: &Path) -> PathBuf {
    let copy = directory.join("program");
    let mut command = Command::new("cp");
    command.arg(env::current_exe().unwrap()).arg(&copy);
    run(command);
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
    copy
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Says that a test could not be made here.
pub(crate) fn skip(reason: &str) {
    println!("skipped: {reason}");
}
