//! The instructions and allocations of the core, and of a connection on every backend.
//!
//! callgrind counts instructions in user space, of all threads, and calls of the allocator. Start and
//! stop cancel out: the cost of 200 connections is subtracted from that of 400.
//!
//! The number of instructions depends on the compiler and the C library. So a connection may cost only
//! so many more than on the bare listener, which the same compiler has built into the same program.
//! The budgets have some slack: between two compilers (1.95 and 1.97) the differences moved by up to
//! 13, and the threads of async-io move them by more. Allocations do not depend on that; their slack
//! is for tables of the runtimes, which grow now and then.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::process::{build_harnesses, output};
use crate::syscalls::harness;

const STEPS: u32 = 1000;
const CONNECTIONS: u32 = 200;
/// Accepting, announcing and taking a connection, which is a number, without the driver.
const CORE_BUDGET: f64 = 200.0;
const ALLOCATION_SLACK: f64 = 0.05;
/// Backend, clients, and instructions that anteroom may cost above the bare listener.
///
/// About a hundred are for filters and limits that are not set. The socket of a sequential client is
/// read once without the runtime, and then registered, for which tokio's runtime has to be entered. In
/// a burst no socket is registered.
const BUDGETS: [(&str, &str, f64); 6] = [
    ("std", "sequential", 260.0),
    ("std", "burst", 260.0),
    ("tokio", "sequential", 750.0),
    ("tokio", "burst", -1000.0),
    ("smol", "sequential", 200.0),
    ("smol", "burst", -150.0),
];
/// On a busy machine threads take turns by chance, and runtimes poll more often.
const ATTEMPTS: usize = 5;

pub(crate) fn check(sh: &Shell) -> Result<()> {
    let harnesses = build_harnesses(sh)?;
    let core = measure(sh, STEPS, &harnesses.join("step_harness"), &[])?;
    println!("core, step: {core:?}, budget {CORE_BUDGET} instructions and no allocation");
    let mut ok = core.0 <= CORE_BUDGET && core.1 == 0.0;
    for (backend, pattern, budget) in BUDGETS {
        let harness = harnesses.join(harness(backend));
        let measure = |subject| {
            let arguments = ["--subject", subject, "--pattern", pattern, "--connections"];
            measure(sh, CONNECTIONS, &harness, &arguments)
        };
        let mut holds = false;
        for _ in 0..ATTEMPTS {
            let (bare, anteroom) = (measure("bare")?, measure("anteroom")?);
            // Both runtimes allocate for each socket: a count of zero means that none is seen.
            holds = anteroom.0 <= bare.0 + budget
                && anteroom.1 <= bare.1 + ALLOCATION_SLACK
                && (backend == "std" || bare.1 > 0.9);
            let verdict = if holds { "ok" } else { "EXCEEDED" };
            println!(
                "{backend}, {pattern}: bare {bare:?}, anteroom {anteroom:?}, budget {budget:+}: {verdict}"
            );
            if holds {
                break;
            }
        }
        ok &= holds;
    }
    ensure!(ok, "anteroom costs more than its budget");
    Ok(())
}

/// Returns instructions and allocations of one step or connection. Their number is the last argument
/// of the program.
fn measure(sh: &Shell, number: u32, program: &Path, arguments: &[&str]) -> Result<(f64, f64)> {
    let run = |number: u32| {
        let profile = tempfile::NamedTempFile::new()?;
        let option = format!("--callgrind-out-file={}", profile.path().display());
        let number = number.to_string();
        output(cmd!(
            sh,
            "valgrind -q --tool=callgrind {option} {program} {arguments...} {number}"
        ))?;
        costs(&fs::read_to_string(profile.path())?).context("callgrind wrote no totals")
    };
    let (few, many) = (run(number)?, run(2 * number)?);
    let one = |few: f64, many: f64| ((many - few) / f64::from(number) * 100.0).round() / 100.0;
    ensure!(many.0 > few.0, "callgrind counted nothing");
    Ok((one(few.0, many.0), one(few.1, many.1)))
}

/// Reads a profile of callgrind. Instructions of the allocator itself do not count.
fn costs(profile: &str) -> Option<(f64, f64)> {
    // A function is named where it occurs first, and by its number in brackets from then on.
    let mut names: HashMap<&str, &str> = HashMap::new();
    let (mut caller, mut callee) = ("", "");
    let (mut total, mut of_heap, mut allocations) = (None, 0.0, 0.0);
    let mut lines = profile.lines();
    while let Some(line) = lines.next() {
        if let Some((kind @ ("fn" | "cfn"), function)) = line.split_once('=') {
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            if !name.is_empty() {
                names.insert(number, name.split('\'').next()?);
            }
            *(if kind == "fn" { &mut caller } else { &mut callee }) = number;
        } else if let Some(calls) = line.strip_prefix("calls=") {
            // The next line is what all these calls took together.
            let instructions: f64 = lines.next()?.rsplit(' ').next()?.parse().ok()?;
            let [caller, callee] = [caller, callee].map(|number| names.get(number));
            if is_of_heap(callee) && !is_of_heap(caller) {
                of_heap += instructions;
            }
            if is_of_heap(callee) && callee != Some(&"free") {
                allocations += calls.split(' ').next()?.parse::<f64>().ok()?;
            }
        } else if let Some(totals) = line.strip_prefix("totals:") {
            total = totals.trim().parse::<f64>().ok();
        }
    }
    Some((total? - of_heap, allocations))
}

fn is_of_heap(function: Option<&&str>) -> bool {
    let heap = "malloc calloc realloc posix_memalign aligned_alloc memalign free";
    function.is_some_and(|name| heap.split(' ').any(|function| function == *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_totals_without_the_allocator_and_calls_of_it() {
        let profile = "fn=(1) main\n5 10\ncfn=(2) malloc\ncalls=3 0 \n5 40\ncfn=(3) free'2\n\
            calls=1 0\n5 5\nfn=(2)\n7 40\ncfn=(2)\ncalls=1 0\n7 9\ntotals: 100\n";
        assert_eq!(costs(profile), Some((55.0, 4.0)));
    }
}
