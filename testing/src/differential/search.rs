use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::time::Instant;

use super::shrink::shrink;
use super::{
    Difference, FEATURES, Name, Operation, Run, Script, Severity, kept_scripts, run_on_fixture,
};
use crate::effort::SEED;
use crate::sim::Random;
use anteroom_conformance::Fixture;

/// The greatest length of a script.
const LONGEST: usize = 40;

/// With this many scripts a search has to reach every feature.
const ENOUGH: u32 = 200;

/// A search for scripts on which the model and a server differ.
///
/// It replays the saved scripts first, then runs random ones. `ANTEROOM_SEQUENCES` sets their number, and
/// `ANTEROOM_SEED` the seed, which is constant by default, so that a test does not fail by chance. A
/// script with a difference is shrunk.
///
/// # Examples
///
/// ```
/// use anteroom_testing::differential::Search;
/// use anteroom_testing::sim::{Profile, fixture};
///
/// Search::new("simulated Linux", 200).on_fixtures(|| fixture(Profile::Linux));
/// ```
#[derive(Clone, Debug)]
pub struct Search {
    name: &'static str,
    scripts: u32,
    operations: Vec<Vec<Operation>>,
    impossible: &'static [&'static str],
}

impl Search {
    /// Creates a search with so many random scripts. Messages show the name.
    pub fn new(name: &'static str, scripts: u32) -> Self {
        Self {
            name,
            scripts,
            operations: operations(false),
            impossible: &[],
        }
    }

    /// Adds operations that only a simulated operating system can do.
    #[must_use]
    pub fn with_faults(self) -> Self {
        Self {
            operations: operations(true),
            ..self
        }
    }

    /// Does not require these [`FEATURES`], which the server cannot reach.
    #[must_use]
    pub const fn without(mut self, impossible: &'static [&'static str]) -> Self {
        self.impossible = impossible;
        self
    }

    /// Compares the model with a server in a new fixture for each script.
    ///
    /// # Panics
    ///
    /// Panics on a difference, or if the scripts did not reach every feature.
    pub fn on_fixtures(&self, make: impl Fn() -> Fixture) {
        self.run(|script| run_on_fixture(script, make()));
    }

    /// Calls `run` with each script.
    ///
    /// # Panics
    ///
    /// Panics on a difference, or if the scripts did not reach every feature.
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
            let script = self.random_script(&mut random);
            // A panic is a difference, too.
            let fails = |script: &Script| {
                let run = run(script)?;
                seen.borrow_mut().extend(&run.features);
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

    fn random_script(&self, random: &mut Random) -> Script {
        let length = random.below(LONGEST);
        (0..length)
            .map(|_| {
                let arguments = &self.operations[random.below(self.operations.len())];
                random.one_of(arguments)
            })
            .collect()
    }

    fn expect_to_have_seen(&self, seen: &BTreeSet<&str>) {
        let missing: Vec<_> = FEATURES
            .iter()
            .filter(|feature_of| {
                !seen.contains(*feature_of) && !self.impossible.contains(feature_of)
            })
            .collect();
        assert!(missing.is_empty(), "{}: never seen: {missing:?}", self.name);
    }
}

/// Runs the saved scripts.
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

/// Returns the operations to choose from. Those that others depend on come more often.
fn operations(with_faults: bool) -> Vec<Vec<Operation>> {
    let mut kinds: Vec<_> = Operation::alphabet().to_vec();
    kinds.retain(|kind| with_faults || !kind[0].is_fault());
    let frequent = [
        Operation::Listen(Name::First),
        Operation::Connect(Name::First),
        Operation::Settle,
        Operation::Take,
    ];
    let faults = [
        Operation::AcceptFails(Severity::Exhausted),
        Operation::Advance(10),
    ];
    let more = frequent
        .iter()
        .chain(if with_faults { &faults[..] } else { &[] });
    // Most scripts need a server that listens, and a client.
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
