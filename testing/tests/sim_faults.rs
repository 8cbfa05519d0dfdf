//! Lives of servers in a world where everything fails sometimes.
//!
//! `ANTEROOM_SEEDS=100000` lives more of them, `ANTEROOM_SEED=17` lives one once more.

#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::env;

use anteroom_testing::effort::SEEDS;
use anteroom_testing::sim::campaign::{Life, Style, Witness};

#[test]
fn a_driver_whose_platform_fails_serves_everybody_in_the_end() {
    campaign(Style::Prompt);
}

#[test]
fn a_machine_whose_facts_come_late_serves_everybody_in_the_end() {
    campaign(Style::Late);
}

#[test]
fn a_life_follows_from_its_seed() {
    for style in [Style::Prompt, Style::Late] {
        for seed in 0..20 {
            let script = || Life::new(seed, style).tell();
            assert_eq!(script(), script(), "seed {seed} in style {style:?}");
        }
    }
}

fn campaign(style: Style) {
    if let Some(seed) = number("ANTEROOM_SEED") {
        live(seed, style);
        return;
    }
    let mut witnessed = BTreeMap::<Witness, u64>::new();
    for seed in 0..number("ANTEROOM_SEEDS").unwrap_or(SEEDS) {
        for witness in live(seed, style) {
            *witnessed.entry(witness).or_default() += 1;
        }
    }
    for (witness, lives) in &witnessed {
        println!("{witness:?}: in {lives} lives");
    }
    for witness in Witness::ALL {
        let applies = style == Style::Late || !witness.needs_late_answers();
        let happened = witnessed.contains_key(&witness);
        assert!(happened || !applies, "{witness:?} never happened");
    }
}

fn live(seed: u64, style: Style) -> BTreeSet<Witness> {
    let printed = Printed(seed);
    let witnesses = Life::new(seed, style).run();
    drop(printed);
    witnesses
}

/// Says how to live a life once more, if it fails.
struct Printed(u64);

impl Drop for Printed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("live it once more: ANTEROOM_SEED={}", self.0);
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(
        value
            .parse()
            .expect("seeds and their numbers are whole numbers"),
    )
}
