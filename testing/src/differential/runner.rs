use core::fmt;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anteroom_core::Wait;

use super::{
    BenchPlayer, ClientView, FileView, MachinePlayer, Model, Operation, Outcome, Player, Script,
    Stream, View,
};
use anteroom_conformance::clauses::Platform;
use anteroom_conformance::{Fixture, Hook};

/// What a script came to on which the model and the player agree.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Run {
    /// The operations that applied, with the numbers that exist.
    pub script: Script,
    /// What happened that does not happen in every script.
    pub sightings: BTreeSet<&'static str>,
}

/// The first difference between the model and a player.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Difference {
    /// The operations that applied, up to the one that made the difference.
    pub script: Script,
    /// What the model expects, and what was found instead.
    pub details: String,
}

/// Shows the difference, and the script in a form that can be kept.
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

/// Lets the model and a player go through a script, and compares what is to be seen at each step.
///
/// # Errors
///
/// Tells the first difference.
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
            step(&mut model, player, Operation::Claim, &mut run)?;
        }
    }
    Ok(run)
}

/// What brings to light what was hidden until then: who is pending and who is left over.
const EPILOGUE: [Operation; 6] = [
    Operation::News,
    Operation::Later(1000),
    Operation::Limit(4),
    Operation::Settle,
    Operation::Wait,
    Operation::Renew(Hook::None),
];

/// Lets the model and a player do one step, if it applies.
fn step(
    model: &mut Model,
    player: &mut impl Player,
    operation: Operation,
    run: &mut Run,
) -> Result<(), Box<Difference>> {
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
    run.sightings.extend(sighting(&expected));
    run.sightings.extend(sightings(&view));
    Ok(())
}

/// Lets the model and a server of any backend go through a script.
///
/// Where names are pipes, which the model does not know, nothing is compared.
///
/// # Errors
///
/// Tells the first difference.
pub fn run_on_bench(script: &Script, bench: Fixture) -> Result<Run, Box<Difference>> {
    if bench.env.platform() == Platform::Windows {
        return Ok(Run::default());
    }
    run(script, &mut BenchPlayer::new(bench))
}

/// Lets the model and the bare machine go through a script.
///
/// # Errors
///
/// Tells the first difference.
pub fn run_on_machine(script: &Script) -> Result<Run, Box<Difference>> {
    run(script, &mut MachinePlayer::new())
}

/// What a script can come across; tests make sure that all of it is come across.
pub const SIGHTINGS: [&str; 14] = [
    "a client is turned away",
    "a client is cut off",
    "a client waits",
    "a connection ended",
    "a foreign file is there",
    "a kept error",
    "a leftover is pending",
    "a limit of zero",
    "a socket with a mode of its own",
    "listening while listening",
    "no listening",
    "nobody comes",
    "somebody comes",
    "the rival serves",
];

fn sighting(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Waited(Wait::Ready) => Some("somebody comes"),
        Outcome::Waited(Wait::TimedOut) => Some("nobody comes"),
        Outcome::Waited(Wait::NotListening) => Some("no listening"),
        Outcome::AlreadyListening => Some("listening while listening"),
        Outcome::RivalServes(true) => Some("the rival serves"),
        _ => None,
    }
}

fn sightings(view: &View) -> impl Iterator<Item = &'static str> {
    let client = |test: fn(&ClientView) -> bool| view.clients.iter().any(test);
    let file = |test: fn(&FileView) -> bool| view.files.iter().any(test);
    let ended = |(_, stream): &(usize, Stream)| stream.ended;
    let seen = [
        (
            client(|client| matches!(client, ClientView::Failed(_))),
            "a client is turned away",
        ),
        (
            client(|client| matches!(client, ClientView::Waiting)),
            "a client waits",
        ),
        (
            client(|client| matches!(client, ClientView::Connected(stream) if stream.ended)),
            "a client is cut off",
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
            "a socket with a mode of its own",
        ),
        (view.has_pending && !view.listening, "a leftover is pending"),
        (view.error.is_some(), "a kept error"),
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

/// Reads all scripts that are kept in a directory, with their file names, in their order.
///
/// # Errors
///
/// Tells which file cannot be read or is no script.
pub fn kept_scripts(directory: &Path) -> Result<Vec<(String, Script)>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", directory.display());
    let entries = fs::read_dir(directory).map_err(told)?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(told))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "script")
    });
    paths.sort_unstable();
    let read = |path: PathBuf| {
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(told)?;
        let script = Script::parse(&text).map_err(|error| format!("{name}: {error}"))?;
        Ok((name, script))
    };
    paths.into_iter().map(read).collect()
}
