//! Shrinks a script on which the model and a server differ.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Difference, Operation, Run, Script};

/// Runs the script. On a difference, returns the smallest script that has one.
///
/// Any difference counts: nearly always it has the same cause.
pub(super) fn shrink(
    script: &Script,
    run: impl Fn(&Script) -> Result<Run, Box<Difference>>,
) -> Result<Run, Box<Difference>> {
    let run = |script: &Script| {
        catch_unwind(AssertUnwindSafe(|| run(script))).unwrap_or_else(|_| {
            Err(Box::new(Difference {
                script: script.clone(),
                details: "  it panics\n".to_owned(),
            }))
        })
    };
    let mut found = match run(script) {
        Ok(run) => return Ok(run),
        Err(difference) => Smallest::new(script, difference),
    };
    // Drop steps that did not apply, and those after the difference.
    let described = found.difference.script.clone();
    found.prefer(described, run);
    while found.leave_out(run) | found.simplify(run) {}
    Err(found.difference)
}

/// The smallest script known to have a difference.
struct Smallest {
    script: Script,
    difference: Box<Difference>,
}

impl Smallest {
    fn new(script: &Script, difference: Box<Difference>) -> Self {
        Self {
            script: script.clone(),
            difference,
        }
    }

    /// Replaces the script by another one that has a difference, too.
    fn prefer(
        &mut self,
        script: Script,
        run: impl Fn(&Script) -> Result<Run, Box<Difference>>,
    ) -> bool {
        match run(&script) {
            Ok(_) => false,
            Err(difference) => {
                *self = Self { script, difference };
                true
            }
        }
    }

    /// Removes operations: many at once, then fewer, then one by one.
    fn leave_out(&mut self, run: impl Fn(&Script) -> Result<Run, Box<Difference>>) -> bool {
        let mut has_changed = false;
        let mut count = self.script.operations().len();
        while count > 0 {
            let mut start = 0;
            while start < self.script.operations().len() {
                let kept = self.script.operations().iter().enumerate();
                let shorter = kept
                    .filter(|(place, _)| !(start..start + count).contains(place))
                    .map(|(_, operation)| *operation)
                    .collect();
                if self.prefer(shorter, &run) {
                    has_changed = true;
                } else {
                    start += count;
                }
            }
            count /= 2;
        }
        has_changed
    }

    /// Replaces operations by simpler ones.
    fn simplify(&mut self, run: impl Fn(&Script) -> Result<Run, Box<Difference>>) -> bool {
        let mut has_changed = false;
        for place in 0..self.script.operations().len() {
            for simpler in simpler(self.script.operations()[place]) {
                let mut operations = self.script.operations().to_vec();
                operations[place] = simpler;
                if self.prefer(operations.into_iter().collect(), &run) {
                    has_changed = true;
                    break;
                }
            }
        }
        has_changed
    }
}

/// Returns simpler operations for this one, the simplest first.
fn simpler(operation: Operation) -> Vec<Operation> {
    let kinds = Operation::alphabet().iter();
    let same = kinds.filter_map(|kind| {
        let place = kind.iter().position(|known| *known == operation)?;
        Some(&kind[..place])
    });
    let mut simpler: Vec<_> = same.flatten().copied().collect();
    if let Operation::ConnectMany(name) = operation {
        simpler.insert(0, Operation::Connect(name));
    }
    simpler
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails at the first step for which `is_wrong` holds.
    fn player(
        is_wrong: impl Fn(&[Operation]) -> bool,
    ) -> impl Fn(&Script) -> Result<Run, Box<Difference>> {
        move |script| {
            let operations = script.operations();
            let wrong = (0..=operations.len()).find(|end| is_wrong(&operations[..*end]));
            match wrong {
                None => Ok(Run::default()),
                Some(end) => Err(Box::new(Difference {
                    script: operations[..end].iter().copied().collect(),
                    details: String::new(),
                })),
            }
        }
    }

    fn shrunk(script: &str, is_wrong: impl Fn(&[Operation]) -> bool) -> String {
        let script = Script::parse(script).expect("it is a script");
        let difference = shrink(&script, player(is_wrong)).expect_err("it makes a difference");
        difference.script.to_string()
    }

    #[test]
    fn unneeded_operations_are_removed() {
        let script = "listen first\nsettle\nconnect first\nclose\ntake\ndrain\nsettle\ntake-new\n";
        let is_wrong = |operations: &[Operation]| {
            let close = operations.iter().position(|one| *one == Operation::Close);
            close.is_some_and(|close| operations[close..].contains(&Operation::Settle))
        };
        assert_eq!(shrunk(script, is_wrong), "close\nsettle\n");
    }

    #[test]
    fn operations_are_simplified() {
        let is_wrong = |operations: &[Operation]| {
            let connects = |one: &Operation| matches!(one, Operation::Connect(_));
            let connects_many = |one: &Operation| matches!(one, Operation::ConnectMany(_));
            operations
                .iter()
                .any(|one| connects(one) || connects_many(one))
        };
        assert_eq!(
            shrunk("settle\nconnect-many plain\n", is_wrong),
            "connect first\n"
        );
        let limits = |operations: &[Operation]| {
            operations
                .iter()
                .any(|one| matches!(one, Operation::Limit(2..)))
        };
        assert_eq!(shrunk("limit 4\ntake-new\n", limits), "limit 2\n");
    }

    #[test]
    fn a_panic_is_a_difference() {
        let script = Script::parse("settle\ndrain\ntake\n").expect("it is a script");
        let panics = |script: &Script| {
            assert!(!script.operations().contains(&Operation::Drain));
            Ok(Run::default())
        };
        let difference = shrink(&script, panics).expect_err("it panics");
        assert_eq!(difference.script.to_string(), "drain\n");
        assert!(difference.details.contains("panics"));
    }

    #[test]
    fn a_script_without_a_difference_passes() {
        let script = Script::parse("settle\n").expect("it is a script");
        assert!(shrink(&script, player(|_| false)).is_ok());
    }
}
