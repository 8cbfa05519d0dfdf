//! Who keeps which clause: cases, implementation marks, subjects, exceptions and differences.
//!
//! Everything is read from the source tree and from the checked-in results; the suite need not
//! run for it. The program `coverage` writes the page, a test looks for gaps.

mod comparison;
mod differences;
mod exceptions;
mod figures;
mod files;
mod marks;
mod mistakes;
mod page;
mod subjects;

use std::io;
use std::path::{Path, PathBuf};

use self::exceptions::{EXCEPTIONS, Lacks};
pub use self::files::sources;
use self::marks::Marks;
use self::mistakes::Mistakes;
use self::subjects::Subject;
use anteroom_conformance::{CASES, CLAUSES, Case, Clause};

/// Where the page is, seen from the root of the workspace.
pub const PAGE: &str = "docs/conformance.md";

/// Where the figures of verification are, seen from the root of the workspace.
pub const VERIFICATION: &str = "docs/verification.md";

/// What is known about the clauses of a source tree.
#[derive(Debug)]
pub struct Coverage {
    marks: Marks,
    subjects: Vec<Subject>,
    /// Servers of other projects.
    others: Vec<Subject>,
    mistakes: Mistakes,
}

impl Coverage {
    /// Reads the source tree below `root`.
    ///
    /// # Errors
    ///
    /// What reading files gives.
    pub fn read(root: &Path) -> io::Result<Self> {
        let subjects = subjects::read(root)?.into_iter();
        let (others, subjects) = subjects.partition(|subject: &Subject| subject.is_other);
        Ok(Self {
            marks: Marks::read(root)?,
            subjects,
            others,
            mistakes: Mistakes::read(root)?,
        })
    }

    /// Lists what is wrong: gaps without a reason, reasons without a gap, marks that cite nothing.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.marks.unknown().to_vec();
        for clause in CLAUSES {
            for lack in [Lacks::Case, Lacks::Run, Lacks::Mark] {
                let excused = EXCEPTIONS
                    .iter()
                    .any(|exception| exception.excuses(*clause, lack));
                match (self.lacks(*clause, lack), excused) {
                    (true, false) => problems.push(format!("{clause} has no {lack}")),
                    (false, true) => {
                        problems.push(format!("{clause} is excused from a {lack}, but has one"));
                    }
                    _ => {}
                }
            }
        }
        let subjects = self.subjects.iter().chain(&self.others);
        problems.extend(subjects.flat_map(Subject::problems));
        problems.extend(self.mistakes.problems());
        problems
    }

    fn lacks(&self, clause: Clause, lack: Lacks) -> bool {
        let runs = |case| {
            // What a simulation does says nothing about a system on which nothing runs.
            let mut subjects = self.subjects.iter().filter(|one| !one.is_simulated());
            subjects.any(|subject| !subject.variants_of(case).is_empty())
        };
        match lack {
            Lacks::Case => minimal_cases(clause).next().is_none(),
            Lacks::Run => !minimal_cases(clause).any(runs),
            Lacks::Mark => self.marks.files(clause).is_empty(),
        }
    }

    /// Returns the page.
    pub fn page(&self) -> String {
        page::write(self)
    }

    /// Returns the page on verification with the figures brought up to date.
    ///
    /// # Errors
    ///
    /// The page has no place for them.
    pub fn verification(&self, page: &str) -> Result<String, String> {
        figures::insert(self, page)
    }
}

/// Returns the files that the program `coverage` writes, with what has to be in them.
///
/// # Errors
///
/// What reading files gives.
pub fn generated(root: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let coverage = Coverage::read(root)?;
    let verification = root.join(VERIFICATION);
    let figures = coverage.verification(&std::fs::read_to_string(&verification)?);
    Ok(vec![
        (root.join(PAGE), coverage.page()),
        (verification, figures.map_err(io::Error::other)?),
    ])
}

/// The cases that are the smallest ones for a clause.
fn minimal_cases(clause: Clause) -> impl Iterator<Item = &'static Case> {
    CASES
        .iter()
        .filter(move |case| case.minimal().contains(&clause))
}

/// Further cases of a clause.
fn further_cases(clause: Clause) -> impl Iterator<Item = &'static Case> {
    CASES
        .iter()
        .filter(move |case| case.also().contains(&clause))
}
