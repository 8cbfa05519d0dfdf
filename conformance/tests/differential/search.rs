//! Searching for scripts on which the model and a server differ.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use anteroom_conformance::differential::{
    Difference, Name, Operation, Run, SIGHTINGS, Script, Severity, kept_scripts,
};
use anteroom_conformance::effort::SEED;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// How many operations a script has at most.
const LONGEST: usize = 40;

/// How many sequences are enough to come across everything.
const ENOUGH: u32 = 200;

/// Lets the model and a server go through scripts: first those that are kept, then others.
///
/// `ANTEROOM_SEQUENCES` sets how many others, `ANTEROOM_SEED` which: the same ones unless it is
/// set, so that nothing fails by chance. Together those have to come across everything but what
/// is impossible here.
pub(crate) fn search(
    name: &str,
    sequences: u32,
    operations: &[Vec<Operation>],
    impossible: &[&str],
    run: impl Fn(&Script) -> Result<Run, Box<Difference>>,
) {
    replay(&run);
    let sequences = number("ANTEROOM_SEQUENCES").map_or(sequences, |given| {
        u32::try_from(given).expect("ANTEROOM_SEQUENCES is not that large")
    });
    let seed = number("ANTEROOM_SEED").unwrap_or(SEED);
    let start = Instant::now();
    let seen = RefCell::new(BTreeSet::new());
    let steps = RefCell::new(0);

    let result = runner(sequences, seed).run(&scripts(operations), |script| {
        let run = run(&script).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
        *steps.borrow_mut() += run.script.operations().len();
        seen.borrow_mut().extend(run.sightings);
        Ok(())
    });

    match result {
        Ok(()) => {}
        Err(TestError::Fail(_, script)) => {
            let (script, reason) = minimal(&script, &run);
            panic!(
                "{name}: again with ANTEROOM_SEED={seed}, or with this script:\n{script}\n{reason}"
            );
        }
        Err(error) => panic!("{name}: again with ANTEROOM_SEED={seed}\n{error}"),
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name}: {sequences} sequences, {} steps, {:.0} sequences a second, ANTEROOM_SEED={seed}",
        steps.into_inner(),
        f64::from(sequences) / seconds
    );
    let missing: Vec<_> = SIGHTINGS
        .iter()
        .filter(|sighting| !seen.borrow().contains(*sighting) && !impossible.contains(sighting))
        .collect();
    assert!(
        seed != SEED || sequences < ENOUGH || missing.is_empty(),
        "never seen: {missing:?}"
    );
}

/// Leaves out every operation without which the script fails as well, and says how it fails.
fn minimal(
    script: &Script,
    run: impl Fn(&Script) -> Result<Run, Box<Difference>>,
) -> (Script, String) {
    let failure = |script: &Script| match catch_unwind(AssertUnwindSafe(|| run(script))) {
        Ok(Ok(_)) => None,
        Ok(Err(difference)) => Some(difference.to_string()),
        Err(_) => Some("it panics".to_owned()),
    };
    let (mut script, mut reason) = (script.clone(), String::new());
    let mut number = 0;
    while number < script.operations().len() {
        let kept = script.operations().iter().enumerate();
        let shorter: Script = kept
            .filter_map(|(other, operation)| (other != number).then_some(*operation))
            .collect();
        match failure(&shorter) {
            Some(found) => (script, reason, number) = (shorter, found, 0),
            None => number += 1,
        }
    }
    if reason.is_empty() {
        reason = failure(&script).unwrap_or_else(|| "it does not fail again".to_owned());
    }
    (script, reason)
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
    let kinds = operations.to_vec();
    let most = kinds.iter().map(Vec::len).max().unwrap_or(0);
    vec((0..kinds.len(), 0..most), 0..LONGEST).prop_map(move |steps| {
        let chosen = steps.into_iter().map(|(kind, argument)| {
            let arguments = &kinds[kind];
            arguments[argument % arguments.len()]
        });
        chosen.collect()
    })
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
