//! The system calls that one connection costs, bare and with anteroom, on every backend.
//!
//! `HARNESS --subject bare|anteroom --pattern PATTERN --connections N` serves N clients, which run in
//! a child process. Calls that do not belong to a connection are not counted:
//!
//! - start and stop: the calls for 500 connections are subtracted from those for 1000;
//! - the pace of the clients: they run in step with the server, by writev(2) and readv(2);
//! - reading the clock, which is a system call only on some machines;
//! - the reactor of async-io: its thread polls when the serving thread does not for some
//!   microseconds, so chance decides which of the two makes these calls.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use xshell::{Shell, cmd};

use crate::page;
use crate::process::{build_harnesses, call_of, output};

const FEW: u32 = 500;
const MANY: u32 = 1000;
/// Harness, clients, and the most calls that anteroom may make for one connection; with a sign, how
/// many more than the bare listener.
///
/// In a burst anteroom registers no socket with a runtime, which saves two calls. On async-io accepted
/// sockets are non-blocking already, which saves one. A request takes four calls: accept, receive,
/// send, close. On tokio each wait is one more, and so is the accept that finds no client before it.
/// On async-io an eighth of these accepts is made if clients come one by one, and each of them if
/// clients come in pairs.
const BUDGETS: &str = "\
std sequential +0.1
std burst +0.1
std one-client +0.1
std two-clients +0.1
tokio sequential +0.1
tokio burst -1.9
tokio one-client 6.1
tokio two-clients 5.2
smol sequential -1.8
smol burst -2.9
smol one-client 4.2
smol two-clients 4.2";

pub(crate) fn harness(backend: &str) -> &'static str {
    match backend {
        "std" => "syscall_harness",
        "tokio" => "syscall_harness_tokio",
        _ => "syscall_harness_smol",
    }
}

pub(crate) fn check(sh: &Shell, write: bool) -> Result<()> {
    // The backlog has to hold every client of a burst.
    let longest: u32 = sh.read_file("/proc/sys/net/core/somaxconn")?.trim().parse()?;
    ensure!(longest >= MANY, "net.core.somaxconn is {longest}: raise it to {MANY}");

    let harnesses = build_harnesses(sh)?;
    let mut table = String::from("| backend | clients | bare | anteroom | budget |\n");
    table.push_str("|---|---|---|---|---|\n");
    let mut exceeded = 0;
    for row in BUDGETS.lines().map(|row| row.split(' ').collect::<Vec<_>>()) {
        let &[backend, pattern, budget] = &row[..] else { unreachable!("rows have three words") };
        let harness = harnesses.join(harness(backend));
        let [bare, anteroom] =
            ["bare", "anteroom"].map(|subject| count(sh, &harness, subject, pattern));
        let (bare, anteroom) = (bare?, anteroom?);
        let [all_bare, all] = [&bare, &anteroom].map(|calls| calls.values().sum::<f64>());
        let is_difference = budget.starts_with(['+', '-']);
        let budget = if is_difference { format!("bare {budget}") } else { budget.to_owned() };
        writeln!(table, "| {backend} | {pattern} | {all_bare:.1} | {all:.1} | {budget} |")?;
        println!("{backend}, {pattern}: bare {all_bare:.3}, anteroom {all:.3}, budget {budget}");
        if !holds(&budget, all_bare, all) {
            exceeded += 1;
            println!("EXCEEDED: bare {bare:.2?}, anteroom {anteroom:.2?}");
        }
    }
    ensure!(exceeded == 0, "{exceeded} budgets are exceeded");
    page::update("docs/costs.md", "costs", &table, write)
}

/// Compares to a hundredth of a call: a few calls of the start differ.
fn holds(budget: &str, bare: f64, anteroom: f64) -> bool {
    let (calls, budget) = match budget.strip_prefix("bare ") {
        Some(budget) => (anteroom - bare, budget),
        None => (anteroom, budget),
    };
    budget.parse().is_ok_and(|budget: f64| calls < budget + 0.005)
}

/// Returns how many calls of each kind one connection costs.
fn count(
    sh: &Shell,
    harness: &Path,
    subject: &str,
    pattern: &str,
) -> Result<BTreeMap<String, f64>> {
    let mut calls = BTreeMap::new();
    for (connections, sign) in [(FEW, -1.0), (MANY, 1.0)] {
        let trace = tempfile::NamedTempFile::new()?;
        let path = trace.path();
        let strace = cmd!(sh, "strace -qq -esignal=none -o {path} {harness}");
        let connections = connections.to_string();
        output(strace.args([
            "--subject",
            subject,
            "--pattern",
            pattern,
            "--connections",
            &connections,
        ]))?;
        for line in fs::read_to_string(path)?.lines() {
            if let Some(call) = counted(line, harness.ends_with("syscall_harness_smol")) {
                *calls.entry(call.to_owned()).or_default() += sign / f64::from(MANY - FEW);
            }
        }
    }
    ensure!(calls.values().sum::<f64>() >= 1.0, "{}: nothing was served", harness.display());
    calls.retain(|_, number: &mut f64| number.abs() > 1e-9);
    Ok(calls)
}

/// Returns the name of the call in a line of the trace, if it counts.
fn counted(line: &str, without_reactor: bool) -> Option<&str> {
    const OF_REACTOR: [&str; 5] = ["epoll_pwait", "timerfd_settime", "futex", "read", "write"];
    let call = call_of(line)?;
    let is_of_reactor = OF_REACTOR.contains(&call)
        || line.contains("EPOLL_CTL_MOD")
        || call == "recvfrom" && line.contains("EAGAIN");
    let is_left_out = matches!(call, "readv" | "writev" | "clock_gettime");
    (!(is_left_out || without_reactor && is_of_reactor)).then_some(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_leaves_out_the_pace_and_the_reactor() {
        assert_eq!(counted("accept4(3, NULL) = 4", true), Some("accept4"));
        assert_eq!(counted("read(3, \"\", 1) = 0", false), Some("read"));
        assert_eq!(counted("read(3, \"\", 1) = 0", true), None);
        assert_eq!(counted("recvfrom(3) = -1 EAGAIN", true), None);
        assert_eq!(counted("readv(3) = 1", false), None);
    }

    #[test]
    fn budgets_hold_to_a_hundredth_of_a_call() {
        assert!(holds("bare +0.1", 5.0, 5.104));
        assert!(!holds("bare +0.1", 5.0, 5.106));
        assert!(!holds("4.2", 9.0, 4.21));
    }
}
