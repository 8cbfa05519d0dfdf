//! Running programs: within a time limit, below strace, and those that cargo builds.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, path, thread};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use xshell::{Shell, cmd};

/// After this time a program hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs a program in a process group, so that no child survives it.
///
/// Returns its status, or nothing if it was killed after [`LIMIT`], and its output.
pub(crate) fn run(command: impl Into<Command>) -> Result<(Option<ExitStatus>, String)> {
    let file = tempfile::NamedTempFile::new()?;
    let mut command = command.into();
    command.process_group(0).stdin(Stdio::null());
    let streams = file.reopen()?;
    command.stdout(streams.try_clone()?).stderr(streams);
    // Cargo sets these for this program.
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("LD_LIBRARY_PATH");
    let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
    let deadline = Instant::now() + LIMIT;
    let mut status = child.try_wait()?;
    while status.is_none() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(2));
        status = child.try_wait()?;
    }
    // The group is gone if nothing survived.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    if status.is_none() {
        child.wait()?;
    }
    Ok((status, String::from_utf8_lossy(&fs::read(file.path())?).into_owned()))
}

/// Returns the output of a program that succeeds.
pub(crate) fn output(command: impl Into<Command>) -> Result<String> {
    let command = command.into();
    let line = format!("{command:?}");
    match run(command)? {
        (Some(status), output) if status.success() => Ok(output),
        (Some(status), output) => bail!("{line}: {status}\n{output}"),
        (None, output) => bail!("{line} hangs\n{output}"),
    }
}

/// Returns the name of the system call in a line of strace.
pub(crate) fn call_of(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('(')?;
    let is_name = name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    is_name.then_some(name)
}

/// The directory of what cargo builds.
pub(crate) fn target() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    path::absolute(target).expect("the current directory exists")
}

/// The packages of the workspace, as in `cargo metadata`.
pub(crate) fn packages(sh: &Shell) -> Result<Vec<Value>> {
    let metadata = cmd!(sh, "cargo metadata --format-version 1 --no-deps --locked").quiet();
    let mut metadata: Value = serde_json::from_str(&metadata.read()?)?;
    Ok(serde_json::from_value(metadata["packages"].take())?)
}

/// Builds the harnesses in the profile `release`, and returns their folder.
pub(crate) fn build_harnesses(sh: &Shell) -> Result<PathBuf> {
    cmd!(sh, "cargo build --release --locked -p anteroom-harnesses").run()?;
    Ok(target().join("release"))
}

/// Builds the tests as `cargo test --workspace` does, and returns folder of the package, name and
/// program of each.
pub(crate) fn build_tests(sh: &Shell) -> Result<Vec<(String, String, PathBuf)>> {
    let build = cmd!(sh, "cargo test --workspace --no-run --quiet --message-format=json");
    let messages = build.read()?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    Ok(messages.filter_map(|message: Value| test_program(&message)).collect())
}

fn test_program(message: &Value) -> Option<(String, String, PathBuf)> {
    let program = message["executable"].as_str()?;
    let folder = message["manifest_path"].as_str()?.rsplit('/').nth(1)?;
    let target = message["target"]["name"].as_str()?;
    let is_test = message["profile"]["test"].as_bool()?;
    is_test.then(|| (folder.to_owned(), target.to_owned(), program.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_of_reads_the_name_of_a_call() {
        assert_eq!(call_of("accept4(3, NULL, NULL, 0) = 5"), Some("accept4"));
        assert_eq!(call_of("+++ exited with 0 (no call) +++"), None);
    }

    #[test]
    fn test_program_reads_a_message_of_cargo() {
        let message = r#"{"manifest_path":"/a/core/Cargo.toml","target":{"name":"driver"},
            "profile":{"test":true},"executable":"/t/driver-1"}"#;
        let program = test_program(&serde_json::from_str(message).unwrap()).unwrap();
        assert_eq!(program, ("core".to_owned(), "driver".to_owned(), "/t/driver-1".into()));
    }

    #[test]
    fn output_includes_both_streams_and_survivors_are_killed() {
        let sh = Shell::new().unwrap();
        let script = "sleep 60 & echo one; echo two >&2";
        assert_eq!(output(cmd!(sh, "sh -c {script}")).unwrap(), "one\ntwo\n");
        assert!(output(cmd!(sh, "false")).is_err());
    }
}
