use std::fmt::Display;

use crate::error::Result;
use crate::output;

/// Shows a level as a word.
pub(super) const fn word(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// The printed report.
#[derive(Debug, Default)]
pub(super) struct Report {
    steps: usize,
    checks: usize,
    wrong: usize,
}

impl Report {
    /// Starts a step.
    pub(super) fn step(&mut self, title: &str) -> Result<()> {
        self.steps += 1;
        let blank = if self.steps > 1 { "\n" } else { "" };
        output::line(format_args!("{blank}{}. {title}", self.steps))
    }

    /// Prints the expected and the actual value, and counts differences.
    pub(super) fn check(
        &mut self,
        what: &str,
        expected: impl Display,
        seen: impl Display,
    ) -> Result<()> {
        let (expected, seen) = (expected.to_string(), seen.to_string());
        self.checks += 1;
        let verdict = if expected == seen {
            "; ok"
        } else {
            self.wrong += 1;
            "; NOT AS DOCUMENTED"
        };
        output::line(format_args!(
            "   {what}: expected {expected}; seen {seen}{verdict}"
        ))
    }

    /// Prints the result, and returns the number of differences.
    pub(super) fn finish(self) -> Result<usize> {
        let Self { checks, wrong, .. } = self;
        output::line(format_args!(
            "\n{checks} checks, {wrong} not as documented."
        ))?;
        Ok(wrong)
    }
}
