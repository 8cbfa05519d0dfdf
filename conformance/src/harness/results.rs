//! The results that are checked in for each subject.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{env, fmt, fs};

use crate::{CASES, Case};

const HEADING: &str = "\
# The results of all cases that are not kept. UPDATE_SNAPSHOTS=1 rewrites them.
";

/// The outcome of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The case passes.
    Kept,
    /// The case fails.
    Broken,
    /// The case does not run, for this reason.
    Skipped(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => f.write_str("kept"),
            Self::Broken => f.write_str("broken"),
            Self::Skipped(reason) => write!(f, "skipped, {reason}"),
        }
    }
}

/// The results of a subject in one environment. A case that is not listed is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results(BTreeMap<String, Outcome>);

impl Results {
    /// Returns the name of the file, such as `results-std-root.txt`.
    pub fn file_name(subject: &str, variant: &str) -> String {
        format!("results-{subject}-{variant}.txt")
    }

    /// Reads a file; one that does not exist lists nothing.
    pub fn read(path: &Path) -> Self {
        Self::parse(&fs::read_to_string(path).unwrap_or_default())
    }

    /// Parses the text of a file. Lines that are no results are ignored.
    pub fn parse(text: &str) -> Self {
        let result = |line: &str| {
            let (case, outcome) = line.split_once(": ")?;
            let outcome = match outcome.strip_prefix("skipped, ") {
                Some(reason) => Outcome::Skipped(reason.to_owned()),
                None if outcome == "broken" => Outcome::Broken,
                None => return None,
            };
            Some((case.to_owned(), outcome))
        };
        Self(text.lines().filter_map(result).collect())
    }

    /// Returns the outcome of a case.
    pub fn of(&self, case: &Case) -> Outcome {
        let listed = self.0.get(&case.to_string());
        listed.cloned().unwrap_or(Outcome::Kept)
    }

    /// Returns the numbers of cases that are kept, broken and skipped.
    pub fn totals(&self) -> (usize, usize, usize) {
        let broken = self.0.values().filter(|one| **one == Outcome::Broken);
        let broken = broken.count();
        (CASES.len() - self.0.len(), broken, self.0.len() - broken)
    }

    /// Returns the listed names that are no cases.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let exists = |name: &str| CASES.iter().any(|case| case.to_string() == name);
        let names = self.0.keys().map(String::as_str);
        names.filter(move |name| !exists(name))
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADING)?;
        for case in CASES {
            if let Some(outcome) = self.0.get(&case.to_string()) {
                writeln!(f, "{case}: {outcome}")?;
            }
        }
        Ok(())
    }
}

/// Expects this outcome in the file.
pub(super) fn expect(path: &Path, case: &Case, outcome: &Outcome) {
    assert!(
        allows(path, case, outcome),
        "{case} is {outcome}, but {} in {} (UPDATE_SNAPSHOTS=1 changes that)",
        Results::read(path).of(case),
        path.display()
    );
}

/// Returns whether the file lists this outcome; writes it there if an update is requested.
pub(super) fn allows(path: &Path, case: &Case, outcome: &Outcome) -> bool {
    if env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        update(path, case, outcome);
        return true;
    }
    Results::read(path).of(case) == *outcome
}

fn update(path: &Path, case: &Case, outcome: &Outcome) {
    // The tests of a program run at the same time.
    static FILES: Mutex<()> = Mutex::new(());
    let _guard = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut results = Results::read(path);
    match outcome {
        Outcome::Kept => results.0.remove(&case.to_string()),
        other => results.0.insert(case.to_string(), other.clone()),
    };
    let directory = path.parent().expect("the path has a directory");
    fs::create_dir_all(directory).expect("the directory can be created");
    fs::write(path, results.to_string()).expect("the results can be written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_back() {
        let (kept, broken, skipped) = (&CASES[0], &CASES[1], &CASES[2]);
        let text = format!("{HEADING}{broken}: broken\n{skipped}: skipped, needs files\n");
        let results = Results::parse(&text);
        assert_eq!(results.of(kept), Outcome::Kept);
        assert_eq!(results.of(broken), Outcome::Broken);
        let reason = String::from("needs files");
        assert_eq!(results.of(skipped), Outcome::Skipped(reason));
        assert_eq!(results.totals(), (CASES.len() - 2, 1, 1));
        assert_eq!(results.to_string(), text);
    }

    #[test]
    fn unknown_cases_are_found() {
        let results = Results::parse("close::no_such_case: broken\n");
        assert!(results.unknown().eq(["close::no_such_case"]));
    }
}
