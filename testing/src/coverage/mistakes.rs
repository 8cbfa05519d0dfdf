//! The mistakes made on purpose, and which layers of tests notice them.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use super::files;

/// Where they are, seen from the root of the workspace.
const FOLDER: &str = ".ci/seeded-mistakes";

/// The seeded mistakes, and their table.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    made: BTreeSet<String>,
    told: BTreeSet<String>,
    /// How many are noticed by at least two layers.
    noticed_twice: usize,
}

impl Mistakes {
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let folder = root.join(FOLDER);
        let made = files::entries(&folder)?.into_iter().filter_map(|file| {
            let name = files::name(&file);
            name.strip_suffix(".patch").map(str::to_owned)
        });
        let table = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        Ok(Self {
            made: made.collect(),
            ..Self::told(&table)
        })
    }

    fn told(table: &str) -> Self {
        let mut mistakes = Self::default();
        for row in table.lines() {
            let Some((name, rest)) = row.strip_prefix("| ").and_then(|row| row.split_once(" | "))
            else {
                continue;
            };
            if !name.starts_with(|first: char| first.is_ascii_digit()) {
                continue;
            }
            mistakes.told.insert(name.to_owned());
            let layers = rest.split('|').map(str::trim);
            let noticing = layers.filter(|word| ["fails", "hangs"].contains(word));
            mistakes.noticed_twice += usize::from(noticing.count() >= 2);
        }
        mistakes
    }

    pub(super) fn count(&self) -> usize {
        self.made.len()
    }

    pub(super) const fn noticed_twice(&self) -> usize {
        self.noticed_twice
    }

    /// Returns the mistakes that are missing in the table or in the folder.
    pub(super) fn problems(&self) -> Vec<String> {
        let differing = self.made.symmetric_difference(&self.told);
        differing
            .map(|name| format!("{FOLDER}/README.md and the patches do not agree about {name}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_tells_of_one_mistake() {
        let table = "# Mistakes\n\n| mistake | | core | suite |\n|---|---|---|---|\n\
                     | 01-one | It fails. | fails | hangs |\n| 02-two | So does this. |  | fails |\n";
        let mut mistakes = Mistakes::told(table);
        assert_eq!(mistakes.told.len(), 2);
        assert_eq!(mistakes.noticed_twice(), 1);
        mistakes.made = ["02-two", "03-three"].map(str::to_owned).into();
        assert_eq!(mistakes.problems().len(), 2);
    }
}
