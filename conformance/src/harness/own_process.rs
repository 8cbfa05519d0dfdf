//! Runs a case that changes properties of the whole process (`TMPDIR`, umask, limits) in a new
//! process: the same test program, with only that test.

use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tempfile::TempDir;

use super::watchdog;
use crate::{Case, TemporaryDirectory};

/// Set in a process that was started for one case.
const ROLE: &str = "ANTEROOM_CASE_PROCESS";

/// Longer than the limit of the case, which the new process checks.
const LIMIT: Duration = watchdog::LIMIT.saturating_add(Duration::from_secs(15));

/// Returns whether this process was started for one case.
pub(super) fn is_this_one() -> bool {
    env::var_os(ROLE).is_some()
}

/// Prints that the case runs: with a wrong test name the new process would succeed without it.
pub(super) fn declare(case: &Case) {
    println!("{}", declaration(case));
}

/// Runs the test of this name in a new process.
pub(super) fn run(case: &'static Case, test: &str) {
    let test = test.to_owned();
    watchdog::guard(&case.to_string(), LIMIT, move || run_and_wait(case, &test));
}

fn run_and_wait(case: &Case, test: &str) {
    let scratch =
        TempDir::with_prefix_in("at-", "/tmp").expect("a temporary directory can be created");
    let mut command = Command::new(env::current_exe().expect("this program has a path"));
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ROLE, "1")
        // A server that does not resolve plain names creates its files here.
        .current_dir(scratch.path());
    if let Some(directory) = case.temporary_directory {
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
    // With the print macros, so that it is captured like the output of any test.
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    std::io::stdout().flush().expect("standard output is open");
    let declared = String::from_utf8_lossy(&output.stdout).contains(&declaration(case));
    assert!(declared, "the other process did not run {case} as {test}");
    assert!(
        output.status.success(),
        "{case} failed in its own process: {}",
        output.status
    );
}

/// Locked shared while a case runs in this process, and exclusively to start a new process.
///
/// Until it calls `exec`, the new process has all descriptors of this one: a socket that a case has
/// closed would stay open for a moment, and its name in use.
static DESCRIPTORS: RwLock<()> = RwLock::new(());

/// Prevents the start of new processes while a case runs in this one.
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
    // The relative path has to exist.
    const INSIDE: &str = "inside";
    match what {
        TemporaryDirectory::Unset => command.env_remove(NAME),
        TemporaryDirectory::Empty => command.env(NAME, ""),
        TemporaryDirectory::Fresh => command.env(NAME, scratch),
        TemporaryDirectory::FreshWithSlash => command.env(NAME, scratch.join("")),
        TemporaryDirectory::Missing => command.env(NAME, scratch.join("missing")),
        TemporaryDirectory::Relative => {
            std::fs::create_dir(scratch.join(INSIDE)).expect("a directory can be created");
            command.env(NAME, INSIDE)
        }
    };
}

fn declaration(case: &Case) -> String {
    format!("in its own process: {case}")
}
