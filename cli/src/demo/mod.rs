//! A step-by-step demo: one server with a limit of two, and five clients.

mod client_process;
mod clients;
mod on_runtime;
mod report;
mod steps;

use std::ffi::OsStr;
use std::io::BufReader;

use self::client_process::ClientProcess;
use self::on_runtime::{DemoRuntime, OnAsync, OnStd};
use self::report::Report;
use self::steps::Demo;
use crate::args::Runtime;
use crate::error::{CommandError, Result};
use crate::exit_code::Code;
use crate::runtime::{Smol, Tokio};
use crate::standard;

/// Runs all steps, and prints the expected and the actual result of each.
pub(crate) fn run(runtime: Runtime) -> Result<Code> {
    match runtime {
        Runtime::Std => show(&OnStd, runtime),
        Runtime::Tokio => show(&OnAsync::<Tokio>::start()?, runtime),
        Runtime::Smol => show(&OnAsync::<Smol>::start()?, runtime),
    }
}

/// Runs the clients, in the second process.
pub(crate) fn run_clients(runtime: Runtime, name: &OsStr) -> Result<Code> {
    match runtime {
        Runtime::Std => run_commands(&OnStd, name),
        Runtime::Tokio => run_commands(&OnAsync::<Tokio>::start()?, name),
        Runtime::Smol => run_commands(&OnAsync::<Smol>::start()?, name),
    }
}

fn show(demo_runtime: &impl DemoRuntime, runtime: Runtime) -> Result<Code> {
    let directory = tempfile::tempdir()
        .map_err(|error| CommandError::io("make a temporary directory", &error))?;
    let name = directory.path().join("demo");
    let mut report = Report::default();
    let clients = || ClientProcess::start(name.as_os_str(), runtime);
    let mut demo = Demo::open(&mut report, demo_runtime, &name, clients)?;
    demo.run(&mut report)?;
    drop(demo);
    let wrong = report.finish()?;
    if wrong == 0 {
        Ok(Code::Success)
    } else {
        Err(CommandError::new(
            Code::Other,
            format!("{wrong} of the demo's checks saw something that is not as documented"),
        ))
    }
}

fn run_commands(runtime: &impl DemoRuntime, name: &OsStr) -> Result<Code> {
    let commands = BufReader::new(standard::input());
    clients::run_commands(runtime, name, commands, standard::output())
        .map(|()| Code::Success)
        .map_err(|error| CommandError::io("talk to the demo's first process", &error))
}
