//! Connects as another user, in a child process, because a process cannot get its rights back.
//!
//! The child is the test program again, with only the test `child_entry`, which [`enter_child`] is
//! called by.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::process::{Child, Command, ExitStatus, Stdio, exit};
use std::sync::OnceLock;
use std::{env, io};

use anteroom_core::{ServerName, SocketOptions};

use super::raw_socket::{Connecting, try_connect};
use crate::ErrorKind;

const TASK: &str = "ANTEROOM_CHILD_TASK";
const USER: &str = "ANTEROOM_CHILD_USER";
const GROUP: &str = "ANTEROOM_CHILD_GROUP";
const PATH: &str = "ANTEROOM_CHILD_PATH";

/// The number of sockets that have to deny access to an attacker.
///
/// Several denials by one socket count once: if both processes share a processor, the server does
/// not run between them.
const SOCKETS: u32 = 200;

/// The name of the test `child_entry` in this program.
static ENTRY: OnceLock<String> = OnceLock::new();

/// Sets the name of the test `child_entry` in this program. That of any suite will do.
pub(crate) fn announce_child_entry(test: String) {
    let _ = ENTRY.set(test);
}

/// A task of the child process.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// Connect once.
    Connect,
    /// Connect as fast as possible, until access was granted once or denied by enough sockets.
    Attack,
}

/// A child process: its task, user and group, and the full name to connect to.
pub(super) struct Job {
    task: Task,
    user: u32,
    group: u32,
    full_name: ServerName,
}

/// The result of a job: connected, or why not.
pub(super) type Outcome = Result<(), ErrorKind>;

/// The exit codes of the child. A test program itself exits with other ones.
const CODES: [(i32, Outcome); 7] = [
    (40, Ok(())),
    (41, Err(ErrorKind::Access)),
    (42, Err(ErrorKind::Name)),
    (43, Err(ErrorKind::Refused)),
    (44, Err(ErrorKind::Resources)),
    (45, Err(ErrorKind::Unknown)),
    (46, Err(ErrorKind::NotFound)),
];

impl Job {
    /// Starts the child.
    pub(super) fn start(task: Task, user: u32, group: u32, full_name: &ServerName) -> Child {
        let program = env::current_exe().expect("this program has a path");
        let entry = ENTRY.get().expect("the suite announces its entry");
        Command::new(program)
            .args([entry, "--exact", "--nocapture", "--test-threads=1"])
            .env(TASK, format!("{task:?}"))
            .env(USER, user.to_string())
            .env(GROUP, group.to_string())
            .env(PATH, OsString::from_vec(full_name.as_bytes().to_vec()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("this program can be started again")
    }

    fn in_environment() -> Option<Self> {
        let number = |name| env::var(name).ok()?.parse().ok();
        let task = env::var(TASK).ok()?;
        Some(Self {
            task: [Task::Connect, Task::Attack]
                .into_iter()
                .find(|known| format!("{known:?}") == task)?,
            user: number(USER)?,
            group: number(GROUP)?,
            full_name: ServerName::from(env::var_os(PATH)?.into_vec()),
        })
    }

    fn run(&self) -> Outcome {
        match self.task {
            Task::Connect => self.connect(),
            Task::Attack => self.attack(),
        }
    }

    fn connect(&self) -> Outcome {
        match try_connect(&self.full_name, SocketOptions::empty()) {
            Connecting::Connected(_) => Ok(()),
            Connecting::Failed(kind) => Err(kind),
            Connecting::Waiting => panic!("the queue of {} is full", self.full_name),
        }
    }

    fn attack(&self) -> Outcome {
        let (mut sockets, mut was_denied) = (0, false);
        while sockets < SOCKETS {
            let is_denied = match self.connect() {
                Ok(()) => return Ok(()),
                Err(kind) => kind == ErrorKind::Access,
            };
            sockets += u32::from(is_denied && !was_denied);
            was_denied = is_denied;
            if is_denied {
                // The server may need this processor.
                std::thread::yield_now();
            }
        }
        Err(ErrorKind::Access)
    }
}

/// Returns the outcome for an exit code of the child.
pub(super) fn outcome(status: ExitStatus) -> Outcome {
    let known = CODES.iter().find(|(code, _)| status.code() == Some(*code));
    known
        .unwrap_or_else(|| panic!("the child of another user failed: {status}"))
        .1
}

/// Runs the job in the environment variables, and ends the process. Without one, does nothing.
pub(crate) fn enter_child() {
    let Some(job) = Job::in_environment() else {
        return;
    };
    become_user(job.user, job.group).expect("only root starts such a child");
    let outcome = job.run();
    let code = CODES.iter().find(|(_, known)| *known == outcome);
    exit(code.expect("every outcome has a code").0);
}

/// Changes the user and group of the calling thread.
///
/// Only of this thread: changing them all interrupts each, and the process crashes if it ends
/// meanwhile.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn become_user(user: u32, group: u32) -> io::Result<()> {
    use rustix::process::{Gid, Uid};
    use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};

    set_thread_groups(&[])?;
    set_thread_gid(Gid::from_raw(group))?;
    set_thread_uid(Uid::from_raw(user))?;
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn become_user(user: u32, group: u32) -> io::Result<()> {
    use nix::unistd::{Gid, Uid, setgid, setuid};

    leave_groups()?;
    setgid(Gid::from_raw(group))?;
    setuid(Uid::from_raw(user))?;
    Ok(())
}

/// Drops the supplementary groups.
#[cfg(not(target_vendor = "apple"))]
pub(super) fn leave_groups() -> io::Result<()> {
    Ok(nix::unistd::setgroups(&[])?)
}

#[cfg(target_vendor = "apple")]
pub(super) fn leave_groups() -> io::Result<()> {
    Ok(())
}
