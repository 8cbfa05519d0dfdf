//! The short summary in the readme.

use std::fmt::Write as _;

use super::exceptions::EXCEPTIONS;
use super::page::spoken;
use super::{Coverage, minimal_cases};
use anteroom_conformance::{CASES, CLAUSES};

const BEGIN: &str = "<!-- conformance:begin -->\n";
const END: &str = "<!-- conformance:end -->";

/// Puts the summary between its markers.
pub(super) fn insert(coverage: &Coverage, readme: &str) -> Result<String, String> {
    let missing = || format!("the readme lacks {} or {END}", BEGIN.trim_end());
    let (before, rest) = readme.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", summary(coverage)))
}

fn summary(coverage: &Coverage) -> String {
    let with_case = CLAUSES
        .iter()
        .filter(|clause| minimal_cases(**clause).next().is_some())
        .count();
    let mut summary = format!(
        "{} clauses, of which {with_case} have a case of their own and {} a reason to lack something; \
         {} cases.\n\n| server | cases run | skipped |\n|---|---|---|\n",
        CLAUSES.len(),
        EXCEPTIONS.len(),
        CASES.len()
    );
    for subject in &coverage.subjects {
        for (variant, results) in &subject.variants {
            let (name, (run, _, skipped)) = (&subject.name, results.totals());
            let variant = spoken(variant);
            writeln!(summary, "| {name}, {variant} | {run} | {skipped} |")
                .expect("writing to a string does not fail");
        }
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let coverage = Coverage {
            marks: Default::default(),
            subjects: Vec::new(),
            others: Vec::new(),
            mistakes: Default::default(),
        };
        let readme = format!("above\n{BEGIN}old\n{END}\nbelow\n");
        let inserted = insert(&coverage, &readme).expect("both markers are there");
        assert!(inserted.starts_with(&format!("above\n{BEGIN}106 clauses")));
        assert!(inserted.ends_with(&format!("|\n{END}\nbelow\n")));
        assert!(!inserted.contains("old"));
    }

    #[test]
    fn a_readme_without_markers_is_refused() {
        let coverage = Coverage {
            marks: Default::default(),
            subjects: Vec::new(),
            others: Vec::new(),
            mistakes: Default::default(),
        };
        assert!(insert(&coverage, "nothing").is_err());
    }
}
