//! The subjects, known by their checked-in skip lists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use super::files;
use anteroom_conformance::{CASES, Case};

/// A subject that runs the suite.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    /// By variant (as root, as a user): the skipped cases and the reasons.
    pub(super) variants: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether it is compared with the model on the same scripts.
    pub(super) has_scripts: bool,
}

impl Subject {
    /// Returns whether it lives on an operating system that is simulated.
    pub(super) fn is_simulated(&self) -> bool {
        self.variants.contains_key(crate::sim::VARIANT)
    }

    /// Returns how many cases run in the variant that runs the most.
    pub(super) fn most_cases(&self) -> Option<usize> {
        self.variants
            .values()
            .map(|skips| CASES.len() - skips.len())
            .max()
    }

    /// Returns in which variants the case runs.
    pub(super) fn variants_of(&self, case: &Case) -> Vec<&str> {
        let case = case.to_string();
        let variants = self.variants.iter();
        variants
            .filter(|(_, skips)| !skips.contains_key(&case))
            .map(|(variant, _)| variant.as_str())
            .collect()
    }

    /// Returns what is wrong with the lists: they skip cases that do not exist.
    pub(super) fn problems(&self) -> Vec<String> {
        let known: BTreeSet<_> = CASES.iter().map(ToString::to_string).collect();
        let mut problems = Vec::new();
        for (variant, skips) in &self.variants {
            let strangers = skips.keys().filter(|case| !known.contains(*case));
            problems.extend(
                strangers.map(|case| {
                    format!("{} ({variant}) skips {case}, which is no case", self.name)
                }),
            );
        }
        if !self.is_simulated() && !self.has_scripts {
            problems.push(format!("{} is not compared with the model", self.name));
        }
        problems
    }
}

/// Finds the skip lists of all packages, the examples among them.
pub(super) fn read(root: &Path) -> io::Result<Vec<Subject>> {
    let mut subjects = BTreeMap::<String, Subject>::new();
    let mut packages = files::entries(root)?;
    packages.extend(files::entries(&root.join("examples"))?);
    for package in packages {
        let scripts = fs::read_to_string(package.join("tests/differential.rs")).unwrap_or_default();
        for list in files::entries(&package.join("tests/snapshots"))? {
            let file = files::name(&list);
            let stem = file
                .strip_prefix("skips-")
                .and_then(|rest| rest.strip_suffix(".txt"));
            let Some((name, variant)) = stem.and_then(|stem| stem.rsplit_once('-')) else {
                continue;
            };
            let text = fs::read_to_string(&list)?;
            let skips = anteroom_conformance::harness::parse_skips(&text)
                .map(|(case, reason)| (case.to_owned(), reason.to_owned()))
                .collect();
            let subject = subjects.entry(name.to_owned()).or_insert_with(|| Subject {
                name: name.to_owned(),
                variants: BTreeMap::new(),
                has_scripts: scripts.contains(&format!("Search::new(\"{name}\", ")),
            });
            subject.variants.insert(variant.to_owned(), skips);
        }
    }
    Ok(subjects.into_values().collect())
}
