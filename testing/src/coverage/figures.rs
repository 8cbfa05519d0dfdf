//! The figures on the page about verification.

use super::Coverage;
use crate::effort::{SEEDS_AGAINST_KERNEL, SEQUENCES_ON_SIMULATION, SEQUENCES_ON_SYSTEM};
use anteroom_conformance::{CASES, CLAUSES};

const BEGIN: &str = "<!-- figures:begin -->\n";
const END: &str = "<!-- figures:end -->";

/// Puts the figures between their markers.
pub(super) fn insert(coverage: &Coverage, page: &str) -> Result<String, String> {
    let missing = || {
        format!(
            "the page on verification lacks {} or {END}",
            BEGIN.trim_end()
        )
    };
    let (before, rest) = page.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", figures(coverage)))
}

fn figures(coverage: &Coverage) -> String {
    let subjects = coverage.subjects.len();
    let runs: usize = coverage
        .subjects
        .iter()
        .filter_map(|subject| subject.most_cases())
        .sum();
    let with_scripts = coverage.subjects.iter().filter(|one| one.has_scripts);
    let rows = [
        ("clauses", CLAUSES.len().to_string()),
        ("cases", CASES.len().to_string()),
        (
            "servers and simulations that they run on",
            subjects.to_string(),
        ),
        ("runs of a case", runs.to_string()),
        (
            "seeds: simulated Linux against the real one",
            SEEDS_AGAINST_KERNEL.to_string(),
        ),
        (
            "scripts: model against the simulation",
            SEQUENCES_ON_SIMULATION.to_string(),
        ),
        (
            "real servers that the model is compared with",
            with_scripts.count().to_string(),
        ),
        (
            "scripts: model against each of them",
            SEQUENCES_ON_SYSTEM.to_string(),
        ),
        (
            "mistakes made on purpose",
            coverage.mistakes.count().to_string(),
        ),
        (
            "of which two layers or more notice",
            coverage.mistakes.noticed_twice().to_string(),
        ),
    ];
    let rows: String = rows
        .iter()
        .map(|(what, number)| format!("| {what} | {number} |\n"))
        .collect();
    format!("| by default | |\n|---|---|\n{rows}")
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
        let page = format!("above\n{BEGIN}old\n{END}\nbelow\n");
        let inserted = insert(&coverage, &page).expect("both markers are there");
        assert!(inserted.starts_with(&format!("above\n{BEGIN}| by default")));
        assert!(inserted.ends_with(&format!("|\n{END}\nbelow\n")));
        assert!(insert(&coverage, "nothing").is_err());
    }
}
