//! The breadth-first search through all states.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use anteroom_core::Server;

use crate::bounds::Bounds;
use crate::reached::{EXPECTED, Transition};
use crate::state::State;
use crate::step::Step;

/// An additional invariant.
pub(crate) type Property = fn(&Server<u8>) -> Result<(), &'static str>;

/// More states than any search has, so that an unbounded counter is noticed.
const MAX_STATES: usize = 50_000;

pub(crate) struct Found {
    pub(crate) states: usize,
    pub(crate) transitions: usize,
    /// The names of the expected transitions that were reached.
    pub(crate) reached: BTreeSet<&'static str>,
}

/// A state, and its first transition.
struct Visit {
    state: Rc<State>,
    from: Option<(usize, Step)>,
}

/// Visits all states within `bounds`.
///
/// # Errors
///
/// Returns the shortest sequence of steps to a violation.
pub(crate) fn explore(bounds: &Bounds, property: Option<Property>) -> Result<Found, String> {
    let start = Rc::new(State::new());
    let mut known = HashSet::from([Rc::clone(&start)]);
    let mut visits = vec![Visit {
        state: start,
        from: None,
    }];
    let mut transitions = 0;
    let mut reached = BTreeSet::new();
    let mut index = 0;
    while index < visits.len() {
        let before = Rc::clone(&visits[index].state);
        for step in bounds.steps(&before) {
            transitions += 1;
            let after = take(&before, step, property)
                .map_err(|problem| script(&visits, index, step, &problem))?;
            let Some(after) = after else { continue };
            let after = Rc::new(after);
            let transition = Transition {
                step,
                before: &before,
                after: &after,
            };
            for (name, is_reached) in EXPECTED {
                if !reached.contains(name) && is_reached(&transition) {
                    reached.insert(*name);
                }
            }
            if bounds.contains(&after) && known.insert(Rc::clone(&after)) {
                assert!(visits.len() < MAX_STATES, "{} has no end", bounds.name);
                let from = Some((index, step));
                visits.push(Visit { state: after, from });
            }
        }
        index += 1;
    }
    Ok(Found {
        states: visits.len(),
        transitions,
        reached,
    })
}

fn take(state: &State, step: Step, property: Option<Property>) -> Result<Option<State>, String> {
    let next = catch_unwind(AssertUnwindSafe(|| state.after(step)))
        .map_err(|_| String::from("the machine panicked"))??;
    if let (Some(next), Some(property)) = (&next, property) {
        property(&next.server)?;
    }
    Ok(next)
}

fn script(visits: &[Visit], index: usize, last: Step, problem: &str) -> String {
    let mut steps = vec![last];
    let mut at = index;
    while let Some((from, step)) = visits[at].from {
        steps.push(step);
        at = from;
    }
    let numbered = steps.iter().rev().enumerate();
    let steps: String = numbered
        .map(|(number, step)| format!("{:>3}. {step:?}\n", number + 1))
        .collect();
    let state = &visits[index].state;
    format!("violated: {problem}\n{steps}the state before the last step:\n{state:#?}\n")
}
