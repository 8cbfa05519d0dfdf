//! Visits every state of the machine within bounds, and checks every input in each of them.
//!
//! `bounds` limits each search, `state` has the invariants, and `reached` lists the transitions that
//! the searches must reach. The search is breadth-first, so the steps to a violation are the
//! shortest ones.

mod bounds;
mod model;
mod reached;
mod search;
mod state;
mod step;

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use anteroom_core::{PhaseName, Server};

use bounds::Bounds;
use reached::EXPECTED;
use search::{Property, explore};

#[test]
fn no_reachable_state_violates_an_invariant() {
    let mut reached = BTreeSet::new();
    let mut figures = String::from("| bounds | states | transitions |\n|---|---|---|\n");

    for bounds in &Bounds::ALL {
        let found = explore(bounds, None).unwrap_or_else(|violation| panic!("{violation}"));
        let (name, states, transitions) = (bounds.name, found.states, found.transitions);
        figures += &format!("| {name} | {states} | {transitions} |\n");
        reached.extend(found.reached);
    }

    for (name, _) in EXPECTED {
        assert!(reached.contains(name), "not reached: {name}");
    }
    compare_page(&figures);
}

/// Compares the figures with docs/verification.md, or writes them with `UPDATE_SNAPSHOTS=1`.
fn compare_page(figures: &str) {
    const BEGIN: &str = "<!-- exploration:begin -->\n";
    const END: &str = "<!-- exploration:end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verification.md");
    let page = fs::read_to_string(&path).expect("docs/verification.md is readable");
    let (before, rest) = page.split_once(BEGIN).expect("the page has the marker");
    let (shown, after) = rest.split_once(END).expect("the page has the marker");
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let fresh = format!("{before}{BEGIN}{figures}{END}{after}");
        fs::write(&path, fresh).expect("docs/verification.md is writable");
    } else {
        assert_eq!(shown, figures, "UPDATE_SNAPSHOTS=1 updates the page");
    }
}

#[test]
fn a_search_is_deterministic() {
    let [first, second] = [(); 2].map(|()| explore(&Bounds::SMALL, None).expect("no violation"));

    assert_eq!(first.states, second.states);
    assert_eq!(first.transitions, second.transitions);
}

#[test]
fn a_violation_is_reported_with_the_shortest_sequence_of_steps() {
    let never_drains: Property = |server: &Server<u8>| {
        (server.phase() != PhaseName::Draining)
            .then_some(())
            .ok_or("drains")
    };

    let violation = explore(&Bounds::SMALL, Some(never_drains))
        .err()
        .expect("it can drain");

    let steps: Vec<&str> = violation
        .lines()
        .filter(|line| line.contains(". "))
        .collect();
    assert_eq!(steps.len(), 3, "{violation}");
    assert!(steps[0].contains("Listen"), "{violation}");
    assert!(steps[1].contains("Bound"), "{violation}");
    assert!(steps[2].contains("Drain"), "{violation}");
}
