//! Applies the seeded mistakes in `.ci/seeded-mistakes`, which tests have to notice.
//!
//! `NN-name.patch` describes the mistake in its first line and names a test in its second
//! (`Killed-by: PACKAGE TARGET TEST`). Each patch is applied to what is committed, in a work tree with a
//! target directory of its own; that test has to run and has to fail. With `--layers` every layer of
//! tests runs on every mistake instead, which takes long; the file `layers` lists them.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::page;
use crate::process::{output, run, target};

const FOLDER: &str = ".ci/seeded-mistakes";

/// Applies these patches, or all, and runs the test that each of them names.
pub(crate) fn check(sh: &Shell, patches: &[String]) -> Result<()> {
    let mut patches = patches_or_all(sh, patches)?;
    let number = patches.len();
    // Two workers start at both ends, so that most packages are built in one target directory only.
    patches.sort_by_key(|patch| test_of(sh, patch).map(|[package, ..]| package).ok());
    let patches = Mutex::new(VecDeque::from(patches));
    let work = |tree: Shell, next: fn(&mut VecDeque<PathBuf>) -> Option<PathBuf>| {
        let mut missed = 0;
        loop {
            let patch = next(&mut patches.lock().expect("no worker panics"));
            let Some(patch) = patch else { return missed };
            match run_named_test(&tree, &patch) {
                Ok(verdict) => println!("{}: noticed, the test {verdict}", name(&patch)),
                Err(error) => {
                    missed += 1;
                    println!("{}: error: {error:#}", name(&patch));
                }
            }
        }
    };
    let (first, second) = (tree(sh, "first")?, tree(sh, "second")?);
    let missed = thread::scope(|scope| {
        let second = scope.spawn(|| work(second, VecDeque::pop_back));
        work(first, VecDeque::pop_front) + second.join().expect("no worker panics")
    });
    println!("{number} mistakes, {missed} of them not noticed");
    ensure!(missed == 0, "each mistake has to be noticed by the test that it names");
    Ok(())
}

fn run_named_test(tree: &Shell, patch: &Path) -> Result<&'static str> {
    apply(tree, patch)?;
    let [package, target, test] = test_of(tree, patch)?;
    let (verdict, output) =
        verdict(tree, &["-p", &package, "--test", &target, "--", "--exact", &test])?;
    ensure!(output.contains("\nrunning 1 test\n"), "{package} has no test {test} in {target}");
    ensure!(!verdict.is_empty(), "{test} did not notice");
    Ok(verdict)
}

/// Runs all layers on these patches, or on all, and writes the table.
pub(crate) fn layers(sh: &Shell, patches: &[String]) -> Result<()> {
    let layers = sh.read_file(format!("{FOLDER}/layers"))?;
    let layers: Vec<_> = layers.lines().filter_map(|line| line.split_once(": ")).collect();
    let names: Vec<_> = layers.iter().map(|layer| layer.0).collect();
    let mut table = format!("| mistake | | {} |\n|---|---|", names.join(" | "));
    table += &("---|".repeat(names.len()) + "\n");
    let tree = tree(sh, "first")?;
    let run_all = || -> Result<Vec<&str>> {
        let run = |arguments: &str| verdict(&tree, &arguments.split(' ').collect::<Vec<_>>());
        layers.iter().map(|layer| Ok(run(layer.1)?.0)).collect()
    };
    let verdicts = run_all()?;
    ensure!(verdicts.concat().is_empty(), "without a mistake: {verdicts:?}");
    for patch in patches_or_all(sh, patches)? {
        apply(&tree, &patch)?;
        let text = sh.read_file(&patch)?;
        let description = text.lines().next().unwrap_or_default();
        let row = format!("| {} | {description} | {} |\n", name(&patch), run_all()?.join(" | "));
        print!("{row}");
        table += &row;
    }
    if patches.is_empty() {
        page::update(&format!("{FOLDER}/README.md"), "mistakes", &table, true)?;
    }
    Ok(())
}

fn patches_or_all(sh: &Shell, patches: &[String]) -> Result<Vec<PathBuf>> {
    let mut patches: Vec<_> = patches.iter().map(|patch| sh.current_dir().join(patch)).collect();
    if patches.is_empty() {
        patches = sh.read_dir(sh.current_dir().join(FOLDER))?;
        patches.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    }
    Ok(patches)
}

fn name(patch: &Path) -> String {
    patch.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns package, target and test.
fn test_of(sh: &Shell, patch: &Path) -> Result<[String; 3]> {
    let text = sh.read_file(patch)?;
    let line = text.lines().nth(1).and_then(|line| line.strip_prefix("Killed-by: "));
    let words: Vec<_> = line.unwrap_or_default().split(' ').map(str::to_owned).collect();
    words.try_into().ok().context("the patch names no test")
}

/// Returns a shell in a work tree of what is committed.
fn tree(sh: &Shell, name: &str) -> Result<Shell> {
    let place = target().join("seeded-mistakes");
    let folder = place.join(name);
    if !folder.join(".git").exists() {
        cmd!(sh, "git worktree prune").run()?;
        cmd!(sh, "git worktree add --quiet --force --detach {folder}").run()?;
    }
    let commit = cmd!(sh, "git rev-parse HEAD").read()?;
    let tree = Shell::new()?;
    tree.change_dir(folder);
    tree.set_var("CARGO_TARGET_DIR", place.join(format!("target-{name}")));
    tree.set_var("CARGO_PROFILE_DEV_DEBUG", "0");
    // Little changes from build to build.
    tree.set_var("CARGO_INCREMENTAL", "1");
    cmd!(tree, "git checkout --quiet --force --detach {commit}").quiet().run()?;
    Ok(tree)
}

fn apply(tree: &Shell, patch: &Path) -> Result<()> {
    // Only files that differ are written.
    cmd!(tree, "git checkout --quiet --force .").quiet().run()?;
    let apply = output(cmd!(tree, "git apply -C1 {patch}"));
    apply.map(drop).context("the patch does not apply any more: adapt it")
}

/// Returns whether `cargo test` with these arguments fails or hangs, and its output.
fn verdict(tree: &Shell, arguments: &[&str]) -> Result<(&'static str, String)> {
    let build = cmd!(tree, "cargo test --quiet --locked --no-run {arguments...}");
    let build = build.quiet().ignore_status().output()?;
    ensure!(
        build.status.success(),
        "it does not build:\n{}",
        String::from_utf8_lossy(&build.stderr)
    );
    match run(cmd!(tree, "cargo test --locked --no-fail-fast {arguments...}"))? {
        (None, output) => Ok(("hangs", output)),
        (Some(status), output) if status.success() => Ok(("", output)),
        (Some(_), output) => Ok(("fails", output)),
    }
}
