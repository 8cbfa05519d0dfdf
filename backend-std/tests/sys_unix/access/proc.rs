//! Changing the mode where `/proc` is not what one expects.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use anteroom_core::{Detail, ErrorKind, ListenOptions, Owner, SocketOptions};
use anteroom_std::sys;

use super::mode_at;
use crate::support::{
    child_of, directory, is_root, listen, name_of, program_for_everybody, run, skip, task, unlink,
};

const BOTH: SocketOptions = SocketOptions::USER.union(SocketOptions::GROUP);

/// Runs a test of this module again, in a mount namespace whose `/proc` is covered.
fn with_proc_covered(mount: &str, then: &str, test: &str, task: &str) {
    let mut attempt = Command::new("unshare");
    attempt.args(["--mount", "true"]).stderr(Stdio::null());
    if !is_root() || !attempt.status().is_ok_and(|status| status.success()) {
        return skip("mount namespaces cannot be made here");
    }
    let tools = directory();
    let program = program_for_everybody(tools.path());
    let preparation =
        format!("exec unshare --mount sh -c '{mount} && exec {then} \"$0\" \"$@\"' \"$0\" \"$@\";");
    run(child_of(&program, &preparation, test, task));
}

const NO_PROC: &str = "mount -t tmpfs none /proc";
const CLOSED_PROC: &str = "mount -t tmpfs -o mode=0 none /proc";
const AS_USER: &str = "setpriv --reuid 65534 --regid 65534 --clear-groups";

/// Other users can replace the file there, so that its path could lead to another one.
#[test]
fn without_proc_an_unsafe_directory_is_refused_unless_the_mode_is_exact_already() {
    const TEST: &str = "access::proc::without_proc_an_unsafe_directory_is_refused_unless_the_mode_is_exact_already";
    if let Some(task) = task() {
        let path = Path::new(&task).join("s");
        let listener = listen(&name_of(&path), SocketOptions::USER);
        assert_eq!(mode_at(&path), 0o700);
        assert_eq!(unlink(&listener), Ok(()));

        let failure = sys::bind(&name_of(&path), BOTH.into()).unwrap_err().failure;

        assert_eq!(failure.detail(), Detail::UnsafeDirectory);
        assert_eq!(failure.kind(), ErrorKind::Access);
        assert!(!path.exists());
        return;
    }
    for (mount, then) in [(NO_PROC, ""), (CLOSED_PROC, AS_USER)] {
        let directory = directory();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let task = directory.path().display().to_string();
        with_proc_covered(mount, then, TEST, &task);
    }
}

#[test]
fn without_proc_the_path_serves_where_nobody_else_can_replace_the_file() {
    const TEST: &str =
        "access::proc::without_proc_the_path_serves_where_nobody_else_can_replace_the_file";
    if let Some(task) = task() {
        let path = Path::new(&task).join("s");
        let _listener = listen(&name_of(&path), BOTH);
        assert_eq!(mode_at(&path), 0o770);
        return;
    }
    for mode in [0o755, 0o1777] {
        for (mount, then) in [(NO_PROC, ""), (CLOSED_PROC, AS_USER)] {
            if !then.is_empty() && mode == 0o755 {
                continue;
            }
            let directory = directory();
            fs::set_permissions(directory.path(), fs::Permissions::from_mode(mode)).unwrap();
            let task = directory.path().display().to_string();
            with_proc_covered(mount, then, TEST, &task);
        }
    }
}

/// In a sticky directory others can replace what is theirs, also by a link to a foreign file.
#[test]
fn without_proc_a_sticky_directory_is_refused_if_the_file_is_given_away() {
    const TEST: &str =
        "access::proc::without_proc_a_sticky_directory_is_refused_if_the_file_is_given_away";
    if let Some(task) = task() {
        for access in [SocketOptions::GROUP, BOTH] {
            let path = Path::new(&task).join("s");
            let owner = Owner::new(Some(65_532), None);
            let options = ListenOptions::from(access).with_owner(owner);
            let failure = sys::bind(&name_of(&path), options).unwrap_err().failure;
            assert_eq!(failure.detail(), Detail::UnsafeDirectory);
            assert!(!path.exists());
        }
        return;
    }
    let directory = directory();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o1777)).unwrap();
    let task = directory.path().display().to_string();
    with_proc_covered(NO_PROC, "", TEST, &task);
}

/// Anyone who may write to the directory of the link can make the link point elsewhere.
#[test]
fn without_proc_a_directory_behind_a_link_is_refused() {
    const TEST: &str = "access::proc::without_proc_a_directory_behind_a_link_is_refused";
    if let Some(task) = task() {
        let path = Path::new(&task).join("link/s");
        let failure = sys::bind(&name_of(&path), BOTH.into()).unwrap_err().failure;
        assert_eq!(failure.detail(), Detail::UnsafeDirectory);
        return;
    }
    let directory = directory();
    fs::create_dir(directory.path().join("real")).unwrap();
    symlink("real", directory.path().join("link")).unwrap();
    let task = directory.path().display().to_string();
    with_proc_covered(NO_PROC, "", TEST, &task);
}

/// The numbers of descriptors mean other files in a thread whose table is its own.
#[test]
fn a_thread_with_a_descriptor_table_of_its_own_changes_only_its_own_file() {
    let directory = directory();
    let precious = directory.path().join("precious");
    fs::write(&precious, "").unwrap();
    fs::set_permissions(&precious, fs::Permissions::from_mode(0o600)).unwrap();
    let path = directory.path().join("s");
    let (ready, is_ready) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let socket = path.clone();
    let server = std::thread::spawn(move || {
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_FILES).unwrap();
        ready.send(()).unwrap();
        may_go.recv().unwrap();
        // Dropped here, where its descriptor means the socket.
        let _listener = listen(&name_of(&socket), SocketOptions::WORLD);
    });
    is_ready.recv().unwrap();
    // Whatever number the server's thread uses, here it is the precious file.
    let _occupied: Vec<_> = (0..100)
        .map(|_| fs::File::open(&precious).unwrap())
        .collect();
    go.send(()).unwrap();

    server.join().unwrap();

    assert_eq!(mode_at(&precious), 0o600);
    assert_eq!(mode_at(&path), 0o777);
}
