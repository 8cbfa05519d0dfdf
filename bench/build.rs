//! Tells the program which compiler and which versions of the compared crates it was built with.

use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../Cargo.lock");
    println!("cargo::rustc-env=BENCH_COMPILER={}", compiler());
    let lock = fs::read_to_string("../Cargo.lock").unwrap_or_default();
    let versions: Vec<String> = ["tokio", "async-io", "interprocess"]
        .into_iter()
        .filter_map(|name| version(&lock, name).map(|version| format!("{name} {version}")))
        .collect();
    println!("cargo::rustc-env=BENCH_CRATES={}", versions.join(", "));
}

fn compiler() -> String {
    let output = env::var_os("RUSTC").and_then(|rustc| Command::new(rustc).arg("-V").output().ok());
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or_else(
        || "an unknown rustc".to_owned(),
        |text| text.trim().to_owned(),
    )
}

fn version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{name}\""))?;
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}
