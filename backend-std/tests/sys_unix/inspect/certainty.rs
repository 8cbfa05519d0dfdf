//! What is said of a socket whose server cannot be seen for certain.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anteroom_core::{ServerName, SocketOptions};
use anteroom_std::sys::{self, NameState};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, socket};

use super::inspect;
use crate::support::{
    NONE, abstract_name, child, directory, listen, name_of, run, skip, task, until_found,
};

/// Runs a test again under `strace`, with the `connect` calls refused that `when` names.
///
/// So answer kernels that do not compare the types of sockets first.
fn run_where_connect_is_refused(test: &str, when: &str, task: &str) {
    let strace = format!(
        "strace -f -qq -o /dev/null -e trace=connect \
         -e inject=connect:error=ECONNREFUSED:when={when}"
    );
    let attempt = Command::new("sh")
        .args(["-c", &format!("{strace} true")])
        .output();
    if !attempt.is_ok_and(|output| output.status.success()) {
        return skip("strace is not there, or may not inject errors");
    }
    run(child(
        &format!("set -- \"$0\" \"$@\"; exec {strace} \"$@\";"),
        test,
        task,
    ));
}

#[test]
fn a_refused_probe_proves_nothing_if_the_kernel_refuses_live_servers_too() {
    const TEST: &str =
        "inspect::certainty::a_refused_probe_proves_nothing_if_the_kernel_refuses_live_servers_too";
    let Some(path) = task() else {
        let directory = directory();
        let path = directory.path().join("s");
        return run_where_connect_is_refused(TEST, "1+", path.to_str().unwrap());
    };
    let _live = listen(&name_of(path.as_ref()), NONE);
    assert_eq!(inspect(path.as_ref()).state, NameState::Unknown);

    let name = abstract_name();
    let found = || sys::inspect(&name, SocketOptions::ABSTRACT).unwrap().state;
    assert_eq!(found(), NameState::Unknown);
    let _live = listen(&name, SocketOptions::ABSTRACT);
    assert_eq!(found(), NameState::Unknown);
}

#[test]
fn connecting_finds_a_server_that_the_probe_does_not() {
    const TEST: &str = "inspect::certainty::connecting_finds_a_server_that_the_probe_does_not";
    let Some(path) = task() else {
        let directory = directory();
        let path = directory.path().join("s");
        // The probe, and the self-test up to its live socket, which fails it.
        return run_where_connect_is_refused(TEST, "1..3", path.to_str().unwrap());
    };
    let live = listen(&name_of(path.as_ref()), NONE);
    let inspect = sys::inspect_by_connecting(&name_of(path.as_ref()), NONE).unwrap();
    assert_eq!(inspect.state, NameState::Live);
    assert!(!crate::support::accepts_nobody(&live), "it has connected");
}

#[test]
fn looking_by_connecting_does_not_connect_if_looking_is_enough() {
    let directory = directory();
    let path = directory.path().join("s");
    let found = || {
        sys::inspect_by_connecting(&name_of(&path), NONE)
            .unwrap()
            .state
    };
    assert_eq!(found(), NameState::Absent);
    let live = listen(&name_of(&path), NONE);
    assert_eq!(found(), NameState::Live);
    assert!(crate::support::accepts_nobody(&live));
    drop(live);
    until_found(&name_of(&path), NONE, NameState::Stale);
    assert_eq!(found(), NameState::Stale);
}

#[test]
fn a_socket_that_does_not_listen_is_neither_live_nor_stale() {
    for kind in [SocketType::STREAM, SocketType::SEQPACKET] {
        let directory = directory();
        let path = directory.path().join("s");
        let address = SocketAddrUnix::new(&path).unwrap();
        let server = socket(AddressFamily::UNIX, kind, None).unwrap();
        bind(&server, &address).unwrap();
        assert_eq!(inspect(&path).state, NameState::NotListening, "{kind:?}");

        rustix::net::listen(&server, 0).unwrap();
        assert_eq!(inspect(&path).state, NameState::Live, "{kind:?}");
        let client = socket(AddressFamily::UNIX, kind, None).unwrap();
        rustix::net::connect(&client, &address).unwrap();
        assert_eq!(inspect(&path).state, NameState::Live, "its backlog is full");
    }
}

/// Returns the shell command that mounts an overlay, with the layers `l` and `u`, at `m`.
fn overlay_below(root: &str) -> String {
    format!(
        "mkdir -p {root}/l {root}/u {root}/w {root}/m && mount -t overlay overlay \
         -o lowerdir={root}/l,upperdir={root}/u,workdir={root}/w {root}/m"
    )
}

/// Runs a test again in a mount namespace, after the shell command `mount`.
fn run_with_mount(mount: &str, test: &str, task: &str) {
    if let Some(command) = with_mount(mount, test, task) {
        run(command);
    }
}

/// Runs a test again with the directory below which an overlay is mounted.
fn run_with_overlay(test: &str) {
    let directory = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    let root = directory.path().to_str().unwrap();
    run_with_mount(&overlay_below(root), test, root);
}

/// Prepares a run in a mount namespace; returns `None` where that is impossible.
fn with_mount(mount: &str, test: &str, task: &str) -> Option<Command> {
    let attempt = Command::new("unshare")
        .args(["-m", "sh", "-c", mount])
        .output();
    if !attempt.is_ok_and(|output| output.status.success()) {
        skip(&format!("this cannot be done here: {mount}"));
        return None;
    }
    let inner = child(&format!("{mount} &&"), test, task);
    let mut command = Command::new("unshare");
    command
        .arg("-m")
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    Some(command)
}

fn live_then_dead(path: &Path, and_then: impl Fn(bool)) {
    let live = listen(&name_of(path), NONE);
    and_then(true);
    drop(live);
    and_then(false);
}

/// A layer of a container's root, seen from outside, has the socket files of the container.
#[test]
fn a_layer_of_an_overlay_proves_nothing() {
    const TEST: &str = "inspect::certainty::a_layer_of_an_overlay_proves_nothing";
    let Some(directory) = task() else {
        return run_with_overlay(TEST);
    };
    let (inside, outside) = (
        Path::new(&directory).join("m/s"),
        Path::new(&directory).join("u/s"),
    );
    live_then_dead(&inside, |is_live| {
        let expected = if is_live {
            NameState::Live
        } else {
            NameState::Stale
        };
        until_found(&name_of(&inside), NONE, expected);
        assert_eq!(inspect(&outside).state, NameState::Unknown);
        let connecting = sys::inspect_by_connecting(&name_of(&outside), NONE).unwrap();
        assert_eq!(connecting.state, NameState::Unknown);
    });
}

/// Inside the overlay, a socket that was bound in a layer has another inode.
#[test]
fn a_socket_of_a_layer_is_unknown_in_the_overlay() {
    const TEST: &str = "inspect::certainty::a_socket_of_a_layer_is_unknown_in_the_overlay";
    let Some(directory) = task() else {
        return run_with_overlay(TEST);
    };
    let directory = Path::new(&directory);
    for layer in ["l", "u"] {
        let _live = listen(&name_of(&directory.join(layer).join(layer)), NONE);
        let inside = directory.join("m").join(layer);
        assert_eq!(inspect(&inside).state, NameState::Unknown, "{layer}");
    }
}

/// A container has its root in another mount namespace.
#[test]
fn a_layer_of_an_overlay_in_another_mount_namespace_proves_nothing() {
    const TEST: &str =
        "inspect::certainty::a_layer_of_an_overlay_in_another_mount_namespace_proves_nothing";
    if let Some(directory) = task() {
        let _live = listen(&name_of(&Path::new(&directory).join("m/s")), NONE);
        println!("listening");
        io::stdin().read_to_end(&mut Vec::new()).unwrap();
        return;
    }
    let directory = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    let root = directory.path().to_str().unwrap();
    let Some(mut command) = with_mount(&overlay_below(root), TEST, root) else {
        return;
    };
    let mut server = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("listening")));

    assert_eq!(
        inspect(&directory.path().join("u/s")).state,
        NameState::Unknown
    );

    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
}

/// The file system for huge pages has sockets, and is not known to be local.
#[test]
fn a_refusal_on_another_file_system_proves_nothing() {
    const TEST: &str = "inspect::certainty::a_refusal_on_another_file_system_proves_nothing";
    let Some(directory) = task() else {
        let directory = directory();
        let root = directory.path().to_str().unwrap();
        return run_with_mount(&format!("mount -t hugetlbfs none {root}"), TEST, root);
    };
    let path = Path::new(&directory).join("s");
    live_then_dead(&path, |is_live| {
        let expected = if is_live {
            NameState::Live
        } else {
            NameState::Unknown
        };
        until_found(&name_of(&path), NONE, expected);
        let connecting = sys::inspect_by_connecting(&name_of(&path), NONE).unwrap();
        assert_eq!(connecting.state, expected);
    });
}

#[test]
fn a_client_of_an_unknown_socket_is_not_told_that_a_server_has_crashed() {
    use anteroom_core::{Detail, ErrorKind, Occupant, Timeout};

    const TEST: &str =
        "inspect::certainty::a_client_of_an_unknown_socket_is_not_told_that_a_server_has_crashed";
    let Some(path) = task() else {
        let directory = directory();
        let path = directory.path().join("s");
        return run_where_connect_is_refused(TEST, "1+", path.to_str().unwrap());
    };
    let name = ServerName::from(path.as_str());
    let _live = listen(&name, NONE);
    let failure = sys::connect(&name, NONE, Timeout::Never)
        .unwrap_err()
        .failure;
    assert_eq!(failure.kind(), ErrorKind::Refused);
    assert_eq!(failure.detail(), Detail::Occupied(Occupant::Socket));
}
