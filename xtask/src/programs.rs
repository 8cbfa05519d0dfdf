//! Checks that run our programs: the examples, servers without descriptors, servers with
//! `panic = "abort"`, and the tests as another user.

use std::fs;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use xshell::{Shell, cmd};

use crate::process::{build_tests, output, run, target};

/// Example, shell command of a client whose socket is `$0`, and its output.
const CLIENTS: [(&str, &str, &str); 9] = [
    ("axum", "curl -sS --unix-socket $0 http://x/ | sed \"s/user $(id -u)/me/\"", "you are me\n"),
    ("axum", "curl -sS --unix-socket $0 -d 'all of it' http://x/upper", "ALL OF IT"),
    ("hyper", "curl -sS --unix-socket $0 -d 'all of it' http://x/", "ALL OF IT"),
    (
        "json_lines",
        "echo '{\"id\": 7, \"add\": [1, 2.5]}' | anteroom connect $0",
        "{\"id\":7,\"sum\":3.5}\n",
    ),
    ("calloop", "echo one line | anteroom connect $0", "one line\n"),
    ("echo_smol", "echo one line | anteroom connect $0", "one line\n"),
    ("echo_std", "echo one line | anteroom connect $0", "one line\n"),
    ("echo_tokio", "echo one line | anteroom connect $0", "one line\n"),
    ("mio_loop", "echo one line | anteroom connect $0", "one line\n"),
];

/// The examples answer `curl` and `anteroom connect`, and end well when they are stopped.
pub(crate) fn examples(sh: &Shell) -> Result<()> {
    build_tests(sh)?;
    let programs = target().join("debug");
    let path = format!("{}:{}", programs.display(), sh.var("PATH")?);
    output(Command::new(programs.join("examples/poll_loop")))?;
    for (example, client, expected) in CLIENTS {
        let folder = sh.create_temp_dir()?;
        let name = &folder.path().join("socket");
        let mut server =
            Command::new(programs.join(example)).arg(name).stdout(Stdio::piped()).spawn()?;
        // The first output says that the server listens.
        server.stdout.as_mut().context("a pipe")?.read_exact(&mut [0])?;
        let answer = output(cmd!(sh, "sh -c {client} {name}").env("PATH", &path));
        kill_process(Pid::from_child(&server), Signal::TERM)?;
        let status = server.wait()?;
        let answer = answer?;
        ensure!(answer == expected, "{example} answers {answer:?}, not {expected:?}");
        ensure!(status.success() && !name.exists(), "{example} does not end well: {status}");
        println!("{example}: ok");
    }
    Ok(())
}

/// With `panic = "abort"` servers serve where tokio or async-io lacks something that they can do
/// without; elsewhere the process ends, and no socket file stays.
pub(crate) fn abort(sh: &Shell) -> Result<()> {
    let abort = "profile.dev.panic = \"abort\"";
    let bins = ["--bin", "abort_harness_tokio", "--bin", "abort_harness_smol"];
    let build = cmd!(sh, "cargo build --locked -p anteroom-harnesses {bins...}");
    build.args(["--config", abort]).run()?;
    let harnesses = target().join("debug");
    let folder = sh.create_temp_dir()?;
    let name = &folder.path().join("server");
    for (harness, signal) in [
        ("abort_harness_tokio without-timers", None),
        ("abort_harness_smol", None),
        ("abort_harness_tokio without-io", Some(Signal::ABORT)),
    ] {
        let script = format!("ulimit -c 0; exec {}/{harness} $0", harnesses.display());
        let (status, output) = run(cmd!(sh, "sh -c {script} {name}"))?;
        let status = status.with_context(|| format!("{harness} hangs"))?;
        let is_expected = match signal {
            Some(signal) => status.signal() == Some(signal.as_raw()),
            None => status.success(),
        };
        ensure!(is_expected && !name.exists(), "{harness}: {status}\n{output}");
        println!("{harness}: {status}, and no file is left");
    }
    Ok(())
}

/// While there are no descriptors, asynchronous servers try again with pauses.
///
/// A test of each backend waits two seconds without descriptors, and then serves three clients. strace
/// counts how often any part of the runtime tried to accept.
pub(crate) fn starvation(sh: &Shell) -> Result<()> {
    const TEST: &str = "exhaustion::a_server_recovers_from_a_lack_of_descriptors_without_spinning";
    let mut programs = build_tests(sh)?;
    programs.retain(|(_, name, _)| name == "asynchronous");
    ensure!(programs.len() >= 2, "there are only {} test programs", programs.len());
    for (folder, _, program) in programs {
        let trace = tempfile::NamedTempFile::new()?;
        let path = trace.path();
        let strace = cmd!(sh, "strace -f -qq -esignal=none -etrace=accept,accept4 -o {path}");
        let output = output(strace.arg(program).args(["--exact", TEST]))?;
        ensure!(output.contains("test result: ok. 1 passed"), "{folder} has no test {TEST}");
        let trace = fs::read_to_string(path)?;
        let attempts = trace.matches("EMFILE").count();
        let is_served = |line: &&str| {
            line.rsplit(" = ").next().is_some_and(|result| result.parse::<u32>().is_ok())
        };
        let served = trace.lines().filter(is_served).count();
        println!("{folder}: {attempts} attempts in two seconds, then {served} clients");
        // The pauses double from 10 ms to 1 s, which makes eight attempts.
        ensure!((3..=20).contains(&attempts) && served == 3, "3 to 20 and 3 are expected");
    }
    Ok(())
}

/// The tests of the backends pass for a user without privileges.
pub(crate) fn unprivileged(sh: &Shell) -> Result<()> {
    let mut programs = build_tests(sh)?;
    let backends = ["backend-std", "backend-tokio", "backend-smol", "own-backend"];
    programs.retain(|(folder, ..)| backends.contains(&&**folder));
    // The target directory may be closed to that user.
    let copies = sh.create_temp_dir()?;
    let copies = copies.path();
    cmd!(sh, "chmod 755 {copies}").run()?;
    for (folder, name, program) in programs {
        let copy = copies.join(format!("{folder}-{name}"));
        sh.copy_file(program, &copy)?;
        cmd!(sh, "setpriv --reuid=65534 --regid=65533 --clear-groups {copy}").run()?;
    }
    Ok(())
}
