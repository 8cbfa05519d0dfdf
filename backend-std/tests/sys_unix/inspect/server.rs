//! Which process it is that listens.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anteroom_core::{ServerName, SocketOptions, Timeout};
use anteroom_std::sys::{self, NameState, RawListener, ServerProcess};

use super::inspect;
use crate::support::{
    NONE, abstract_name, accepts_nobody, child, directory, listen, name_of, run, task, until,
    until_found,
};

/// Another process that holds a listener; it ends with the test.
struct Holder(Child);

impl Holder {
    fn of(listener: &RawListener) -> Self {
        let socket: OwnedFd = listener.socket.try_clone().unwrap();
        let mut command = Command::new("sleep");
        command.arg("1000").stdin(Stdio::from(socket));
        Self(command.spawn().expect("there is a program that waits"))
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.0.id()).unwrap()
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn this_process() -> i32 {
    i32::try_from(std::process::id()).unwrap()
}

/// Children that other tests are just starting may hold our listeners for a moment.
fn until_server(path: &Path, pid: i32) {
    let server = ServerProcess::new(pid, rustix::process::geteuid().as_raw());
    until("it is known who listens", || {
        inspect(path).server == Some(server)
    });
}

#[test]
fn tells_who_listens_at_a_path() {
    let directory = directory();
    for name in ["a name with blanks ", "new\nline"] {
        let path = directory.path().join(name);
        let live = listen(&name_of(&path), NONE);

        until_server(&path, this_process());

        assert!(accepts_nobody(&live));
    }
}

#[test]
fn tells_who_listens_where_a_link_leads() {
    let directory = directory();
    let _live = listen(&name_of(&directory.path().join("s")), NONE);
    symlink("s", directory.path().join("link")).unwrap();

    until_server(&directory.path().join("link"), this_process());
}

/// As servers do that replace their predecessor.
#[test]
fn a_socket_that_was_renamed_over_another_one_is_not_confused_with_it() {
    let directory = directory();
    let (path, temporary) = (
        directory.path().join("s"),
        directory.path().join("s.temporary"),
    );
    let replaced = listen(&name_of(&path), NONE);
    let other = Holder::of(&replaced);
    drop(replaced);
    until_server(&path, other.pid());
    let _live = listen(&name_of(&temporary), NONE);
    fs::rename(&temporary, &path).unwrap();

    until_server(&path, this_process());
    assert_eq!(inspect(&temporary).state, NameState::Absent);

    // The other one has still been bound to the same path.
    fs::remove_file(&path).unwrap();
    let _successor = listen(&name_of(&path), NONE);
    until_server(&path, this_process());
}

#[test]
fn of_several_processes_that_hold_a_listener_none_is_told() {
    let directory = directory();
    let path = directory.path().join("s");
    let live = listen(&name_of(&path), NONE);
    let other = Holder::of(&live);

    assert_eq!(inspect(&path).state, NameState::Live);
    assert_eq!(inspect(&path).server, None);

    drop(live);
    until_server(&path, other.pid());
}

#[test]
fn tells_whether_an_abstract_name_is_taken_and_by_whom() {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, socket};

    let name = abstract_name();
    let inspect = || sys::inspect(&name, SocketOptions::ABSTRACT).unwrap();
    assert_eq!(inspect().state, NameState::Absent);

    let not_listening = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    let address = SocketAddrUnix::new_abstract_name(name.as_bytes()).unwrap();
    bind(&not_listening, &address).unwrap();
    assert_eq!(inspect().state, NameState::NotListening);
    assert_eq!(inspect().server, None);
    drop(not_listening);
    until_found(&name, SocketOptions::ABSTRACT, NameState::Absent);

    let live = listen(&name, SocketOptions::ABSTRACT);
    assert_eq!(inspect().state, NameState::Live);
    assert_eq!(inspect().full_name, name);
    until("it is known who listens", || {
        inspect()
            .server
            .is_some_and(|server| server.pid == this_process())
    });
    assert!(accepts_nobody(&live));
}

#[test]
fn a_connection_does_not_keep_an_abstract_name() {
    let name = ServerName::from(format!("anteroom-kept-{}", std::process::id()));
    let live = listen(&name, SocketOptions::ABSTRACT);
    let client = sys::connect(&name, SocketOptions::ABSTRACT, Timeout::Never).unwrap();
    let _accepted: UnixStream = crate::support::accept(&live);
    drop(live);

    until_found(&name, SocketOptions::ABSTRACT, NameState::Absent);
    drop(client);
}

/// In other lists of the system, a NUL is shown as an @.
#[test]
fn abstract_names_that_look_alike_are_not_confused() {
    let name = abstract_name();
    let live = listen(&name, SocketOptions::ABSTRACT);
    let alike: Vec<u8> = name
        .as_bytes()
        .iter()
        .map(|byte| if *byte == 0 { b'@' } else { *byte })
        .collect();
    let found = |name: &ServerName| sys::inspect(name, SocketOptions::ABSTRACT).unwrap();

    assert_eq!(found(&ServerName::from(alike)).state, NameState::Absent);
    assert_eq!(found(&name).state, NameState::Live);
    assert!(accepts_nobody(&live));
}

#[test]
fn a_path_that_looks_like_an_abstract_name_is_not_confused_with_it() {
    const TEST: &str =
        "inspect::server::a_path_that_looks_like_an_abstract_name_is_not_confused_with_it";
    if task().is_some() {
        let name = format!("anteroom-alike-{}", std::process::id());
        let _live = UnixListener::bind(format!("@{name}")).unwrap();
        let name = ServerName::from(name);
        let found = sys::inspect(&name, SocketOptions::ABSTRACT).unwrap();
        assert_eq!(found.state, NameState::Absent);
        return;
    }
    let directory = directory();
    let mut command = child("", TEST, "bind");
    command.current_dir(directory.path());
    run(command);
}
