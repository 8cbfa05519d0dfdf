//! Breadth first through all states of a world.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anteroom_core::Server;

use crate::ledger::State;
use crate::step::Step;
use crate::witness::Witness;
use crate::world::World;

/// A property of a single state that is to hold in addition to the invariants.
pub(crate) type Property = fn(&Server<u8>) -> Result<(), &'static str>;

/// Far more states than any world has: beyond that something counts without bound.
const MOST_STATES: usize = 50_000;

/// What was explored.
pub(crate) struct NameState {
    pub(crate) states: usize,
    pub(crate) edges: usize,
    pub(crate) witnesses: BTreeSet<Witness>,
}

/// A state, and how it was reached first.
struct Visit {
    state: Rc<State>,
    before: Option<(usize, Step)>,
}

/// Goes through all states of `world`.
///
/// # Errors
///
/// Returns a readable script that leads to the first violation.
pub(crate) fn explore(world: &World, property: Option<Property>) -> Result<NameState, String> {
    let start = Rc::new(State::new());
    let mut known = HashSet::from([Rc::clone(&start)]);
    let mut visits = vec![Visit {
        state: start,
        before: None,
    }];
    let mut edges = 0;
    let mut witnesses = BTreeSet::new();
    let mut index = 0;
    while index < visits.len() {
        let state = Rc::clone(&visits[index].state);
        for step in world.steps(&state) {
            edges += 1;
            let after = take(&state, step, property, &mut witnesses)
                .map_err(|problem| script(&visits, index, step, &problem))?;
            if let Some(after) = after {
                let after = Rc::new(after);
                if world.contains(&after) && known.insert(Rc::clone(&after)) {
                    assert!(visits.len() < MOST_STATES, "{} has no end", world.name);
                    visits.push(Visit {
                        state: after,
                        before: Some((index, step)),
                    });
                }
            }
        }
        index += 1;
    }
    Ok(NameState {
        states: visits.len(),
        edges,
        witnesses,
    })
}

/// Takes one step; none is taken when the step is impossible.
fn take(
    state: &State,
    step: Step,
    property: Option<Property>,
    witnesses: &mut BTreeSet<Witness>,
) -> Result<Option<State>, String> {
    let next = catch_unwind(AssertUnwindSafe(|| state.after(step, witnesses)))
        .map_err(|_| String::from("the machine panicked"))??;
    if let (Some(next), Some(property)) = (&next, property) {
        property(&next.server)?;
    }
    Ok(next)
}

/// Writes down the steps that led to `index`, and the last one.
fn script(visits: &[Visit], index: usize, last: Step, problem: &str) -> String {
    let mut steps = vec![last];
    let mut at = index;
    while let Some((before, step)) = visits[at].before {
        steps.push(step);
        at = before;
    }
    let mut text = format!("violated: {problem}\n");
    for (number, step) in steps.iter().rev().enumerate() {
        writeln!(text, "{:>3}. {step}", number + 1).expect("a string");
    }
    writeln!(
        text,
        "the state before the last step:\n{:#?}",
        visits[index].state
    )
    .expect("a string");
    text
}
