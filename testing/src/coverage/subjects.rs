//! The subjects, with their checked-in results.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use super::files;
use anteroom_conformance::harness::{Outcome, Results};
use anteroom_conformance::{CASES, Case};

/// A subject that runs the suite.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    /// The results by variant: as root, as a user.
    pub(super) variants: BTreeMap<String, Results>,
    /// Whether it is compared with the model on the same scripts.
    pub(super) has_scripts: bool,
    /// Whether it is a server of another project, for comparison.
    pub(super) is_other: bool,
}

impl Subject {
    /// Returns whether its operating system is simulated.
    pub(super) fn is_simulated(&self) -> bool {
        self.variants.contains_key(crate::sim::VARIANT)
    }

    /// Returns how many cases run in the variant that runs the most.
    pub(super) fn most_cases(&self) -> Option<usize> {
        let runs = self.variants.values().map(|results| {
            let (kept, broken, _) = results.totals();
            kept + broken
        });
        runs.max()
    }

    /// Returns the variants in which it keeps the case.
    pub(super) fn variants_of(&self, case: &Case) -> Vec<&str> {
        let variants = self.variants.iter();
        variants
            .filter(|(_, results)| results.of(case) == Outcome::Kept)
            .map(|(variant, _)| variant.as_str())
            .collect()
    }

    /// Returns the skipped cases of a variant by reason.
    pub(super) fn skipped(results: &Results) -> BTreeMap<String, Vec<&'static Case>> {
        let mut by_reason = BTreeMap::<String, Vec<&'static Case>>::new();
        for case in CASES {
            if let Outcome::Skipped(reason) = results.of(case) {
                by_reason.entry(reason).or_default().push(case);
            }
        }
        by_reason
    }

    /// Returns the problems of the results.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (variant, results) in &self.variants {
            let unknown = results.unknown();
            problems.extend(
                unknown.map(|case| {
                    format!("{} ({variant}) lists {case}, which is no case", self.name)
                }),
            );
            if results.totals().1 > 0 && !self.is_other {
                problems.push(format!("{} ({variant}) breaks a case", self.name));
            }
        }
        if !self.is_simulated() && !self.has_scripts && !self.is_other {
            problems.push(format!("{} is not compared with the model", self.name));
        }
        problems
    }
}

/// Finds the results of all packages, the examples among them.
pub(super) fn read(root: &Path) -> io::Result<Vec<Subject>> {
    let mut subjects = BTreeMap::<String, Subject>::new();
    let mut packages = files::entries(root)?;
    packages.extend(files::entries(&root.join("examples"))?);
    for package in packages {
        let scripts = fs::read_to_string(package.join("tests/differential.rs")).unwrap_or_default();
        for list in files::entries(&package.join("tests/snapshots"))? {
            let file = files::name(&list);
            let stem = file
                .strip_prefix("results-")
                .and_then(|rest| rest.strip_suffix(".txt"));
            let Some((name, variant)) = stem.and_then(|stem| stem.rsplit_once('-')) else {
                continue;
            };
            let subject = subjects.entry(name.to_owned()).or_insert_with(|| Subject {
                name: name.to_owned(),
                variants: BTreeMap::new(),
                has_scripts: scripts.contains(&format!("Search::new(\"{name}\", ")),
                is_other: files::name(&package) == "conformance",
            });
            let results = Results::read(&list);
            subject.variants.insert(variant.to_owned(), results);
        }
    }
    Ok(subjects.into_values().collect())
}
