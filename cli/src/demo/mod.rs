//! Five clients of a server that takes in two at a time, and what becomes of them.

mod clients;
mod partner;
mod report;
mod scene;

use std::ffi::OsStr;
use std::io;

use self::report::Report;
use self::scene::Scene;
use crate::code::Code;
use crate::trouble::{Result, Trouble};

/// Shows all steps, each with what was expected and what was seen.
pub(crate) fn run() -> Result<Code> {
    let directory =
        tempfile::tempdir().map_err(|error| Trouble::io("make a temporary directory", &error))?;
    let mut report = Report::default();
    let mut scene = Scene::open(&mut report, directory.path().join("demo"))?;
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

/// Is the second process: connects and talks as it is told.
pub(crate) fn run_clients(name: &OsStr) -> Result<Code> {
    clients::obey(name, io::stdin().lock(), io::stdout().lock())
        .map(|()| Code::Success)
        .map_err(|error| Trouble::io("talk to the demo's first process", &error))
}
