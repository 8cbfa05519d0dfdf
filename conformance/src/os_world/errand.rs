//! What is done as another user: in a child process, since the rights are given up for good.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::process::{Child, Command, ExitStatus, Stdio, exit};
use std::{env, io};

use anteroom_core::{ErrorKind, ServerName, SocketOptions};

use super::bare::{Connecting, try_connect};
use crate::harness::child_entry;

const TASK: &str = "ANTEROOM_ERRAND";
const USER: &str = "ANTEROOM_ERRAND_USER";
const GROUP: &str = "ANTEROOM_ERRAND_GROUP";
const PATH: &str = "ANTEROOM_ERRAND_PATH";

/// How many appearances of the socket a besieger has to be turned away from before it gives up.
///
/// Being turned away a thousand times from the same one says no more than once: where both
/// processes share a processor, that happens while the server does not run at all.
const APPEARANCES: u32 = 200;

/// What the other process is to do at a full name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Connect once.
    Connect,
    /// Connect as fast as possible, until access was denied often enough, or granted once.
    Besiege,
}

/// A task, and who carries it out.
#[derive(Clone, Debug)]
pub(super) struct Errand {
    pub(super) task: Task,
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) full_name: ServerName,
}

/// What became of an errand: whether somebody got in, or why not.
pub(super) type Outcome = Result<(), ErrorKind>;

/// The exit codes of an errand; far from what a test program itself exits with.
const CODES: [(i32, Outcome); 7] = [
    (40, Ok(())),
    (41, Err(ErrorKind::Access)),
    (42, Err(ErrorKind::Name)),
    (43, Err(ErrorKind::Refused)),
    (44, Err(ErrorKind::Resources)),
    (45, Err(ErrorKind::Unknown)),
    (46, Err(ErrorKind::NotFound)),
];

impl Errand {
    /// Sends out the process.
    pub(super) fn start(&self) -> Child {
        let program = env::current_exe().expect("the path of this program");
        Command::new(program)
            .args([child_entry(), "--exact", "--nocapture", "--test-threads=1"])
            .env(TASK, format!("{:?}", self.task))
            .env(USER, self.user.to_string())
            .env(GROUP, self.group.to_string())
            .env(PATH, OsString::from_vec(self.full_name.as_bytes().to_vec()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("this program can be started again")
    }

    fn in_environment() -> Option<Self> {
        let number = |name| env::var(name).ok()?.parse().ok();
        let task = env::var(TASK).ok()?;
        Some(Self {
            task: [Task::Connect, Task::Besiege]
                .into_iter()
                .find(|known| format!("{known:?}") == task)?,
            user: number(USER)?,
            group: number(GROUP)?,
            full_name: ServerName::from(env::var_os(PATH)?.into_vec()),
        })
    }

    fn carry_out(&self) -> Outcome {
        match self.task {
            Task::Connect => self.connect(),
            Task::Besiege => self.besiege(),
        }
    }

    fn connect(&self) -> Outcome {
        match try_connect(&self.full_name, SocketOptions::empty()) {
            Connecting::Connected(_) => Ok(()),
            Connecting::Failed(kind) => Err(kind),
            Connecting::Waiting => panic!("the queue of {} is full", self.full_name),
        }
    }

    fn besiege(&self) -> Outcome {
        let (mut appearances, mut was_there) = (0, false);
        while appearances < APPEARANCES {
            let outcome = self.connect();
            let is_there = match outcome {
                Ok(()) => return Ok(()),
                Err(kind) => kind == ErrorKind::Access,
            };
            if is_there && !was_there {
                appearances += 1;
            }
            was_there = is_there;
            if is_there {
                // Let the server go on, if this is its processor, too.
                std::thread::yield_now();
            }
        }
        Err(ErrorKind::Access)
    }
}

/// Says what the exit of such a process means.
pub(super) fn outcome(status: ExitStatus) -> Outcome {
    let known = CODES.iter().find(|(code, _)| status.code() == Some(*code));
    known
        .unwrap_or_else(|| panic!("the errand of another user went astray: {status}"))
        .1
}

/// Carries out the errand that the environment names, and ends the process; else does nothing.
pub(crate) fn carry_out_errand() {
    let Some(errand) = Errand::in_environment() else {
        return;
    };
    become_somebody(errand.user, errand.group).expect("only root sends out errands");
    let outcome = errand.carry_out();
    let code = CODES.iter().find(|(_, known)| *known == outcome);
    exit(code.expect("every outcome of connecting has a code").0);
}

/// Makes the thread that connects somebody else.
///
/// That thread alone: all others would be interrupted in order to change, and the process may end
/// while one of them still is, which it does not survive.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn become_somebody(user: u32, group: u32) -> io::Result<()> {
    use rustix::process::{Gid, Uid};
    use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};

    set_thread_groups(&[])?;
    set_thread_gid(Gid::from_raw(group))?;
    set_thread_uid(Uid::from_raw(user))?;
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn become_somebody(user: u32, group: u32) -> io::Result<()> {
    use nix::unistd::{Gid, Uid, setgid, setuid};

    leave_groups()?;
    setgid(Gid::from_raw(group))?;
    setuid(Uid::from_raw(user))?;
    Ok(())
}

/// Gives up the supplementary groups, by which somebody might get in after all.
#[cfg(not(target_vendor = "apple"))]
pub(super) fn leave_groups() -> io::Result<()> {
    Ok(nix::unistd::setgroups(&[])?)
}

#[cfg(target_vendor = "apple")]
pub(super) fn leave_groups() -> io::Result<()> {
    Ok(())
}
