//! The comparison of servers of other projects with the clauses.

use std::fmt::{Result, Write as _};

use super::page::{escaped, sections};
use super::{Coverage, Subject, minimal_cases};
use anteroom_conformance::harness::Outcome;
use anteroom_conformance::{CLAUSES, Clause};

const INTRODUCTION: &str = "
## Other servers

The suite also runs on servers of other projects, each with the [adapter](../conformance/tests) that a user would write: a
loop that accepts, and a queue. A clause is **broken** if one of its smallest cases fails, and **kept** if all that run
pass. It is not applicable if none runs, because the server does not have the operation; the second table leaves these
out. The results are checked in, and a test fails if one changes.

";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Broken,
    Kept,
    NotApplicable,
}

/// Writes the section.
pub(super) fn write(page: &mut String, coverage: &Coverage) -> Result {
    page.push_str(INTRODUCTION);
    page.push_str("| server | kept | broken | not applicable |\n|---|---|---|---|\n");
    for subject in &coverage.others {
        let count = |verdict| clauses(subject, verdict, CLAUSES.iter()).len();
        let (kept, broken) = (count(Verdict::Kept), count(Verdict::Broken));
        let rest = CLAUSES.len() - kept - broken;
        writeln!(page, "| {} | {kept} | {broken} | {rest} |", subject.name)?;
    }
    write!(page, "\n| section |")?;
    for subject in &coverage.others {
        write!(page, " {} |", subject.name)?;
    }
    let columns = "---|".repeat(coverage.others.len());
    writeln!(page, "\n|---|{columns}")?;
    for section in sections() {
        let of_section = || CLAUSES.iter().filter(|clause| clause.section() == section);
        let cells = coverage.others.iter().map(|subject| {
            let broken = clauses(subject, Verdict::Broken, of_section());
            let broken = broken.iter().map(|clause| format!("**{clause} broken**"));
            let kept = clauses(subject, Verdict::Kept, of_section());
            broken.chain(kept).collect::<Vec<_>>().join(", ")
        });
        let cells: Vec<String> = cells.collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            writeln!(page, "| {} | {} |", escaped(section), cells.join(" | "))?;
        }
    }
    Ok(())
}

fn clauses<'a>(
    subject: &Subject,
    verdict: Verdict,
    clauses: impl Iterator<Item = &'a Clause>,
) -> Vec<String> {
    clauses
        .filter(|clause| verdict_of(subject, **clause) == verdict)
        .map(ToString::to_string)
        .collect()
}

/// Returns the verdict in the first variant, which is that of root.
fn verdict_of(subject: &Subject, clause: Clause) -> Verdict {
    let Some(results) = subject.variants.values().next() else {
        return Verdict::NotApplicable;
    };
    let outcomes: Vec<Outcome> = minimal_cases(clause).map(|case| results.of(case)).collect();
    if outcomes.contains(&Outcome::Broken) {
        Verdict::Broken
    } else if outcomes.contains(&Outcome::Kept) {
        Verdict::Kept
    } else {
        Verdict::NotApplicable
    }
}
