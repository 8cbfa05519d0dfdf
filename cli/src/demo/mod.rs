//! Five clients of a server that takes in two at a time, and what becomes of them.

mod clients;
mod partner;
mod report;
mod scene;
mod stage;

use std::ffi::OsStr;
use std::io::BufReader;

use self::partner::Partner;
use self::report::Report;
use self::scene::Scene;
use self::stage::{Awaiting, Blocking, Stage};
use crate::args::Runtime;
use crate::code::Code;
use crate::runtime::{Smol, Tokio};
use crate::standard;
use crate::trouble::{Result, Trouble};

/// Shows all steps, each with what was expected and what was seen.
pub(crate) fn run(runtime: Runtime) -> Result<Code> {
    match runtime {
        Runtime::Std => show(&Blocking, runtime),
        Runtime::Tokio => show(&Awaiting::<Tokio>::start()?, runtime),
        Runtime::Smol => show(&Awaiting::<Smol>::start()?, runtime),
    }
}

/// Is the second process: connects and talks as it is told.
pub(crate) fn run_clients(runtime: Runtime, name: &OsStr) -> Result<Code> {
    match runtime {
        Runtime::Std => obey(&Blocking, name),
        Runtime::Tokio => obey(&Awaiting::<Tokio>::start()?, name),
        Runtime::Smol => obey(&Awaiting::<Smol>::start()?, name),
    }
}

fn show(stage: &impl Stage, runtime: Runtime) -> Result<Code> {
    let directory =
        tempfile::tempdir().map_err(|error| Trouble::io("make a temporary directory", &error))?;
    let name = directory.path().join("demo");
    let mut report = Report::default();
    let partner = || Partner::start(name.as_os_str(), runtime);
    let mut scene = Scene::open(&mut report, stage, &name, partner)?;
    scene.play(&mut report)?;
    drop(scene);
    let wrong = report.finish()?;
    if wrong == 0 {
        Ok(Code::Success)
    } else {
        Err(Trouble::new(
            Code::Trouble,
            format!("{wrong} of the demo's checks saw something that is not as documented"),
        ))
    }
}

fn obey(stage: &impl Stage, name: &OsStr) -> Result<Code> {
    let orders = BufReader::new(standard::input());
    clients::obey(stage, name, orders, standard::output())
        .map(|()| Code::Success)
        .map_err(|error| Trouble::io("talk to the demo's first process", &error))
}
