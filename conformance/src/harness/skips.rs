//! The list of skipped cases, which is checked in for every subject.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use crate::{Caps, Case};

/// Returns the name of the file that lists what a subject skips.
pub fn file_name(subject: &str, variant: &str) -> String {
    format!("skips-{subject}-{variant}.txt")
}

/// Returns the skipped cases and the reasons that a list holds.
pub fn parse(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
}

/// Lists the cases that are skipped in a world with these capabilities, and why.
pub(super) fn list(cases: &[Case], caps: Caps) -> String {
    let mut list = String::from("# Cases that are skipped, and why. Made by UPDATE_SNAPSHOTS=1.\n");
    for case in cases {
        if let Some(obstacle) = case.obstacle(caps) {
            writeln!(list, "{case}: {obstacle}").expect("writing to a string does not fail");
        }
    }
    list
}

/// Compares a list with the checked-in one, or rewrites that.
pub(super) fn compare(path: &Path, list: &str) {
    if env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        let directory = path.parent().expect("the path names a file in a directory");
        fs::create_dir_all(directory).expect("the directory of the lists can be made");
        fs::write(path, list).expect("the list can be written");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == list,
        "what is skipped differs from {} (UPDATE_SNAPSHOTS=1 rewrites it):\n{}",
        path.display(),
        difference(&expected, list)
    );
}

fn difference(expected: &str, actual: &str) -> String {
    let mut text = String::new();
    for (sign, lines, others) in [('-', expected, actual), ('+', actual, expected)] {
        for line in lines.lines() {
            if !others.lines().any(|other| other == line) {
                writeln!(text, "{sign} {line}").expect("writing to a string does not fail");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_back() {
        let list = "# heading: not a case\nclose::a: needs files\n";
        assert_eq!(
            parse(list).collect::<Vec<_>>(),
            [("close::a", "needs files")]
        );
    }

    #[test]
    fn a_difference_shows_both_sides() {
        assert_eq!(difference("same\nold\n", "same\nnew\n"), "- old\n+ new\n");
    }
}
