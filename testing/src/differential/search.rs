use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::time::Instant;

use super::shrink::shrink;
use super::{
    Difference, Name, Operation, Run, SIGHTINGS, Script, Severity, kept_scripts, run_on_bench,
};
use crate::effort::SEED;
use crate::sim::Random;
use anteroom_conformance::Fixture;

/// How many operations a script has at most.
const LONGEST: usize = 40;

/// How many scripts are enough to come across everything.
const ENOUGH: u32 = 200;

/// A search for scripts on which the model and a server differ.
///
/// The server goes through scripts that are kept because they once made a difference, and then
/// through others. `ANTEROOM_SEQUENCES` sets how many others, `ANTEROOM_SEED` which: the same ones
/// unless it is set, so that nothing fails by chance. A script that makes a difference is shrunk to
/// what is needed for it.
///
/// # Examples
///
/// ```
/// use anteroom_testing::differential::Search;
/// use anteroom_testing::sim::{Profile, bench};
///
/// Search::new("simulated Linux", 200).on_benches(|| bench(Profile::Linux));
/// ```
#[derive(Clone, Debug)]
pub struct Search {
    name: &'static str,
    scripts: u32,
    operations: Vec<Vec<Operation>>,
    impossible: &'static [&'static str],
}

impl Search {
    /// Searches through so many scripts; the name of the server is for messages.
    pub fn new(name: &'static str, scripts: u32) -> Self {
        Self {
            name,
            scripts,
            operations: operations(false),
            impossible: &[],
        }
    }

    /// Lets the system fail as well, which it has to do on command.
    #[must_use]
    pub fn with_faults(self) -> Self {
        Self {
            operations: operations(true),
            ..self
        }
    }

    /// Does not expect to come across these [`SIGHTINGS`], which are impossible for the server.
    #[must_use]
    pub const fn without(mut self, impossible: &'static [&'static str]) -> Self {
        self.impossible = impossible;
        self
    }

    /// Lets the model and servers go through the scripts, each server on a fresh bench.
    ///
    /// # Panics
    ///
    /// Panics on a difference, and if the scripts did not come across everything.
    pub fn on_benches(&self, make: impl Fn() -> Fixture) {
        self.run(|script| run_on_bench(script, make()));
    }

    /// Lets `run` go through the scripts.
    ///
    /// # Panics
    ///
    /// Panics on a difference, and if the scripts did not come across everything.
    pub fn run(&self, run: impl Fn(&Script) -> Result<Run, Box<Difference>>) {
        replay(&run);
        let scripts = number("ANTEROOM_SEQUENCES").map_or(self.scripts, |given| {
            u32::try_from(given).expect("ANTEROOM_SEQUENCES is not that large")
        });
        let seed = number("ANTEROOM_SEED").unwrap_or(SEED);
        let start = Instant::now();
        let seen = RefCell::new(BTreeSet::new());
        let mut steps = 0;
        let mut random = Random::new(seed);
        for _ in 0..scripts {
            let script = self.make_up(&mut random);
            // What panics is a difference, too.
            let fails = |script: &Script| {
                let run = run(script)?;
                seen.borrow_mut().extend(&run.sightings);
                Ok(run)
            };
            match shrink(&script, fails) {
                Ok(run) => steps += run.script.operations().len(),
                Err(difference) => panic!(
                    "{}: again with ANTEROOM_SEED={seed}, or with this script\n{difference}",
                    self.name
                ),
            }
        }
        println!(
            "{}: {scripts} scripts, {steps} steps, {:.0} scripts a second, ANTEROOM_SEED={seed}",
            self.name,
            f64::from(scripts) / start.elapsed().as_secs_f64()
        );
        if seed == SEED && scripts >= ENOUGH {
            self.expect_to_have_seen(&seen.into_inner());
        }
    }

    fn make_up(&self, random: &mut Random) -> Script {
        let length = random.below(LONGEST);
        (0..length)
            .map(|_| {
                let arguments = &self.operations[random.below(self.operations.len())];
                random.one_of(arguments)
            })
            .collect()
    }

    fn expect_to_have_seen(&self, seen: &BTreeSet<&str>) {
        let missing: Vec<_> = SIGHTINGS
            .iter()
            .filter(|sighting| !seen.contains(*sighting) && !self.impossible.contains(sighting))
            .collect();
        assert!(missing.is_empty(), "{}: never seen: {missing:?}", self.name);
    }
}

/// Goes through the scripts that are kept because they once made a difference.
fn replay(run: impl Fn(&Script) -> Result<Run, Box<Difference>>) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    let kept = kept_scripts(&directory).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        !kept.is_empty(),
        "scripts are kept in {}",
        directory.display()
    );
    for (name, script) in kept {
        if let Err(difference) = shrink(&script, &run) {
            panic!("{name}: {difference}");
        }
    }
}

/// Returns the operations to choose from: what everything else needs comes more often.
fn operations(with_faults: bool) -> Vec<Vec<Operation>> {
    let mut kinds: Vec<_> = Operation::alphabet().to_vec();
    kinds.retain(|kind| with_faults || !kind[0].is_fault());
    let frequent = [
        Operation::Listen(Name::First),
        Operation::Connect(Name::First),
        Operation::Settle,
        Operation::Claim,
    ];
    let faults = [
        Operation::AcceptFails(Severity::Exhausted),
        Operation::Later(10),
    ];
    let more = frequent
        .iter()
        .chain(if with_faults { &faults[..] } else { &[] });
    // Nearly everything begins with a server that listens and with somebody who connects to it.
    let twice = more.clone().chain(more).map(|operation| vec![*operation]);
    kinds.splice(0..0, twice);
    kinds
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is no number")),
    )
}
