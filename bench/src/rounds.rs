//! Runs all that was asked for, in turns.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use crate::args::Args;
use crate::clients::{self, Clients};
use crate::plan::{Batch, Sizes};
use crate::sample::{Sample, Trouble, csv};
use crate::watchdog::Watchdog;
use crate::{alone, limits, machine, report, servers};

/// The number of other runnable tasks that is tolerated.
const QUIET: f64 = 0.5;

/// Does what the command line asks for.
pub(crate) fn main(args: &Args) -> Result<(), Trouble> {
    if args.clients {
        return clients::run();
    }
    if let Some(subject) = args.alone {
        return alone::run(args, subject);
    }
    let load = machine::load();
    if let Some(load) = load.filter(|load| *load > QUIET) {
        eprintln!("note: the machine is not quiet (load {load}); expect noise");
    }
    let samples = measure(args)?;
    if let Some(path) = &args.samples {
        fs::write(path, csv(&samples)).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let text = report::text(args, load, &samples);
    println!("{text}");
    args.write
        .as_deref()
        .map_or(Ok(()), |path| report::write(path, &text))
}

fn measure(args: &Args) -> Result<Vec<Sample>, Trouble> {
    let sizes = limits::prepare(&args.workloads(), args.sizes())?;
    let directory = tempfile::Builder::new().prefix("bench-").tempdir()?;
    let mut clients = Clients::start()?;
    let watchdog = Watchdog::start(clients.process(), directory.path().to_owned())?;

    let mut samples = Vec::new();
    for round in 0..=args.rounds() {
        tell(round, args.rounds());
        for batch in batches(args, sizes, round, directory.path()) {
            let result = if batch.held > 0 {
                alone::start(&batch)
            } else {
                watchdog.expect(batch.to_string());
                let result = servers::run(&batch, &mut clients);
                watchdog.relax();
                result
            };
            let (measured, held) = result.map_err(|trouble| format!("{batch}: {trouble}"))?;
            // The first round warms up.
            if round > 0 {
                samples.push(Sample::new(round, &batch, measured, held));
            }
        }
    }
    clients.finish()?;
    Ok(samples)
}

/// Returns the batches of one round, each with another name.
pub(crate) fn batches(args: &Args, sizes: Sizes, round: u32, directory: &Path) -> Vec<Batch> {
    let mut batches = Vec::new();
    for workload in args.workloads() {
        if round > workload.rounds(args.rounds()) {
            continue;
        }
        for runtime in args.runtimes() {
            if !runtime.can_serve(workload) {
                continue;
            }
            for subject in runtime.order(round) {
                batches.push(Batch {
                    runtime,
                    subject,
                    workload,
                    units: workload.units(sizes),
                    held: workload.held(sizes),
                    path: directory.join(format!("{round}-{}", batches.len())),
                });
            }
        }
    }
    batches
}

fn tell(round: u32, rounds: u32) {
    if io::stderr().is_terminal() {
        match round {
            0 => eprintln!("warming up"),
            _ => eprintln!("round {round} of {rounds}"),
        }
    }
}
