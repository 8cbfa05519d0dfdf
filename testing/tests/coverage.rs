//! Every clause has a case and a place where it is realised, or a reason.

#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use anteroom_testing::coverage::{Coverage, generated};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn no_clause_lacks_a_case_or_a_mark_without_a_reason() {
    let coverage = Coverage::read(Path::new(ROOT)).expect("the source tree can be read");
    let problems = coverage.problems();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_generated_files_are_up_to_date() {
    for (path, expected) in generated(Path::new(ROOT)).expect("the source tree can be read") {
        let actual = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            actual == expected,
            "{} is not up to date: `cargo run -p anteroom-testing --bin coverage`",
            path.display()
        );
    }
}
