//! The corpus of the fuzzer, replayed without it.
//!
//! `UPDATE_CORPUS=1` adds the scripts that are kept, as seeds for the fuzzer.

#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anteroom_testing::differential::kept_scripts;
use anteroom_testing::fuzz;

#[test]
fn names() {
    replay("names", fuzz::names);
}

#[test]
fn scripts() {
    add_scripts("scripts");
    replay("scripts", fuzz::scripts);
}

fn replay(target: &str, run: fn(&[u8])) {
    let directory = corpus(target);
    let entries =
        fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort_unstable();
    assert!(!paths.is_empty(), "{} is empty", directory.display());
    for path in paths {
        println!("{}", path.display());
        run(&fs::read(&path).expect("an input can be read"));
    }
}

fn add_scripts(target: &str) {
    if env::var_os("UPDATE_CORPUS").is_none() {
        return;
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    for (name, script) in kept_scripts(&kept).expect("the kept scripts can be read") {
        let stem = Path::new(&name).file_stem().expect("a script has a name");
        fs::create_dir_all(corpus(target)).expect("the corpus has a directory");
        fs::write(corpus(target).join(stem), script.to_bytes()).expect("a seed can be written");
    }
}

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target)
}
