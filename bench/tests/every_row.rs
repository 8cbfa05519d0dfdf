//! Everything is measured once, in small, by the program as it is run by hand.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::process::{Command, Output};

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

const ROUNDS: usize = 2;
const CONNECTIONS: u64 = 20;
const ROUND_TRIPS: u64 = 30;
const MEBIBYTES: u64 = 1;
const HELD: u64 = 30;
const WORKLOADS: [&str; 7] = [
    "one-client",
    "two-clients",
    "late",
    "burst",
    "ping-pong",
    "stream",
    "held",
];

fn bench(arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anteroom-bench"));
    Ok(command.args(arguments).output()?)
}

/// Which subjects there are, with the runtime below them.
fn subjects(workload: &str) -> Vec<(&'static str, &'static str)> {
    let mut subjects = Vec::new();
    let runtimes = ["std", "tokio-1", "tokio-2", "smol"];
    // One thread serves one client at a time.
    let at_a_time = matches!(workload, "late" | "held");
    for runtime in runtimes.into_iter().skip(usize::from(at_a_time)) {
        subjects.extend(["bare", "anteroom", "bare again"].map(|subject| (runtime, subject)));
        if runtime != "smol" {
            subjects.push((runtime, "interprocess"));
        }
    }
    subjects
}

/// How many connections are to be served in a batch, and how many bytes.
fn expected(workload: &str) -> (u64, u64) {
    match workload {
        "ping-pong" => (1, ROUND_TRIPS * 64),
        "stream" => (1, MEBIBYTES << 20),
        "held" => (HELD + CONNECTIONS, (HELD + CONNECTIONS) * 64),
        _ => (CONNECTIONS, CONNECTIONS * 64),
    }
}

#[test]
fn every_subject_serves_every_workload_completely_in_every_round() -> Result {
    let directory = tempfile::tempdir()?;
    let (csv, results) = (
        directory.path().join("all.csv"),
        directory.path().join("all.md"),
    );
    let output = bench(&[
        &format!("--rounds={ROUNDS}"),
        &format!("--connections={CONNECTIONS}"),
        &format!("--round-trips={ROUND_TRIPS}"),
        &format!("--mebibytes={MEBIBYTES}"),
        &format!("--held={HELD}"),
        &format!("--samples={}", csv.display()),
        &format!("--write={}", results.display()),
    ])?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");

    let mut served: BTreeMap<(String, String, String), Vec<(u64, u64)>> = BTreeMap::new();
    for line in fs::read_to_string(&csv)?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [
            _,
            runtime,
            workload,
            subject,
            _,
            connections,
            bytes,
            wall,
            cpu,
            held,
            _,
            p50,
            p99,
            p999,
        ] = fields[..]
        else {
            panic!("a line of other fields: {line}");
        };
        assert!(
            wall.parse::<u64>()? > 0 && cpu.parse::<u64>()? > 0,
            "{line}"
        );
        let latencies: [u64; 3] = [p50.parse()?, p99.parse()?, p999.parse()?];
        assert!(latencies.is_sorted(), "{line}");
        let is_held = workload == "held";
        assert_eq!(latencies[0] > 0, is_held, "{line}");
        assert_eq!(held.parse::<u64>()?, HELD * u64::from(is_held), "{line}");
        let row = (workload.to_owned(), runtime.to_owned(), subject.to_owned());
        let batches = served.entry(row).or_default();
        batches.push((connections.parse()?, bytes.parse()?));
    }
    let text = String::from_utf8(output.stdout)?;
    assert!(fs::read_to_string(&results)?.contains(text.trim()));
    let mut rows = text.lines();
    for workload in WORKLOADS {
        for (runtime, subject) in subjects(workload) {
            let row = (workload.to_owned(), runtime.to_owned(), subject.to_owned());
            let batches = served.remove(&row).unwrap_or_default();
            assert_eq!(batches, [expected(workload); ROUNDS], "{row:?}");
            // The rows of the tables come in the same order.
            let start = format!("| {runtime:7} | {subject:12} |");
            assert!(
                rows.any(|line| line.starts_with(&start)),
                "{row:?} is missing in:\n{text}"
            );
        }
    }
    assert!(served.is_empty(), "{served:?}");
    Ok(())
}

#[test]
fn a_burst_that_can_not_be_queued_is_an_error_at_once() -> Result {
    let output = bench(&["--workload=burst", "--connections=100000000"])?;
    let errors = String::from_utf8(output.stderr)?;
    assert!(
        !output.status.success() && output.stdout.is_empty(),
        "{errors}"
    );
    assert!(
        errors.contains("choose a smaller number with --connections"),
        "{errors}"
    );
    Ok(())
}

#[test]
fn as_many_connections_are_held_as_descriptors_allow_and_it_is_said() -> Result {
    let output = Command::new("sh")
        .args(["-c", "ulimit -n 128 && exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_anteroom-bench"))
        .args(["--workload=held", "--connections=20", "--rounds=1"])
        .output()?;
    let (errors, text) = (
        String::from_utf8(output.stderr)?,
        String::from_utf8(output.stdout)?,
    );
    assert!(output.status.success(), "{errors}");
    let note = "note: 64 connections are held instead of 9000";
    assert!(errors.contains(note), "{errors}");
    assert!(text.contains("64 connections are live and idle"), "{text}");
    Ok(())
}

#[test]
fn clients_that_are_not_served_end_with_an_error() -> Result {
    use std::io::Write as _;
    use std::process::Stdio;

    let directory = tempfile::tempdir()?;
    let nobody = directory.path().join("nobody listens here");
    let mut clients = Command::new(env!("CARGO_BIN_EXE_anteroom-bench"))
        .arg("--clients")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut orders = clients.stdin.take().ok_or("the input is piped")?;
    writeln!(orders, "one-client 5 0 {}\ngo", nobody.display())?;
    drop(orders);
    let output = clients.wait_with_output()?;
    let errors = String::from_utf8(output.stderr)?;
    assert!(!output.status.success(), "{errors}");
    assert!(errors.contains("nobody listens here"), "{errors}");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_ends_with_an_error_when_the_clients_are_killed() -> Result {
    use std::process::Stdio;
    use std::thread;

    use rustix::process::{Pid, Signal, kill_process};

    let bench = Command::new(env!("CARGO_BIN_EXE_anteroom-bench"))
        .args([
            "--only=std",
            "--workload=one-client",
            "--connections=1000000000",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let children = format!("/proc/{0}/task/{0}/children", bench.id());
    let clients = loop {
        let list = fs::read_to_string(&children)?;
        if let Some(child) = list.split_ascii_whitespace().next() {
            break child.parse()?;
        }
        thread::yield_now();
    };
    kill_process(
        Pid::from_raw(clients).ok_or("no process is 0")?,
        Signal::KILL,
    )?;
    let output = bench.wait_with_output()?;
    let errors = String::from_utf8(output.stderr)?;
    assert!(
        !output.status.success() && errors.contains("error: "),
        "{errors}"
    );
    Ok(())
}
