//! Implementation marks: comments that cite the clauses which the code behind them realises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use super::files;
use anteroom_conformance::Clause;

/// How a line begins that cites clauses.
const SIGN: &str = "//=";

/// The marks in a source tree.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The items of each file that realise a clause.
    files: BTreeMap<&'static str, BTreeMap<String, BTreeSet<String>>>,
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

    /// Returns the files that realise a clause, each with the names of its items.
    pub(super) fn files(&self, clause: Clause) -> Vec<(&str, Vec<&str>)> {
        let files = self.files.get(clause.id()).into_iter().flatten();
        files
            .map(|(file, items)| (file.as_str(), items.iter().map(String::as_str).collect()))
            .collect()
    }

    /// Returns what is wrong with the marks: citations of clauses that do not exist.
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    fn collect(&mut self, file: &str, text: &str) {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in (1..).zip(&lines) {
            let Some(ids) = line.trim_start().strip_prefix(SIGN) else {
                continue;
            };
            for id in ids.split(',').map(str::trim) {
                match Clause::find(id) {
                    Some(clause) => {
                        let files = self.files.entry(clause.id()).or_default();
                        let items = files.entry(file.to_owned()).or_default();
                        items.extend(item(&lines[number..]));
                    }
                    None => self.unknown.push(format!(
                        "{file}:{number} cites \"{id}\", which is no clause"
                    )),
                }
            }
        }
    }
}

/// Returns the name of the first item in these lines: of a function or of a type.
fn item(lines: &[&str]) -> Option<String> {
    let mut words = lines
        .iter()
        .map(|line| line.trim_start())
        .find(|line| !line.starts_with("//") && !line.starts_with("#["))?
        .split_whitespace();
    words.find(|word| matches!(*word, "fn" | "struct" | "enum" | "trait" | "type" | "for"))?;
    let name = words.next()?;
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    Some(name[..end.unwrap_or(name.len())].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anteroom_conformance::clauses::{LIS_1, LIS_2, LIS_3};

    #[test]
    fn a_mark_may_cite_several_clauses() {
        let mut marks = Marks::default();
        marks.collect("a.rs", "    //= LIS-1, LIS-2\nfn a() {}\n");
        assert_eq!(marks.files(LIS_1), [("a.rs", vec!["a"])]);
        assert_eq!(marks.files(LIS_2), [("a.rs", vec!["a"])]);
        assert!(marks.files(LIS_3).is_empty());
        assert!(marks.unknown().is_empty());
    }

    #[test]
    fn the_item_of_a_mark_comes_after_its_attributes() {
        let named = |text: &str| item(&text.lines().collect::<Vec<_>>());
        let function = "    #[inline]\n    pub const fn limit(&self) -> usize {";
        assert_eq!(named(function).as_deref(), Some("limit"));
        assert_eq!(named("pub struct Pause<'a> {").as_deref(), Some("Pause"));
        assert_eq!(
            named("impl Read for LocalSocket {").as_deref(),
            Some("LocalSocket")
        );
        assert_eq!(named("match phase {"), None);
        assert_eq!(named(""), None);
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
