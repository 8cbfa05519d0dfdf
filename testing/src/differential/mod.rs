//! The random search: a reference model and a server run the same scripts and are compared.
//!
//! The [`Model`] is written from the document, in another style than the machine. A [`Script`] is a
//! sequence of [`Operation`]s. Every byte string is a script, so that a fuzzer can make them, too.
//! A [`Search`] generates scripts, and shrinks those on which model and server differ.
//!
//! The model knows Unix: Linux exactly, and other Unixes without what differs there.
//!
//! A difference is printed as a script. Saved as `NAME.script` in `testing/tests/regressions`, it is
//! replayed by every search.

use anteroom_core::Backlog;

mod apply;
mod clients;
mod endpoints;
mod faults;
mod fixture_player;
mod model;
mod operations;
mod runner;
mod script;
mod search;
mod shrink;
mod view;

pub use fixture_player::FixturePlayer;
pub use model::Model;
pub use operations::{Name, Operation, Severity};
pub use runner::{Difference, FEATURES, Run, kept_scripts, run, run_on_fixture, run_on_simulation};
pub use script::Script;
pub use search::Search;
pub use view::{ClientView, FileView, Names, Outcome, Player, Stream, View};

/// Returns the backlog that a server is configured with.
fn backlog(length: Option<u8>) -> Backlog {
    length.map_or(Backlog::Maximum, |length| Backlog::Limited(length.into()))
}
