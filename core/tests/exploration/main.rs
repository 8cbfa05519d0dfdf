//! Every state that the machine can reach, within bounds, and every input in each of them.
//!
//! `world` says what an application and a platform may do, `ledger` keeps the books that the
//! machine is held to, `search` goes through all states breadth first, so that the script of a
//! violation is as short as can be.

mod ledger;
mod news;
mod pauses;
mod search;
mod step;
mod witness;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use anteroom_core::{PhaseName, Server};

use search::{Property, explore};
use witness::Witness;
use world::World;

#[test]
fn no_reachable_state_breaks_an_invariant_and_every_interesting_one_is_reached() {
    let mut seen = BTreeSet::new();
    let mut figures = String::from("| world | states | edges |\n|---|---|---|\n");

    for world in World::ALL {
        let start = Instant::now();
        let found = explore(world, None).unwrap_or_else(|violation| panic!("{violation}"));
        println!(
            "{}: {} states, {} edges, {:.1} s",
            world.name,
            found.states,
            found.edges,
            start.elapsed().as_secs_f32()
        );
        writeln!(
            figures,
            "| {} | {} | {} |",
            world.name, found.states, found.edges
        )
        .expect("a string can be written to");
        seen.extend(found.witnesses);
    }

    let missing: Vec<_> = Witness::ALL
        .iter()
        .filter(|witness| !seen.contains(witness))
        .collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    hold_page_to(&figures);
}

/// Holds the page on verification to what was explored; `UPDATE_SNAPSHOTS=1` writes it anew.
fn hold_page_to(figures: &str) {
    const BEGIN: &str = "<!-- exploration:begin -->\n";
    const END: &str = "<!-- exploration:end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verification.md");
    let page = fs::read_to_string(&path).expect("docs/verification.md can be read");
    let (before, rest) = page.split_once(BEGIN).expect("the start marker is there");
    let (shown, after) = rest.split_once(END).expect("the end marker is there");
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let fresh = format!("{before}{BEGIN}{figures}{END}{after}");
        fs::write(&path, fresh).expect("docs/verification.md can be written");
    } else {
        assert_eq!(
            shown, figures,
            "docs/verification.md is out of date: UPDATE_SNAPSHOTS=1"
        );
    }
}

#[test]
fn the_number_of_states_does_not_depend_on_chance() {
    let [first, second] = [(); 2].map(|()| explore(&World::SMALL, None).expect("no violation"));

    assert_eq!(first.states, second.states);
    assert_eq!(first.edges, second.edges);
}

#[test]
fn a_violation_comes_with_the_shortest_script_that_leads_to_it() {
    let never_drains: Property = |server: &Server<u8>| {
        (server.phase() != PhaseName::Draining)
            .then_some(())
            .ok_or("drains")
    };

    let violation = explore(&World::SMALL, Some(never_drains))
        .err()
        .expect("it can drain");

    let steps: Vec<&str> = violation
        .lines()
        .filter(|line| line.contains(". "))
        .collect();
    assert_eq!(steps.len(), 3, "{violation}");
    assert!(steps[0].contains("listen"), "{violation}");
    assert!(steps[1].contains("Bound"), "{violation}");
    assert!(steps[2].contains("drain"), "{violation}");
}
