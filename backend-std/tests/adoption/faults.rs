//! Adopts a listener while one system call of the adoption fails, for every call in turn.
//!
//! The program starts itself under strace, which makes the call fail. It has no test harness: what
//! strace counts is the calls of the first thread.

use std::any::Any;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use rustix::fs::fcntl_getfl;
use rustix::io::{Errno, FdFlags, fcntl_getfd, fcntl_setfd};

use crate::AdoptError;

/// Set in the environment of the process that adopts.
const ROLE: &str = "ANTEROOM_TEST_ADOPTION";

/// Calls for memory, threads and hash seeds, and close(2): strace would leave the descriptor open.
const BESIDE_THE_POINT: [&str; 10] = [
    "brk",
    "close",
    "futex",
    "getpid",
    "getrandom",
    "madvise",
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
];

const BEGIN: &str = "/begin";
const END: &str = "/end";

/// Makes a server listen on the descriptor; dropping the server closes it.
pub(crate) type Adopt = fn(OwnedFd) -> Result<Box<dyn Any>, AdoptError>;

pub(crate) fn run(adopt: Adopt) {
    if env::var_os(ROLE).is_some() {
        return adopt_once(adopt);
    }
    let mut attempt = Command::new("strace");
    attempt.args(["-qq", "-o", "/dev/null", "true"]);
    attempt.stderr(Stdio::null());
    if !attempt.status().is_ok_and(|status| status.success()) {
        println!("SKIPPED: strace is not there or may not trace");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    expect_success(&under_strace(&trace, &[]), "no fault");
    let calls = calls_of_adoption(&fs::read_to_string(&trace).unwrap());
    let mut given_back = 0;
    for (call, number) in &calls {
        let what = format!("{call}, {number}.");
        let trace_one = format!("trace={call}");
        let inject = format!("inject={call}:error=EMFILE:when={number}");
        let output = under_strace(&trace, &["-e", &trace_one, "-e", &inject]);
        let outcome = expect_success(&output, &what);
        println!("{what}: {outcome}");
        let traced = fs::read_to_string(&trace).unwrap();
        assert!(traced.contains("INJECTED"), "{what}: it was not made");
        given_back += usize::from(outcome == "given back");
    }
    assert!(given_back >= 4, "{given_back} of {} failed", calls.len());
    println!(
        "{} faults, {given_back} descriptors given back",
        calls.len()
    );
}

fn under_strace(trace: &Path, arguments: &[&str]) -> Output {
    Command::new("timeout")
        .args(["60", "strace", "-qq", "-e", "signal=none", "-o"])
        .arg(trace)
        .args(arguments)
        .arg(env::current_exe().unwrap())
        .env(ROLE, "1")
        .output()
        .unwrap()
}

fn expect_success(output: &Output, what: &str) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Returns the calls between the marks, each with its number among all calls of that name.
fn calls_of_adoption(trace: &str) -> Vec<(String, usize)> {
    let mut names: Vec<&str> = Vec::new();
    let (mut adoption, mut is_adopting) = (Vec::new(), false);
    for line in trace.lines() {
        let Some((name, arguments)) = line.split_once('(') else {
            continue;
        };
        names.push(name);
        if name.starts_with("readlink") {
            is_adopting = arguments.contains(BEGIN) || is_adopting && !arguments.contains(END);
        } else if is_adopting && !BESIDE_THE_POINT.contains(&name) {
            let number = names.iter().filter(|earlier| **earlier == name).count();
            adoption.push((name.to_owned(), number));
        }
    }
    adoption
}

/// What has to be the same after a failure: number, flags, and how many descriptors are open.
fn state(descriptor: &OwnedFd) -> (RawFd, u32, u32, usize) {
    (
        descriptor.as_raw_fd(),
        fcntl_getfd(descriptor).unwrap().bits(),
        fcntl_getfl(descriptor).unwrap().bits(),
        open_descriptors(),
    )
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

fn inheritable_listener(path: &Path) -> OwnedFd {
    let listener = UnixListener::bind(path).unwrap();
    fcntl_setfd(listener.as_fd(), FdFlags::empty()).unwrap();
    listener.into()
}

fn adopt_once(adopt: Adopt) {
    let directory = tempfile::tempdir().unwrap();
    // A runtime may keep what it opens when it is first used.
    drop(adopt(inheritable_listener(&directory.path().join("first"))).unwrap());
    let descriptor = inheritable_listener(&directory.path().join("second"));
    let before = state(&descriptor);

    let _ = fs::read_link(BEGIN);
    let result = adopt(descriptor);
    let _ = fs::read_link(END);

    match result {
        Ok(server) => {
            println!("adopted");
            drop(server);
        }
        Err(error) => {
            println!("given back");
            let (descriptor, error) = error.into_parts();
            assert_eq!(state(&descriptor), before, "{error}");
            let code = error.error().and_then(|error| error.raw_os_error());
            assert_eq!(code, Some(Errno::MFILE.raw_os_error()), "{error}");
            drop(adopt(descriptor).unwrap());
        }
    }
    assert_eq!(open_descriptors(), before.3 - 1);
}
