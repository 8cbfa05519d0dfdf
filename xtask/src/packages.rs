//! Checks of the packages: features, contents, dependencies.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::page;
use crate::process::packages;

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

fn features(package: &Value) -> Vec<&str> {
    let features = package["features"].as_object().into_iter().flatten();
    features.map(|(name, _)| name.as_str()).filter(|name| *name != "default").collect()
}

/// Prints the options of cargo that select each package with each of its feature sets; with
/// `--with-features` those of packages that have features.
pub(crate) fn feature_sets(sh: &Shell, with_features: bool) -> Result<()> {
    for package in packages(sh)? {
        let features = features(&package);
        for set in sets(&features).iter().filter(|_| !with_features || !features.is_empty()) {
            let set = set.join(",");
            println!("-p {} --no-default-features --features={set}", name(&package));
        }
    }
    Ok(())
}

/// Returns every combination of up to three features; of more: none, each alone, and all.
fn sets<'a>(features: &[&'a str]) -> Vec<Vec<&'a str>> {
    if features.len() > 3 {
        let alone = features.iter().map(|feature| vec![*feature]);
        return [vec![]].into_iter().chain(alone).chain([features.to_vec()]).collect();
    }
    features.iter().fold(vec![vec![]], |sets, feature| {
        let with = sets.clone().into_iter().map(|set| [set, vec![*feature]].concat());
        sets.iter().cloned().chain(with).collect()
    })
}

/// Prints each published library with its oldest Rust and the features that this promise covers:
/// features with the version of a foreign crate in their names need the Rust of that crate.
pub(crate) fn libraries(sh: &Shell) -> Result<()> {
    for package in packages(sh)?.iter().filter(|package| package["publish"].is_null()) {
        let is_library = |target: &Value| target["kind"][0] == "lib";
        if package["targets"].as_array().is_some_and(|targets| targets.iter().any(is_library)) {
            let mut features = features(package);
            features.retain(|name| !name.ends_with(|c: char| c.is_ascii_digit()));
            let version = package["rust_version"].as_str().context("no rust-version")?;
            println!("{} {version} {}", name(package), features.join(","));
        }
    }
    Ok(())
}

/// The published packages contain what users need, and nothing else.
pub(crate) fn contents(sh: &Shell) -> Result<()> {
    const REQUIRED: [&str; 3] = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];
    // The page is part of the documentation of anteroom. Cargo makes the others.
    const ALLOWED: &str = "CHANGELOG.md docs/coming-from-qt.md Cargo.lock Cargo.toml \
        Cargo.toml.orig .cargo_vcs_info.json README.md LICENSE-APACHE LICENSE-MIT";
    for package in packages(sh)?.iter().filter(|package| package["publish"].is_null()) {
        let name = name(package);
        let files =
            cmd!(sh, "cargo package --list --allow-dirty --locked -p {name}").quiet().read()?;
        let files: BTreeSet<_> = files.lines().collect();
        for file in REQUIRED {
            ensure!(files.contains(file), "{name} has no {file}");
        }
        for file in &files {
            let is_source = file.starts_with("src/") && file.ends_with(".rs");
            let is_allowed = is_source || ALLOWED.split(' ').any(|allowed| allowed == *file);
            ensure!(is_allowed, "{file} of {name} is not for its users");
        }
        println!("{:3} files: {name}", files.len());
    }
    Ok(())
}

/// Compares the numbers of crates in `docs/decisions.md` with those of `cargo tree`. Libraries,
/// procedural macros and our packages count; build scripts and their dependencies do not.
pub(crate) fn crates(sh: &Shell) -> Result<()> {
    const PAGE: &str = "docs/decisions.md";
    let page = sh.read_file(PAGE)?;
    let rows = page::block(&page, "crates").context("the page has no block crates")?;
    for row in rows.lines().filter(|row| row.starts_with("| `-p ")) {
        let options = row.split('`').nth(1).unwrap_or_default().split(' ');
        let tree = cmd!(sh, "cargo tree --locked --edges normal --prefix none --no-dedupe");
        let tree =
            tree.args(["--target", "x86_64-unknown-linux-gnu"]).args(options).quiet().read()?;
        let number = tree.lines().collect::<BTreeSet<_>>().len();
        println!("{number} crates: {row}");
        ensure!(row.ends_with(&format!("| {number} |")), "{PAGE} has another number");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feature_sets_are_all_combinations_of_few_features() {
        assert_eq!(sets(&[]), [Vec::<&str>::new()]);
        assert_eq!(sets(&["a", "b"]), [vec![], vec!["a"], vec!["b"], vec!["a", "b"]]);
        assert_eq!(sets(&["a", "b", "c", "d"]).len(), 6);
    }
}
