//! Implementation marks: comments that cite the clauses which the code behind them realises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use super::files;
use crate::Clause;

/// How a line begins that cites clauses.
const SIGN: &str = "//=";

/// The marks in a source tree.
#[derive(Debug, Default)]
pub(super) struct Marks {
    files: BTreeMap<&'static str, BTreeSet<String>>,
    unknown: Vec<String>,
}

impl Marks {
    /// Collects the marks of the core and of every backend.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut marks = Self::default();
        for package in files::entries(root)? {
            let name = files::name(&package);
            if name != "core" && !name.starts_with("backend-") {
                continue;
            }
            for source in files::sources(&package.join("src"))? {
                let text = fs::read_to_string(&source)?;
                marks.collect(&files::below(root, &source), &text);
            }
        }
        Ok(marks)
    }

    /// Returns the files that realise a clause.
    pub(super) fn files(&self, clause: Clause) -> Vec<&str> {
        let files = self.files.get(clause.id());
        files.map_or_else(Vec::new, |files| files.iter().map(String::as_str).collect())
    }

    /// Returns what is wrong with the marks: citations of clauses that do not exist.
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    fn collect(&mut self, file: &str, text: &str) {
        for (number, line) in (1..).zip(text.lines()) {
            let Some(ids) = line.trim_start().strip_prefix(SIGN) else {
                continue;
            };
            for id in ids.split(',').map(str::trim) {
                match Clause::find(id) {
                    Some(clause) => {
                        let files = self.files.entry(clause.id()).or_default();
                        files.insert(file.to_owned());
                    }
                    None => self.unknown.push(format!(
                        "{file}:{number} cites \"{id}\", which is no clause"
                    )),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clauses::{LIS_1, LIS_2, LIS_3};

    #[test]
    fn a_mark_may_cite_several_clauses() {
        let mut marks = Marks::default();
        marks.collect("a.rs", "    //= LIS-1, LIS-2\nfn a() {}\n");
        assert_eq!(marks.files(LIS_1), ["a.rs"]);
        assert_eq!(marks.files(LIS_2), ["a.rs"]);
        assert!(marks.files(LIS_3).is_empty());
        assert!(marks.unknown().is_empty());
    }

    #[test]
    fn a_mark_that_cites_nothing_is_told_with_its_line() {
        let mut marks = Marks::default();
        marks.collect("a.rs", "//= LIS-1\n//= LIS-99\n");
        assert_eq!(
            marks.unknown(),
            ["a.rs:2 cites \"LIS-99\", which is no clause"]
        );
    }
}
