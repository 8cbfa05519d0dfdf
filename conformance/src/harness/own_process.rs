//! Cases that change what belongs to the whole process run in one of their own.
//!
//! The process is the same test program, told to run the same test: `set_var`, umask and limits
//! then concern nobody else.

use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tempfile::TempDir;

use super::watchdog;
use crate::{Case, TemporaryDirectory};

/// Set in the environment of a process that was started for one case.
const ROLE: &str = "ANTEROOM_CASE_PROCESS";

/// Longer than the limit of the case itself, which the other process watches over.
const LIMIT: Duration = watchdog::LIMIT.saturating_add(Duration::from_secs(15));

/// Returns whether this very process was started for one case.
pub(super) fn is_this_one() -> bool {
    env::var_os(ROLE).is_some()
}

/// Says that the case is run, so that a misspelt test name cannot pass for success.
pub(super) fn declare(case: &Case) {
    println!("{}", declaration(case));
}

/// Runs the test of this name once more, in a process of its own.
pub(super) fn run(case: &'static Case, test: &str) {
    let test = test.to_owned();
    watchdog::guard(&case.to_string(), LIMIT, move || run_and_wait(case, &test));
}

fn run_and_wait(case: &Case, test: &str) {
    let scratch = TempDir::with_prefix_in("at-", "/tmp").expect("a temporary directory");
    let mut command = Command::new(env::current_exe().expect("the path of this program"));
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ROLE, "1");
    if let Some(directory) = case.temporary_directory() {
        set_temporary_directory(&mut command, directory, scratch.path());
    }
    let output = start(&mut command)
        .and_then(Child::wait_with_output)
        .expect("this program can be started again");
    for skipped in String::from_utf8_lossy(&output.stdout).lines() {
        if skipped.starts_with("skipped: ") {
            super::print_uncaptured(skipped);
        }
    }
    // Through the print macros, so that it is captured like the output of any test.
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    std::io::stdout().flush().expect("standard output is open");
    let declared = String::from_utf8_lossy(&output.stdout).contains(&declaration(case));
    assert!(declared, "the other process did not run {case} as {test}");
    assert!(
        output.status.success(),
        "{case} failed in a process of its own: {}",
        output.status
    );
}

/// Held by cases that run in this process, and alone by whoever starts another one.
///
/// Until the new process has become another program it has all descriptors of this one: a socket
/// that a case has closed would live on for a moment, and its name be taken.
static DESCRIPTORS: RwLock<()> = RwLock::new(());

/// Keeps other processes from being started while a case runs in this one.
pub(super) fn keep_out() -> impl Sized {
    DESCRIPTORS.read().unwrap_or_else(PoisonError::into_inner)
}

fn start(command: &mut Command) -> std::io::Result<Child> {
    let _alone = DESCRIPTORS.write().unwrap_or_else(PoisonError::into_inner);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

fn set_temporary_directory(command: &mut Command, what: TemporaryDirectory, scratch: &Path) {
    const NAME: &str = "TMPDIR";
    // Only there for the relative path to lead somewhere.
    const INSIDE: &str = "inside";
    match what {
        TemporaryDirectory::Unset => command.env_remove(NAME),
        TemporaryDirectory::Empty => command.env(NAME, ""),
        TemporaryDirectory::Fresh => command.env(NAME, scratch),
        TemporaryDirectory::FreshWithSlash => command.env(NAME, scratch.join("")),
        TemporaryDirectory::Missing => command.env(NAME, scratch.join("missing")),
        TemporaryDirectory::Relative => {
            std::fs::create_dir(scratch.join(INSIDE)).expect("a directory inside");
            command.current_dir(scratch).env(NAME, INSIDE)
        }
    };
}

fn declaration(case: &Case) -> String {
    format!("in a process of its own: {case}")
}
