//! Makes every system call of a server's life fail with every errno.
//!
//! The harness runs scenarios; strace makes one call of a scenario fail. The harness prints the
//! outcome, and `WRONG:` if a promise was broken. `docs/faults.md` shows the outcomes and the order
//! of the calls. In the end signals interrupt every second call that can wait, and calls fail
//! permanently.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, thread};

use anyhow::{Result, ensure};
use xshell::{Shell, cmd};

use crate::page;
use crate::process::{build_harnesses, call_of, output, run};

/// Memory, threads and clocks; getpid, which cannot fail; and calls that read /proc and resolve
/// paths, which differ from machine to machine.
const IGNORED: &str = "brk clock_nanosleep futex getdents64 getpid getrandom madvise mmap mprotect \
    mremap munmap newfstatat openat prctl read readlink readlinkat sched_yield";
const WORKERS: usize = 2;
const MOST_ATTEMPTS: usize = 20;
/// An outcome of more errnos than these is that of "others".
const MOST_NAMED: usize = 12;

#[derive(Debug, PartialEq)]
struct Call {
    name: String,
    /// Among the calls of this name in the whole run.
    number: usize,
    /// The name, and the position if the scenario makes several such calls.
    label: String,
}

pub(crate) fn check(sh: &Shell, write: bool) -> Result<()> {
    let harness = &build_harnesses(sh)?.join("fault_harness");
    let (errnos, scenarios) =
        (output(cmd!(sh, "{harness} --errnos"))?, output(cmd!(sh, "{harness} --scenarios"))?);
    let errnos: Vec<_> = errnos.lines().filter_map(|line| line.split_once('\t')).collect();
    let mut table = String::from("| its kind | errno |\n|---|---|\n");
    for (kind, errnos) in grouped(errnos.iter().copied()) {
        writeln!(table, "| {kind} | {} |", errnos.join(" "))?;
    }
    let (mut faults, mut wrong) = (0, 0);
    for (scenario, description) in scenarios.lines().filter_map(|line| line.split_once('\t')) {
        let (outcome, trace) = trace(harness, &[scenario, "NONE"], &[])?;
        let (order, calls) = calls_of_scene(&trace);
        let order: Vec<_> = order.iter().map(|name| format!("`{name}`")).collect();
        let (outcome, order) = (outcome.trim_end(), order.join(" "));
        writeln!(
            table,
            "\n## {scenario}\n\n{description}. Without a fault: {outcome}. The calls:"
        )?;
        writeln!(table, "{order}\n\n| call | errno | outcome |\n|---|---|---|")?;
        let outputs = inject_all(harness, scenario, &calls, &errnos)?;
        for (call, outputs) in calls.iter().zip(outputs.chunks(errnos.len())) {
            for ((errno, _), output) in errnos.iter().zip(outputs) {
                faults += 1;
                if output.contains("WRONG: ") {
                    wrong += 1;
                    println!("{scenario}, {}, {errno}: {output}", call.label);
                }
            }
            let outcomes = outputs.iter().map(|output| output.lines().next().unwrap_or_default());
            table += &rows(&call.label, errnos.iter().map(|errno| errno.0).zip(outcomes));
        }
    }
    println!("{faults} faults, {wrong} of them broke a promise");
    ensure!(wrong == 0, "promises were broken");
    if cfg!(target_arch = "x86_64") {
        page::update("docs/faults.md", "faults", &table, write)?;
    }
    interrupt(sh, harness)?;
    starve(harness)
}

/// Runs the harness below strace; returns its output and the trace.
fn trace(harness: &Path, arguments: &[&str], options: &[String]) -> Result<(String, String)> {
    let (sh, file) = (Shell::new()?, tempfile::NamedTempFile::new()?);
    let path = file.path();
    let strace = cmd!(sh, "strace -qq -esignal=none -o {path} {options...} {harness}");
    let (status, mut output) = run(strace.args(arguments))?;
    match status.map(|status| status.code()) {
        Some(Some(0 | 1)) => {}
        Some(code) => writeln!(output, "WRONG: it ends with status {code:?}")?,
        None => output.push_str("WRONG: it hangs\n"),
    }
    Ok((output, fs::read_to_string(path)?))
}

/// Returns the calls between the attempts to read the links `/begin` and `/end`: all names in order,
/// and those that can fail.
fn calls_of_scene(trace: &str) -> (Vec<&str>, Vec<Call>) {
    let mut made: HashMap<&str, usize> = HashMap::new();
    let (mut order, mut calls) = (Vec::new(), Vec::new());
    let (mut is_on, mut has_read) = (false, false);
    for line in trace.lines() {
        let Some(name) = call_of(line) else { continue };
        if name.starts_with("readlink") && (line.contains("/begin\"") || line.contains("/end\"")) {
            is_on = line.contains("/begin\"");
            continue;
        }
        let number = made.entry(name).or_default();
        *number += 1;
        let is_ignored = !is_on || IGNORED.split_whitespace().any(|ignored| ignored == name);
        // A file that was read is closed.
        let is_close_of_file = has_read && name == "close";
        has_read = is_ignored && matches!(name, "getdents64" | "openat" | "read");
        if is_ignored || is_close_of_file {
            continue;
        }
        order.push(name);
        // A close that strace makes fail would leave the descriptor open, as it never does otherwise.
        if name != "close" {
            calls.push((name, *number));
        }
    }
    let label = |(index, &(name, number)): (usize, &(&str, usize))| {
        let position = calls[..=index].iter().filter(|call| call.0 == name).count();
        let is_only = calls.iter().filter(|call| call.0 == name).count() == 1;
        let position = if is_only { String::new() } else { format!(", {position}.") };
        Call { name: name.to_owned(), number, label: format!("`{name}`{position}") }
    };
    let calls = calls.iter().enumerate().map(label).collect();
    (order, calls)
}

/// Injects every errno into every call; returns the outputs in this order.
fn inject_all(
    harness: &Path,
    scenario: &str,
    calls: &[Call],
    errnos: &[(&str, &str)],
) -> Result<Vec<String>> {
    let inject = |(call, errno): &(&Call, &str)| -> Result<String> {
        let Call { name, number, .. } = call;
        let fault = format!("-einject={name}:error={errno}:when={number}");
        let options = [format!("-etrace={name}"), fault];
        let (mut output, trace) = trace(harness, &[scenario, errno], &options)?;
        if !trace.contains("INJECTED") {
            output.push_str("WRONG: the call was not made\n");
        }
        Ok(output)
    };
    let faults = calls.iter().flat_map(|call| errnos.iter().map(move |errno| (call, errno.0)));
    let faults: Vec<_> = faults.collect();
    thread::scope(|scope| {
        let shares = faults.chunks(faults.len().div_ceil(WORKERS).max(1));
        let inject = &inject;
        let workers = shares
            .map(|share| scope.spawn(move || share.iter().map(inject).collect::<Result<Vec<_>>>()));
        let workers: Vec<_> = workers.collect();
        let outputs = workers.into_iter().map(|worker| worker.join().expect("no worker panics"));
        Ok(outputs.collect::<Result<Vec<_>>>()?.concat())
    })
}

/// Returns the rows of a call; errnos with the same outcome share one, and the most common is last.
fn rows<'a>(label: &str, outcomes: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut groups = grouped(outcomes);
    let rest = if groups.len() == 1 { "any" } else { "others" };
    if let Some(most) = groups.iter().position(|(_, errnos)| errnos.len() > MOST_NAMED) {
        let (outcome, _) = groups.remove(most);
        groups.push((outcome, vec![rest]));
    }
    let row = |(outcome, errnos): &(&str, Vec<&str>)| {
        format!("| {label} | {} | {outcome} |\n", errnos.join(" "))
    };
    groups.iter().map(row).collect()
}

/// Groups errnos by text, in the order in which the texts occur first.
fn grouped<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (errno, text) in pairs {
        match groups.iter_mut().find(|(other, _)| *other == text) {
            Some((_, errnos)) => errnos.push(errno),
            None => groups.push((text, vec![errno])),
        }
    }
    groups
}

/// Serves clients while signals arrive, and while every second call that can wait is interrupted.
fn interrupt(sh: &Shell, harness: &Path) -> Result<()> {
    print!("{}", output(cmd!(sh, "{harness} --storm 200"))?);
    let calls = ["accept4", "connect", "ppoll"];
    let mut options = vec!["-f".to_owned(), format!("-etrace={}", calls.join(","))];
    options.extend(calls.map(|call| format!("-einject={call}:error=EINTR:when=1+2")));
    let (output, trace) = trace(harness, &["--storm", "200"], &options)?;
    ensure!(!output.contains("WRONG"), output);
    println!("{output}{} calls were interrupted", trace.matches("INJECTED").count());
    Ok(())
}

/// A server whose calls fail permanently tries again, with pauses.
fn starve(harness: &Path) -> Result<()> {
    for call in ["accept4", "ppoll"] {
        for errno in ["EMFILE", "ENOMEM", "EIO"] {
            let fault = format!("-einject={call}:error={errno}:when=1+");
            let options = [format!("-etrace={call}"), fault];
            let (output, trace) = trace(harness, &["--starve"], &options)?;
            let attempts = trace.matches("INJECTED").count();
            println!("{call}: {attempts} attempts in 300 ms of {errno}");
            ensure!(!output.contains("WRONG") && attempts <= MOST_ATTEMPTS, output);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_scene_counts_calls_of_the_run_and_of_the_scene() {
        let trace = "socket(1) = 3\nreadlink(\"/begin\") = -1\nsocket(1) = 4\nopenat(1) = 5\n\
            close(5) = 0\nbind(4) = 0\nsocket(1) = 5\nclose(4) = 0\nreadlink(\"/end\") = -1\n";
        let (order, calls) = calls_of_scene(trace);
        assert_eq!(order, ["socket", "bind", "socket", "close"]);
        let calls: Vec<_> = calls.iter().map(|call| (&*call.label, call.number)).collect();
        assert_eq!(calls, [("`socket`, 1.", 2), ("`bind`", 1), ("`socket`, 2.", 3)]);
    }

    #[test]
    fn the_outcome_of_most_errnos_comes_last() {
        let names: Vec<_> = (0..14).map(|number| format!("E{number}")).collect();
        let outcome = |name| if name == "E3" { "served" } else { "lost" };
        let rows = rows("`bind`", names.iter().map(|name| (&**name, outcome(name))));
        assert_eq!(rows, "| `bind` | E3 | served |\n| `bind` | others | lost |\n");
    }
}
