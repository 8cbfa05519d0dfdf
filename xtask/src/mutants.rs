//! Breaks one place of anteroom-core at a time; its tests have to notice.
//!
//! Only the quick tests run: the exploration of all states takes longer than all of them together, and
//! notices nothing else. `.cargo/mutants.toml` lists what is left out, and why.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::page;
use crate::process::target;

const PAGE: &str = "docs/verification.md";
const TESTS: &str = "--lib --test=allocation --test=back_off --test=driver --test=rules --test=transitions --test=values";
/// Seconds. The tests take less than one; a mutant that does not end was noticed.
const LIMIT: &str = "15";
/// Exit status of cargo-mutants if a mutant did not end.
const TIMED_OUT: i32 = 3;

/// Tries the mutants that the options of cargo-mutants select, such as `--shard 0/4`.
pub(crate) fn run(sh: &Shell, options: &[String]) -> Result<()> {
    let output = target().join("mutants");
    sh.create_dir(&output)?;
    let tests = TESTS.split(' ').flat_map(|test| ["--cargo-arg", test]);
    let mutants = cmd!(sh, "cargo mutants --package anteroom-core --baseline skip --jobs 2")
        .args(["--colors", "never", "--timeout", LIMIT, "--output"])
        .arg(output)
        .args(tests)
        .args(options)
        // It works on copies, each with a target directory of its own.
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO_INCREMENTAL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    let status = Command::from(mutants).status()?.code();
    ensure!(matches!(status, Some(0 | TIMED_OUT)), "not every mutant was noticed");
    Ok(())
}

/// Compares the number of mutants with that in the page.
pub(crate) fn count(sh: &Shell) -> Result<()> {
    let list = cmd!(sh, "cargo mutants --package anteroom-core --list").quiet().read()?;
    let (number, page) = (list.lines().count(), sh.read_file(PAGE)?);
    let block = page::block(&page, "mutants").context("the page has no block mutants")?;
    let is_recorded = block.contains(&format!("| made | {number} |\n"));
    ensure!(is_recorded, "{PAGE} is not about all {number} mutants: cargo xtask mutants --all");
    println!("{number} mutants, as {PAGE} says");
    Ok(())
}

/// Tries all mutants, and writes the result into the page.
pub(crate) fn record(sh: &Shell) -> Result<()> {
    run(sh, &[])?;
    let outcomes = sh.read_file(target().join("mutants/mutants.out/outcomes.json"))?;
    page::update(PAGE, "mutants", &table(&outcomes)?, true)
}

fn table(outcomes: &str) -> Result<String> {
    let outcomes: Value = serde_json::from_str(outcomes)?;
    let rows = [
        ("made", "total_mutants"),
        ("noticed, as a test fails", "caught"),
        ("noticed, as a test does not end", "timeout"),
        ("do not compile", "unviable"),
        ("not noticed", "missed"),
    ];
    let rows = rows.map(|(text, key)| format!("| {text} | {} |\n", outcomes[key]));
    Ok(format!("| mutants of anteroom-core | |\n|---|---|\n{}", rows.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_has_a_row_for_each_outcome() {
        let outcomes = r#"{"total_mutants":5,"caught":4,"timeout":0,"unviable":1,"missed":0}"#;
        let table = table(outcomes).unwrap();
        assert!(table.contains("| made | 5 |\n"));
        assert!(table.ends_with("| do not compile | 1 |\n| not noticed | 0 |\n"));
    }
}
