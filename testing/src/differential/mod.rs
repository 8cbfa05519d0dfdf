//! A model of what the document promises, and scripts that a server and the model go through.
//!
//! The [`Model`] was written from the document, in another way than the machine: who finds a
//! difference between the two has found a mistake in one of them. A [`Script`] is any sequence of
//! [`Operation`]s; every byte string is one, so that anything which makes up bytes can search for
//! differences.
//!
//! A [`Search`] makes up scripts, and shrinks those that make a difference.
//!
//! The model knows Linux; on other Unixes it leaves out what is different there, and pipes it does
//! not know.
//!
//! A script that made a difference is printed in a form that can be kept: as a file
//! `NAME.script` in `testing/tests/regressions`, from where all tests replay it first.

use anteroom_core::Backlog;

mod bench_player;
mod ends;
mod expectation;
mod faults;
mod machine_player;
mod model;
mod operations;
mod people;
mod runner;
mod script;
mod search;
mod shrink;
mod system;
mod view;

pub use bench_player::BenchPlayer;
pub use machine_player::MachinePlayer;
pub use model::Model;
pub use operations::{Name, Operation, Severity};
pub use runner::{Difference, Run, SIGHTINGS, kept_scripts, run, run_on_bench, run_on_machine};
pub use script::Script;
pub use search::Search;
pub use view::{ClientView, FileView, Names, Outcome, Player, Stream, View};

/// Returns what a server is told about the operating system's queue.
fn backlog(length: Option<u8>) -> Backlog {
    length.map_or(Backlog::Maximum, |length| Backlog::Limited(length.into()))
}
