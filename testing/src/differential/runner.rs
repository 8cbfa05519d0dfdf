use core::fmt;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anteroom_core::Wait;

use super::{
    ClientView, FileView, FixturePlayer, Model, Operation, Outcome, Player, Script, Stream, View,
};
use crate::sim::Profile;
use anteroom_conformance::clauses::Platform;
use anteroom_conformance::{Fixture, Hook};

/// A script on which the model and the player agree.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Run {
    /// The operations that applied, with numbers that exist.
    pub script: Script,
    /// The features that the script reached.
    pub features: BTreeSet<&'static str>,
}

/// The first difference between the model and a player.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Difference {
    /// The operations that applied, up to the one with the difference.
    pub script: Script,
    /// What the model expects, and what was found.
    pub details: String,
}

/// Shows the difference and the script.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "the model and the server differ after the last of these steps:\n"
        )?;
        writeln!(f, "{}\n{}", self.script, self.details)
    }
}

impl core::error::Error for Difference {}

/// Runs a script on the model and a player, and compares what can be observed after each step.
///
/// # Errors
///
/// Returns the first difference.
pub fn run(script: &Script, player: &mut impl Player) -> Result<Run, Box<Difference>> {
    let mut model = Model::new(player.names());
    let mut run = Run::default();
    compare_views(&run.script, &model.look(), &player.look())?;
    for operation in script.operations() {
        step(&mut model, player, *operation, &mut run)?;
    }
    for operation in EPILOGUE {
        step(&mut model, player, operation, &mut run)?;
        while model.look().has_pending {
            step(&mut model, player, Operation::Take, &mut run)?;
        }
    }
    Ok(run)
}

/// The last steps of every script: every client that can be served is.
const EPILOGUE: [Operation; 6] = [
    Operation::TakeNew,
    Operation::Advance(1000),
    Operation::Limit(4),
    Operation::Settle,
    Operation::Wait,
    Operation::Replace(Hook::None),
];

/// Runs one step on the model and a player, if it applies.
fn step(
    model: &mut Model,
    player: &mut impl Player,
    operation: Operation,
    run: &mut Run,
) -> Result<(), Box<Difference>> {
    model.set_time(player.now());
    let offered = Some(operation).filter(|operation| player.offers(*operation));
    let Some(operation) = offered.and_then(|operation| model.resolve(operation)) else {
        return Ok(());
    };
    run.script.push(operation);
    let expected = model.apply(operation);
    let found = player.perform(operation);
    if expected != found {
        let [expected, found] = [&expected, &found].map(|outcome| vec![format!("{outcome:?}")]);
        compare(&run.script, &expected, &found)?;
    }
    let view = model.look();
    compare_views(&run.script, &view, &player.look())?;
    run.features.extend(feature_of(&expected));
    run.features.extend(features(&view));
    Ok(())
}

/// Runs a script on the model and a server of any backend.
///
/// Compares nothing on Windows, which the model does not know.
///
/// # Errors
///
/// Returns the first difference.
pub fn run_on_fixture(script: &Script, bench: Fixture) -> Result<Run, Box<Difference>> {
    if bench.env.platform() == Platform::Windows {
        return Ok(Run::default());
    }
    run(script, &mut FixturePlayer::new(bench))
}

/// Runs a script on the model and a server on a simulated operating system, whose calls can fail.
///
/// # Errors
///
/// Returns the first difference.
pub fn run_on_simulation(script: &Script, profile: Profile) -> Result<Run, Box<Difference>> {
    run(script, &mut FixturePlayer::simulated(profile))
}

/// The features that a script can reach. A search has to reach all of them.
pub const FEATURES: [&str; 14] = [
    "a client is refused",
    "a client is disconnected",
    "a client waits",
    "a connection ended",
    "a foreign file is there",
    "an error",
    "a connection is pending after the end",
    "a limit of zero",
    "a socket with an exact mode",
    "listen while listening",
    "a wait without listening",
    "a wait times out",
    "a wait is ready",
    "another server answers",
];

fn feature_of(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Waited(Wait::Ready) => Some("a wait is ready"),
        Outcome::Waited(Wait::TimedOut) => Some("a wait times out"),
        Outcome::Waited(Wait::NotListening) => Some("a wait without listening"),
        Outcome::AlreadyListening => Some("listen while listening"),
        Outcome::RivalServes(true) => Some("another server answers"),
        _ => None,
    }
}

fn features(view: &View) -> impl Iterator<Item = &'static str> {
    let client = |test: fn(&ClientView) -> bool| view.clients.iter().any(test);
    let file = |test: fn(&FileView) -> bool| view.files.iter().any(test);
    let ended = |(_, stream): &(usize, Stream)| stream.ended;
    let seen = [
        (
            client(|client| matches!(client, ClientView::Failed(_))),
            "a client is refused",
        ),
        (
            client(|client| matches!(client, ClientView::Waiting)),
            "a client waits",
        ),
        (
            client(|client| matches!(client, ClientView::Connected(stream) if stream.ended)),
            "a client is disconnected",
        ),
        (
            view.connections.iter().flatten().any(ended),
            "a connection ended",
        ),
        (
            file(|file| matches!(file, FileView::Planted(_))),
            "a foreign file is there",
        ),
        (
            file(|file| matches!(file, FileView::Socket(Some(_)))),
            "a socket with an exact mode",
        ),
        (
            view.has_pending && !view.listening,
            "a connection is pending after the end",
        ),
        (view.error.is_some(), "an error"),
        (view.limit == 0, "a limit of zero"),
    ];
    seen.into_iter()
        .filter_map(|(is_seen, what)| is_seen.then_some(what))
}

fn compare_views(script: &Script, expected: &View, found: &View) -> Result<(), Box<Difference>> {
    if expected == found {
        return Ok(());
    }
    compare(script, &expected.lines(), &found.lines())
}

fn compare(script: &Script, expected: &[String], found: &[String]) -> Result<(), Box<Difference>> {
    let count = expected.len().max(found.len());
    let line = |lines: &[String], number: usize| lines.get(number).cloned().unwrap_or_default();
    let details: String = (0..count)
        .map(|number| (line(expected, number), line(found, number)))
        .filter(|(expected, found)| expected != found)
        .map(|(expected, found)| format!("  expected  {expected}\n  found     {found}\n"))
        .collect();
    if details.is_empty() {
        return Ok(());
    }
    Err(Box::new(Difference {
        script: script.clone(),
        details,
    }))
}

/// Reads all scripts in a directory, with their file names, in the order of the names.
///
/// # Errors
///
/// A file cannot be read or is not a script.
pub fn kept_scripts(directory: &Path) -> Result<Vec<(String, Script)>, String> {
    let described = |error: std::io::Error| format!("{}: {error}", directory.display());
    let entries = fs::read_dir(directory).map_err(described)?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(described))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "script")
    });
    paths.sort_unstable();
    let read = |path: PathBuf| {
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(described)?;
        let script = Script::parse(&text).map_err(|error| format!("{name}: {error}"))?;
        Ok((name, script))
    };
    paths.into_iter().map(read).collect()
}
