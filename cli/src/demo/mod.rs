//! Five clients of a server that takes in two at a time, and what becomes of them.

mod clients;
mod client_process;
mod report;
mod steps;
mod on_runtime;

use std::ffi::OsStr;
use std::io::BufReader;

use self::client_process::ClientProcess;
use self::report::Report;
use self::steps::Demo;
use self::on_runtime::{OnAsync, OnStd, DemoRuntime};
use crate::args::Runtime;
use crate::exit_code::Code;
use crate::runtime::{Smol, Tokio};
use crate::standard;
use crate::error::{Result, CommandError};

/// Shows all steps, each with what was expected and what was seen.
pub(crate) fn run(runtime: Runtime) -> Result<Code> {
    match runtime {
        Runtime::Std => show(&OnStd, runtime),
        Runtime::Tokio => show(&OnAsync::<Tokio>::start()?, runtime),
        Runtime::Smol => show(&OnAsync::<Smol>::start()?, runtime),
    }
}

/// Is the second process: connects and talks as it is told.
pub(crate) fn run_clients(runtime: Runtime, name: &OsStr) -> Result<Code> {
    match runtime {
        Runtime::Std => run_commands(&OnStd, name),
        Runtime::Tokio => run_commands(&OnAsync::<Tokio>::start()?, name),
        Runtime::Smol => run_commands(&OnAsync::<Smol>::start()?, name),
    }
}

fn show(runtime: &impl DemoRuntime, runtime: Runtime) -> Result<Code> {
    let directory =
        tempfile::tempdir().map_err(|error| CommandError::io("make a temporary directory", &error))?;
    let name = directory.path().join("demo");
    let mut report = Report::default();
    let clients = || ClientProcess::start(name.as_os_str(), runtime);
    let mut demo = Demo::open(&mut report, runtime, &name, clients)?;
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
