//! Adopts a descriptor while one system call of the adoption fails, for every call in turn.
//!
//! The program starts itself under strace, which makes the call fail. It has no test harness: what
//! strace counts is the calls of the first thread.

use std::any::Any;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use rustix::fs::fcntl_getfl;
use rustix::io::{Errno, FdFlags, fcntl_getfd, fcntl_setfd};

use crate::{AdoptError, Cause, ConvertError};

/// Set in the environment of the process that adopts: to what, by its number among the subjects.
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

/// What has adopted a descriptor: dropping it closes that.
type Adopted<E> = Result<Box<dyn Any>, E>;

/// What adopts descriptors.
pub(crate) enum Subject {
    /// A server, which takes listeners.
    Server(fn(OwnedFd) -> Adopted<AdoptError>),
    /// A socket, which takes connections.
    Socket(fn(OwnedFd) -> Adopted<ConvertError<OwnedFd>>),
}

pub(crate) fn run(subjects: &[Subject]) {
    if let Some(role) = env::var_os(ROLE) {
        let number: usize = role.to_str().unwrap().parse().unwrap();
        return adopt_once(&subjects[number]);
    }
    let mut attempt = Command::new("strace");
    attempt.args(["-qq", "-o", "/dev/null", "true"]);
    attempt.stderr(Stdio::null());
    if !attempt.status().is_ok_and(|status| status.success()) {
        println!("SKIPPED: strace is not there or may not trace");
        return;
    }
    for (role, _) in subjects.iter().enumerate() {
        inject_faults(&role.to_string());
    }
}

fn inject_faults(role: &str) {
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    expect_success(&under_strace(role, &trace, &[]), "no fault");
    let calls = calls_of_adoption(&fs::read_to_string(&trace).unwrap());
    let mut given_back = 0;
    for (call, number) in &calls {
        let what = format!("{call}, {number}.");
        let trace_one = format!("trace={call}");
        let inject = format!("inject={call}:error=EMFILE:when={number}");
        let output = under_strace(role, &trace, &["-e", &trace_one, "-e", &inject]);
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

fn under_strace(role: &str, trace: &Path, arguments: &[&str]) -> Output {
    Command::new("timeout")
        .args(["60", "strace", "-qq", "-e", "signal=none", "-o"])
        .arg(trace)
        .args(arguments)
        .arg(env::current_exe().unwrap())
        .env(ROLE, role)
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

impl Subject {
    /// Returns what the subject takes, which child processes inherit, and what keeps it alive.
    fn descriptor(&self, path: &Path) -> (OwnedFd, Option<UnixStream>) {
        let (descriptor, peer) = match self {
            Self::Server(_) => (OwnedFd::from(UnixListener::bind(path).unwrap()), None),
            Self::Socket(_) => {
                let (socket, peer) = UnixStream::pair().unwrap();
                (socket.into(), Some(peer))
            }
        };
        fcntl_setfd(descriptor.as_fd(), FdFlags::empty()).unwrap();
        (descriptor, peer)
    }

    /// Adopts the descriptor, or returns it with the code of the system that the error holds.
    fn adopt(&self, descriptor: OwnedFd) -> Adopted<(OwnedFd, Option<i32>)> {
        match self {
            Self::Server(adopt) => adopt(descriptor).map_err(|error| {
                let code = error.raw_os_error();
                (error.into_parts().0, code)
            }),
            Self::Socket(adopt) => adopt(descriptor).map_err(|ConvertError { socket, error }| {
                let cause = error.get_ref().and_then(|error| error.downcast_ref());
                (socket, cause.and_then(Cause::raw_os_error))
            }),
        }
    }
}

fn adopt_once(subject: &Subject) {
    let directory = tempfile::tempdir().unwrap();
    // A runtime may keep what it opens when it is first used.
    let (first, peer) = subject.descriptor(&directory.path().join("first"));
    drop((subject.adopt(first).unwrap(), peer));
    let (descriptor, _peer) = subject.descriptor(&directory.path().join("second"));
    let before = state(&descriptor);

    let _ = fs::read_link(BEGIN);
    let result = subject.adopt(descriptor);
    let _ = fs::read_link(END);

    match result {
        Ok(adopted) => {
            println!("adopted");
            drop(adopted);
        }
        Err((descriptor, code)) => {
            println!("given back");
            assert_eq!(state(&descriptor), before);
            assert_eq!(code, Some(Errno::MFILE.raw_os_error()));
            drop(subject.adopt(descriptor).unwrap());
        }
    }
    assert_eq!(open_descriptors(), before.3 - 1);
}
