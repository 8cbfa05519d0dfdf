//! A batch with its server in a separate process.
//!
//! Memory that a process has used once it keeps: what a server makes it grow by shows in a new one.

use std::env;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::args::Args;
use crate::clients::Clients;
use crate::held::Held;
use crate::meter::Cost;
use crate::plan::{Batch, Subject};
use crate::rounds::batches;
use crate::sample::{Measured, Served, Trouble, numbers};
use crate::servers;
use crate::watchdog::Watchdog;

/// Has a new process of this program serve a batch.
pub(crate) fn start(batch: &Batch) -> Result<(Measured, Held), Trouble> {
    let output = Command::new(env::current_exe()?)
        .arg(format!("--alone={}", batch.subject))
        .arg(format!("--only={}", batch.runtime))
        .arg(format!("--workload={}", batch.workload))
        .arg(format!("--connections={}", batch.units))
        .arg(format!("--held={}", batch.held))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the process of the server: {}", output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let [connections, bytes, wall, cpu, held @ ..] =
        numbers::<9>(&text).ok_or_else(|| format!("the server reports {text:?}"))?;
    let measured = Measured {
        served: Served { connections, bytes },
        cost: Cost {
            wall: Duration::from_nanos(wall),
            cpu: Duration::from_nanos(cpu),
        },
    };
    Ok((measured, Held::from_numbers(held)))
}

/// Serves the batch of this subject, and reports: that process.
pub(crate) fn run(args: &Args, subject: Subject) -> Result<(), Trouble> {
    let directory = tempfile::Builder::new().prefix("bench-").tempdir()?;
    let batch = batches(args, args.sizes(), 0, directory.path())
        .into_iter()
        .find(|batch| batch.subject == subject)
        .ok_or("there is no such batch")?;
    let mut clients = Clients::start()?;
    let watchdog = Watchdog::start(clients.process(), directory.path().to_owned())?;
    watchdog.expect(batch.to_string());
    let (Measured { served, cost }, held) = servers::run(&batch, &mut clients)?;
    watchdog.relax();
    println!(
        "{} {} {} {} {held}",
        served.connections,
        served.bytes,
        cost.wall.as_nanos(),
        cost.cpu.as_nanos(),
    );
    clients.finish()
}
