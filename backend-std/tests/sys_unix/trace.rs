//! The system calls: their order, their flags, and signals.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::fd::AsFd as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anteroom_core::{Detail, ListenOptions, Owner, ServerName, SocketOptions, Timeout};
use anteroom_std::sys;

use crate::support::{NONE, accept, child, directory, listen, name_of, run, skip, task, unlink};

/// Runs a test in a traced child, and returns its calls from the first local socket on; none if
/// that is impossible here.
fn trace(arguments: &str, test: &str, task: &str) -> Option<Vec<String>> {
    let mut attempt = Command::new("strace");
    attempt.args(["-qq", "-o", "/dev/null", "true"]);
    attempt.stderr(Stdio::null());
    if !attempt.status().is_ok_and(|status| status.success()) {
        skip("strace is not there or may not trace");
        return None;
    }
    let directory = directory();
    let file = directory.path().join("trace");
    let command = format!("strace -f -qq {arguments} -o {}", file.display());
    run(child(
        &format!("set -- \"$0\" \"$@\"; exec {command} \"$@\";"),
        test,
        task,
    ));
    Some(calls_in(&fs::read_to_string(file).unwrap()))
}

/// Returns the calls of the thread that made the first local socket, from that one on.
fn calls_in(trace: &str) -> Vec<String> {
    let mut lines = trace.lines().filter_map(|line| line.split_once(' '));
    let is_first = |(_, call): &(&str, &str)| call.trim_start().starts_with("socket(AF_UNIX");
    let first = lines.find(is_first).expect("a socket was made");
    let own = lines.filter(|(thread, _)| *thread == first.0);
    let calls = std::iter::once(first).chain(own);
    calls
        .map(|(_, call)| call.trim_start().to_owned())
        .collect()
}

/// Calls for memory, and those by which a debug build sees that a descriptor is open.
const BESIDE_THE_POINT: [&str; 6] = ["brk", "close", "fcntl", "getpid", "mmap", "munmap"];

/// The order of the calls ensures that the mode is never looser, and that no client connects before
/// it is exact.
#[test]
fn the_calls_come_in_the_order_that_leaves_no_gap() {
    const TEST: &str = "trace::the_calls_come_in_the_order_that_leaves_no_gap";
    if let Some(task) = task() {
        let (options, path) = task.split_once(' ').unwrap();
        let options = SocketOptions::from_bits_retain(options.parse().unwrap());
        listen(&ServerName::from(path), options);
        return;
    }
    for (options, expected) in [
        (
            SocketOptions::USER,
            "socket fchmod bind statx open statx statx removexattr statx statx getxattr statx listen",
        ),
        (
            SocketOptions::USER | SocketOptions::GROUP,
            "socket fchmod bind statx open statx statx removexattr statx chmod statx getxattr \
             statx listen",
        ),
        (NONE, "socket bind statx listen"),
    ] {
        let directory = directory();
        let path = directory.path().join("s").display().to_string();
        let task = format!("{} {path}", options.bits());
        let Some(calls) = trace("", TEST, &task) else {
            return;
        };
        // By its path another file could be meant, which was put there after the look.
        let by_path = |call: &&String| call.contains("chmod") && call.contains(&path);
        assert_eq!(calls.iter().find(by_path), None);
        // Group bits would be the mask of an inherited ACL, before that is removed.
        let mut narrowed = calls.iter().filter(|call| call.starts_with("fchmod("));
        assert!(narrowed.all(|call| call.contains(", 0700)")), "{calls:?}");
        let mut order: Vec<_> = calls
            .iter()
            .filter_map(|call| call.split('(').next())
            // The directory's descriptor is of no interest: the paths are absolute.
            .map(|call| call.trim_end_matches("at"))
            // A call that was interrupted by one of another thread has a second line.
            .filter(|call| !call.starts_with('<') && !BESIDE_THE_POINT.contains(call))
            .collect();
        let last = order.iter().position(|call| *call == "listen").unwrap();
        order.truncate(last + 1);
        assert_eq!(order.join(" "), expected);
    }
}

/// Each of the calls is interrupted once.
#[test]
fn signals_are_not_noticed() {
    const TEST: &str = "trace::signals_are_not_noticed";
    if let Some(path) = task() {
        let name = name_of(path.as_ref());
        let listener = listen(&name, NONE);
        let wait = |limit| sys::wait_readable(Some(listener.socket.as_fd()), None, limit).unwrap();
        for timeout in [Timeout::Never, Timeout::default()] {
            sys::connect(&name, NONE, timeout).unwrap();
            assert!(wait(None).listener);
            accept(&listener);
        }
        let (start, limit) = (Instant::now(), Duration::from_millis(1));
        assert_eq!(wait(Some(limit)), sys::Readiness::default());
        assert!(start.elapsed() >= limit);
        return;
    }
    let directory = directory();
    let path = directory.path().join("s");
    let interrupt = "-e inject=ppoll:error=EINTR:when=1..5+2 -e inject=accept4:error=EINTR:when=1+2 \
                     -e inject=connect:error=EINTR:when=1+2";
    let Some(calls) = trace(interrupt, TEST, path.to_str().unwrap()) else {
        return;
    };
    let interrupted = calls.iter().filter(|call| call.contains("EINTR"));
    assert_eq!(interrupted.count(), 7);
}

/// Each thread's first look at a file fails; the one that listens looks at its own file alone.
#[test]
fn a_look_that_fails_does_not_leave_the_file_behind() {
    const TEST: &str = "trace::a_look_that_fails_does_not_leave_the_file_behind";
    if let Some(path) = task() {
        let listener = listen(&ServerName::from(path.as_str()), NONE);
        assert_eq!(unlink(&listener), Ok(()));
        assert!(!std::path::Path::new(&path).exists());
        return;
    }
    let directory = directory();
    let path = directory.path().join("s");
    let fail = "-e inject=statx:error=ENOMEM:when=1";
    let Some(calls) = trace(fail, TEST, path.to_str().unwrap()) else {
        return;
    };
    assert!(calls.iter().any(|call| call.contains("INJECTED")));
}

/// A call that does nothing, and one that fails behind the file that was made.
#[test]
fn access_that_is_not_kept_and_a_file_that_is_left_are_reported() {
    const TEST: &str = "trace::access_that_is_not_kept_and_a_file_that_is_left_are_reported";
    if let Some(task) = task() {
        let (expected, path) = task.split_once(' ').unwrap();
        let options = ListenOptions::from(SocketOptions::USER | SocketOptions::GROUP)
            .with_owner(Owner::new(None, Some(rustix::process::getegid().as_raw())));
        let failure = sys::bind(&ServerName::from(path), options)
            .expect_err("a call fails")
            .failure;
        assert_eq!(format!("{:?}", failure.detail()), expected);
        return;
    }
    for (fail, expected, is_left) in [
        ("?chmod,?fchmodat:retval=0", "AccessNotKept", false),
        ("?chown,?fchownat:error=EIO", "OwnerRefused", false),
        ("removexattr:error=EIO", "AccessRefused", false),
        ("getxattr:error=EIO", "AccessRefused", false),
        (
            "listen:error=EIO -e inject=?unlink,?unlinkat:error=EACCES",
            "FileLeft",
            true,
        ),
    ] {
        let directory = directory();
        let path = directory.path().join("s");
        let task = format!("{expected} {}", path.display());
        let Some(calls) = trace(&format!("-e inject={fail}"), TEST, &task) else {
            return;
        };
        assert!(calls.iter().any(|call| call.contains("INJECTED")), "{fail}");
        assert_eq!(path.exists(), is_left, "{fail}");
    }
}

/// Its new owner can put a link in its place.
#[test]
fn a_file_that_was_given_away_is_not_changed_by_its_path() {
    const TEST: &str = "trace::a_file_that_was_given_away_is_not_changed_by_its_path";
    if let Some(path) = task() {
        let options = ListenOptions::from(SocketOptions::GROUP)
            .with_owner(Owner::new(Some(65_532), Some(65_531)));
        let failure = sys::bind(&ServerName::from(path.as_str()), options)
            .expect_err("the mode cannot be set")
            .failure;
        assert_eq!(failure.detail(), Detail::OwnerRefused);
        return;
    }
    if !crate::support::is_root() {
        return skip("only root can give files away");
    }
    let directory = directory();
    let path = directory.path().join("s");
    let fail = "-e inject=?chmod,?fchmodat:error=EPERM";
    let Some(calls) = trace(fail, TEST, path.to_str().unwrap()) else {
        return;
    };
    let changes = [
        "chmod",
        "fchmodat",
        "chown",
        "fchownat",
        "lchown",
        "removexattr",
        "lremovexattr",
    ];
    let by_path = calls.iter().find(|call| {
        let name = call.split('(').next().unwrap_or_default();
        changes.contains(&name) && call.contains(path.to_str().unwrap())
    });
    assert_eq!(by_path, None);
    assert!(!path.exists());
}

/// This program ignores the signal; one that does not would be ended by it.
#[test]
fn waking_nobody_raises_no_signal() {
    const TEST: &str = "trace::waking_nobody_raises_no_signal";
    if task().is_some() {
        // Where the trace begins.
        let _socket = rustix::net::socket(
            rustix::net::AddressFamily::UNIX,
            rustix::net::SocketType::STREAM,
            None,
        );
        let (sender, receiver) = sys::waker().unwrap();
        drop(receiver);
        sender.wake();
        return;
    }
    let Some(calls) = trace("", TEST, "wake") else {
        return;
    };
    assert!(calls.iter().any(|call| call.contains("EPIPE")));
    assert!(!calls.iter().any(|call| call.contains("SIGPIPE")));
}
