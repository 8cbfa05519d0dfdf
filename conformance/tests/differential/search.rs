//! Searching for scripts on which the model and a server differ.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::time::Instant;

use anteroom_conformance::differential::{
    Difference, Name, Operation, Run, SIGHTINGS, Script, kept_scripts,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How many operations a script has at most.
const LONGEST: usize = 40;

/// How many sequences are enough to come across everything.
const ENOUGH: u32 = 200;

/// Lets the model and a server go through scripts: first those that are kept, then others.
///
/// `ANTEROOM_SEQUENCES` sets how many others, `ANTEROOM_SEED` which.
pub(crate) fn search(
    name: &str,
    sequences: u32,
    operations: &[Vec<Operation>],
    run: impl Fn(&Script) -> Result<Run, Box<Difference>>,
) {
    replay(&run);
    let sequences = number("ANTEROOM_SEQUENCES").map_or(sequences, |given| {
        u32::try_from(given).expect("ANTEROOM_SEQUENCES is not that large")
    });
    let seed = number("ANTEROOM_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    let start = Instant::now();
    let seen = RefCell::new(BTreeSet::new());
    let steps = RefCell::new(0);

    let result = runner(sequences, seed).run(&scripts(operations), |script| {
        let run = run(&script).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
        *steps.borrow_mut() += run.script.operations().len();
        seen.borrow_mut().extend(run.sightings);
        Ok(())
    });

    if let Err(error) = result {
        panic!("{name}: again with ANTEROOM_SEED={seed}\n{error}");
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name}: {sequences} sequences, {} steps, {:.0} sequences a second, ANTEROOM_SEED={seed}",
        steps.into_inner(),
        f64::from(sequences) / seconds
    );
    let missing: Vec<_> = SIGHTINGS
        .iter()
        .filter(|sighting| !seen.borrow().contains(*sighting))
        .collect();
    assert!(
        sequences < ENOUGH || missing.is_empty(),
        "never seen: {missing:?}"
    );
}

/// Goes through the scripts that are kept because they once made a difference.
fn replay(run: impl Fn(&Script) -> Result<Run, Box<Difference>>) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/tests/regressions");
    let kept = kept_scripts(&directory).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        !kept.is_empty(),
        "scripts are kept in {}",
        directory.display()
    );
    for (name, script) in kept {
        if let Err(difference) = run(&script) {
            panic!("{name}: {difference}");
        }
    }
}

fn scripts(operations: &[Vec<Operation>]) -> impl Strategy<Value = Script> + use<> {
    let operation = select(operations.to_vec()).prop_flat_map(select);
    vec(operation, 0..LONGEST).prop_map(Script::from_iter)
}

fn runner(sequences: u32, seed: u64) -> TestRunner {
    let config = Config {
        cases: sequences,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is no number")),
    )
}

/// Returns the operations to choose from: what everything else needs comes more often.
pub(crate) fn operations(with_faults: bool) -> Vec<Vec<Operation>> {
    let mut kinds: Vec<_> = Operation::alphabet().to_vec();
    kinds.retain(|kind| with_faults || !kind[0].is_fault());
    let is_frequent = |kind: &&Vec<Operation>| {
        matches!(
            kind[0],
            Operation::Listen(_) | Operation::Connect(_) | Operation::Settle | Operation::Claim
        )
    };
    let frequent: Vec<_> = kinds.iter().filter(is_frequent).cloned().collect();
    // Nearly everything begins with a server that listens, and with somebody who connects to it.
    let first = [
        Operation::Listen(Name::First),
        Operation::Connect(Name::First),
    ];
    let twice = first.iter().chain(&first).map(|first| vec![*first]);
    kinds.splice(0..0, twice.chain(frequent));
    kinds
}
