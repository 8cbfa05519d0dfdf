use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anteroom_core::{
    Backlog, Detail, ErrorKind, Failure, ListenOptions, Occupant, Operation, ServerName,
    SocketOptions, Timeout,
};
use anteroom_std::sys;
use rustix::fs::{OFlags, fcntl_getfl};

use crate::support::{
    NONE, WATCHDOG, accept, directory, leave_stale_socket, listen, listen_with, name_of,
    until_found,
};

fn failure(path: &std::path::Path) -> Failure {
    let error = sys::connect(&name_of(path), NONE, Timeout::Never).unwrap_err();
    assert_eq!(error.full_name, Some(name_of(path)));
    assert_eq!(error.failure.operation(), Operation::Connect);
    error.failure
}

fn is_as_new(socket: &OwnedFd) {
    assert!(!fcntl_getfl(socket).unwrap().contains(OFlags::NONBLOCK));
    // By the standard library: rustix panics where an emulator does not know the newer option.
    let stream = UnixStream::from(socket.try_clone().unwrap());
    assert_eq!(stream.write_timeout().unwrap(), None);
    let flags = rustix::io::fcntl_getfd(socket).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
}

#[test]
fn reaches_a_server_whatever_the_timeout() {
    use std::io::{Read as _, Write as _};

    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);

    for timeout in [
        Timeout::Never,
        Timeout::default(),
        Timeout::After(WATCHDOG),
        Timeout::After(Duration::MAX),
    ] {
        let connected = sys::connect(&name_of(&path), NONE, timeout).unwrap();

        is_as_new(&connected.socket);
        assert_eq!(connected.full_name, name_of(&path));
        UnixStream::from(connected.socket)
            .write_all(b"hello")
            .unwrap();
        let mut text = String::new();
        accept(&listener).read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn reaches_a_server_by_its_abstract_name() {
    let name = crate::support::abstract_name();
    let listener = listen(&name, SocketOptions::ABSTRACT);

    let connected = sys::connect(&name, SocketOptions::ABSTRACT, Timeout::Never).unwrap();

    assert_eq!(connected.full_name, name);
    accept(&listener);
}

#[test]
#[cfg(target_os = "linux")]
fn connect_finds_no_unused_abstract_name() {
    let name = crate::support::abstract_name();
    let address = sys::resolve(&name, SocketOptions::ABSTRACT, Operation::Connect).unwrap();

    let error = sys::connect(&name, SocketOptions::ABSTRACT, Timeout::Never).unwrap_err();

    assert_eq!(error.full_name, Some(name));
    for failure in [error.failure, sys::try_connect(&address).unwrap_err()] {
        assert_eq!(failure.kind(), ErrorKind::NotFound);
        assert_eq!(failure.code(), Some(sys::CODES.econnrefused));
        assert_eq!(failure.detail(), Detail::NobodyHasName);
    }
}

#[test]
fn the_kind_of_the_failure_tells_what_is_wrong() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    leave_stale_socket(&path("stale"));
    fs::write(path("file"), "").unwrap();

    assert_eq!(failure(&path("missing")).kind(), ErrorKind::NotFound);
    assert_eq!(failure(&path("missing")).code(), Some(sys::CODES.enoent));
    assert_eq!(failure(&path("missing/s")).kind(), ErrorKind::NotFound);
    assert_eq!(failure(&path("file/s")).kind(), ErrorKind::Name);
    assert_eq!(failure(&path("stale")).kind(), ErrorKind::Refused);
    assert_eq!(failure(&path("file")).kind(), ErrorKind::WrongObject);
    assert_eq!(
        failure(&path("file")).detail(),
        Detail::Occupied(Occupant::File)
    );
    let error = sys::connect(&ServerName::default(), NONE, Timeout::Never).unwrap_err();
    assert_eq!(error.failure.kind(), ErrorKind::Name);
    assert_eq!(error.full_name, None);
}

#[test]
fn one_attempt_gives_a_nonblocking_socket() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    let address = sys::resolve(&name_of(&path), NONE, Operation::Connect).unwrap();

    let socket = sys::try_connect(&address).unwrap().unwrap();

    assert!(fcntl_getfl(&socket).unwrap().contains(OFlags::NONBLOCK));
    accept(&listener);
    drop(listener);
    until_found(&name_of(&path), NONE, sys::NameState::Stale);
    assert_eq!(
        sys::try_connect(&address).unwrap_err().kind(),
        ErrorKind::Refused
    );
}

#[cfg(target_os = "linux")]
mod full_queue {
    use super::*;
    use std::process::{Command, Stdio};
    use std::sync::mpsc;
    use std::thread;

    use crate::support::{child, task, unlink, until};
    use anteroom_std::sys::RawListener;

    /// A server with a full queue.
    fn server(path: &std::path::Path) -> (RawListener, UnixStream) {
        let listener = listen_with(
            &name_of(path),
            ListenOptions::new().with_backlog(Backlog::Limited(0)),
        );
        let client = UnixStream::connect(path).unwrap();
        (listener, client)
    }

    #[test]
    fn times_out_without_spinning() {
        let directory = directory();
        let path = directory.path().join("s");
        let _server = server(&path);
        let address = sys::resolve(&name_of(&path), NONE, Operation::Connect).unwrap();

        assert!(sys::try_connect(&address).unwrap().is_none());
        for limit in [Duration::ZERO, Duration::from_millis(30)] {
            let (start, busy) = (Instant::now(), time_on_cpu());
            let error = sys::connect(&name_of(&path), NONE, Timeout::After(limit)).unwrap_err();
            assert_eq!(error.failure.kind(), ErrorKind::TimedOut);
            assert!(error.failure.code().is_some());
            assert!(start.elapsed() >= limit);
            let busy = time_on_cpu() - busy;
            assert!(busy < Duration::from_millis(10), "it was busy for {busy:?}");
        }
    }

    /// How long this thread was running.
    fn time_on_cpu() -> Duration {
        let statistics = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        let nanoseconds = statistics.split_whitespace().next().unwrap();
        Duration::from_nanos(nanoseconds.parse().unwrap())
    }

    #[test]
    fn waits_and_gets_in_when_there_is_a_place() {
        for timeout in [Timeout::Never, Timeout::After(WATCHDOG)] {
            let directory = directory();
            let path = directory.path().join("s");
            let (listener, _client) = server(&path);
            let (sender, receiver) = mpsc::channel();
            let name = name_of(&path);
            let client = thread::spawn(move || {
                sender
                    .send(fs::read_link("/proc/thread-self").unwrap())
                    .unwrap();
                sys::connect(&name, NONE, timeout)
            });
            let task = receiver.recv().unwrap();
            until("the client waits", || is_connecting(&task));

            accept(&listener);

            let connected = client.join().unwrap().unwrap();
            is_as_new(&connected.socket);
            accept(&listener);
        }
    }

    #[test]
    fn a_server_that_closes_ends_the_wait() {
        let directory = directory();
        let path = directory.path().join("s");
        let (listener, _client) = server(&path);
        let (sender, receiver) = mpsc::channel();
        let name = name_of(&path);
        let client = thread::spawn(move || {
            sender
                .send(fs::read_link("/proc/thread-self").unwrap())
                .unwrap();
            sys::connect(&name, NONE, Timeout::After(WATCHDOG))
        });
        let task = receiver.recv().unwrap();
        until("the client waits", || is_connecting(&task));

        drop(listener);

        let error = client.join().unwrap().unwrap_err();
        assert_eq!(error.failure.kind(), ErrorKind::Refused);
    }

    /// A process that is stopped and continued finds its wait interrupted, handler or not.
    #[test]
    fn a_signal_does_not_end_the_wait() {
        const TEST: &str = "connect::full_queue::a_signal_does_not_end_the_wait";
        if let Some(path) = task() {
            sys::connect(&ServerName::from(path), NONE, Timeout::After(WATCHDOG)).unwrap();
            return;
        }
        let directory = directory();
        let path = directory.path().join("s");
        let (listener, _client) = server(&path);
        let mut client = child("", TEST, path.to_str().unwrap())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let tasks = format!("{}/task", client.id());
        // The test runs on a thread of the child's.
        let waits = || {
            let entries = fs::read_dir(format!("/proc/{tasks}")).into_iter().flatten();
            entries
                .filter_map(Result::ok)
                .any(|entry| is_connecting(&entry.path()))
        };
        until("the client waits", waits);

        signal("STOP", client.id());
        until("the client is stopped", || state(client.id()) == Some('T'));
        signal("CONT", client.id());
        until("the client waits again", || {
            state(client.id()) != Some('T') && waits()
        });
        accept(&listener);

        assert!(client.wait().unwrap().success());
        accept(&listener);
    }

    fn signal(signal: &str, process: u32) {
        let status = Command::new("sh")
            .args(["-c", "kill -$0 $1", signal, &process.to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    fn state(process: u32) -> Option<char> {
        let status = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        status.rsplit_once(") ")?.1.chars().next()
    }

    /// Tells whether a thread sleeps where clients wait for a place in a queue.
    fn is_connecting(task: &std::path::Path) -> bool {
        let task = std::path::Path::new("/proc").join(task);
        fs::read_to_string(task.join("wchan"))
            .is_ok_and(|place| place.starts_with("unix_wait_for_peer"))
    }

    /// Keeps the type in use that tells how the file is removed.
    #[test]
    fn a_full_queue_is_live() {
        let directory = directory();
        let path = directory.path().join("s");
        let (listener, _client) = server(&path);
        assert_eq!(
            sys::inspect(&name_of(&path), NONE).unwrap().state,
            sys::NameState::Live
        );
        assert_eq!(unlink(&listener), Ok(()));
    }
}
