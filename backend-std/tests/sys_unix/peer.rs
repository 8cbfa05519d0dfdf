use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;

use anteroom_core::{ServerName, Timeout};
use anteroom_std::sys;

use crate::support::{
    NONE, WATCHDOG, accept, child, directory, is_root, listen, name_of, run, skip, task, until,
};

#[test]
fn the_peer_is_who_it_is() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    let client = UnixStream::connect(&path).unwrap();
    let connection = accept(&listener);

    for socket in [client.as_fd(), connection.as_fd()] {
        let peer = sys::peer_identity(socket).unwrap();
        assert_eq!(peer.uid, rustix::process::geteuid().as_raw());
        assert_eq!(peer.gid, rustix::process::getegid().as_raw());
        if cfg!(any(target_os = "linux", target_vendor = "apple")) {
            assert_eq!(peer.pid, i32::try_from(std::process::id()).ok());
        }
    }
}

/// Mostly both have the same number, which does not tell which is which.
#[test]
fn the_user_and_the_group_of_a_peer_are_not_mixed_up() {
    const TEST: &str = "peer::the_user_and_the_group_of_a_peer_are_not_mixed_up";
    if task().is_some() {
        // This concerns the whole process.
        nix::unistd::setegid(nix::unistd::Gid::from_raw(65533)).unwrap();
        let (one, _other) = UnixStream::pair().unwrap();
        let peer = sys::peer_identity(one.as_fd()).unwrap();
        assert_eq!((peer.uid, peer.gid), (0, 65533));
        return;
    }
    if !is_root() {
        return skip("only root can act as another group");
    }
    run(child("", TEST, "act as another group"));
}

#[test]
fn what_is_not_connected_has_no_peer() {
    use rustix::net::{AddressFamily, SocketType, socket};

    let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    assert!(sys::peer_identity(socket.as_fd()).is_err());
    let file = std::fs::File::open("/dev/null").unwrap();
    assert!(sys::peer_identity(file.as_fd()).is_err());
}

/// In another PID namespace, a process outside of it has no id.
#[test]
#[cfg(target_os = "linux")]
fn a_peer_of_another_namespace_has_no_process_id() {
    const TEST: &str = "peer::a_peer_of_another_namespace_has_no_process_id";
    if let Some(path) = task() {
        let listener = listen(&ServerName::from(path), NONE);
        let socket = Some(listener.socket.as_fd());
        let readiness = sys::wait_readable(socket, None, Some(WATCHDOG)).unwrap();
        assert!(readiness.listener);
        let peer = sys::peer_identity(accept(&listener).as_fd()).unwrap();
        assert_eq!((peer.pid, peer.uid), (None, 0));
        return;
    }
    let mut attempt = std::process::Command::new("unshare");
    attempt.args(["--pid", "--fork", "true"]);
    if !is_root() || !attempt.status().is_ok_and(|status| status.success()) {
        return skip("only root can make a namespace, by unshare");
    }
    let directory = directory();
    let path = directory.path().join("s");
    let enter = "set -- \"$0\" \"$@\"; exec unshare --pid --fork \"$@\";";
    let mut server = child(enter, TEST, path.to_str().unwrap())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();

    until("the server is reached", || {
        sys::connect(&name_of(&path), NONE, Timeout::default()).is_ok()
    });

    assert!(server.wait().unwrap().success());
}
