//! Which lines the tests of the core and of the platform layer execute.
//!
//! Each part has to reach its share. `docs/line-coverage.md` names every line that no test executes, in a
//! fence below the name of its file, followed by the reason, and no other lines. Its figures are
//! generated.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use xshell::{Shell, cmd};

use crate::page;

const PAGE: &str = "docs/line-coverage.md";
/// Part, and the share of its lines that is required, in percent.
const PARTS: [(&str, usize); 2] = [("core/src", 99), ("backend-std/src/sys/unix", 90)];

/// The lines of a file of the sources, as cargo-llvm-cov counts them.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    lines: usize,
    executed: usize,
    /// The numbers of those that were not.
    missed: Vec<usize>,
}

pub(crate) fn check(sh: &Shell, write: bool) -> Result<()> {
    let folder = sh.create_temp_dir()?;
    let file = folder.path().join("lcov");
    // An earlier build would be counted as well, as not executed.
    cmd!(sh, "cargo llvm-cov clean --workspace").run()?;
    let tests = cmd!(sh, "cargo llvm-cov -p anteroom-core -p anteroom-std --locked --lcov");
    tests.args(["--output-path"]).arg(&file).run()?;
    let root = format!("{}/", sh.current_dir().display());
    let files = counts(&sh.read_file(file)?, &root)?;

    let mut figures =
        "| part | executed | required | named below |\n|---|---|---|---|\n".to_owned();
    let mut missed = String::new();
    let mut ok = true;
    for (part, required) in PARTS {
        let of_part = files.iter().filter(|(file, _)| file.starts_with(&format!("{part}/")));
        let (mut lines, mut executed, mut named) = (0, 0, 0);
        for (file, counts) in of_part {
            lines += counts.lines;
            executed += counts.executed;
            let source = fs::read_to_string(file)?;
            let source: Vec<_> = source.lines().map(str::trim).collect();
            let texts = counts.missed.iter().filter_map(|number| source.get(number - 1));
            for text in texts.filter(|text| !is_punctuation(text)) {
                writeln!(missed, "{file}\t{text}")?;
                named += 1;
            }
        }
        ensure!(lines > 0, "{part} was not compiled");
        println!("{part}: {executed} of {lines} lines were executed, {required} % are required");
        ok &= 100 * executed >= required * lines;
        // Rounded down, so that a new line seldom changes the page.
        writeln!(figures, "| `{part}` | {} % | {required} % | {named} |", 100 * executed / lines)?;
    }
    ensure!(ok, "too few lines were executed");
    let named = named(&fs::read_to_string(PAGE)?)?;
    let in_order = |lines: String| {
        let mut lines: Vec<_> = lines.lines().map(str::to_owned).collect();
        lines.sort_by(|one, other| one.split('\t').next().cmp(&other.split('\t').next()));
        lines.join("\n") + "\n"
    };
    page::compare(PAGE, &in_order(named), &in_order(missed)).context(
        "the lines that no test executes differ from those in the page. \
         +: write a test that executes the line, or name it in the page, with the reason. \
         -: it is executed now, or gone: remove it from the page",
    )?;
    page::update(PAGE, "figures", &figures, write)
}

/// Reads a file of lcov.
fn counts(lcov: &str, root: &str) -> Result<BTreeMap<String, Counts>> {
    let mut files = BTreeMap::new();
    let mut current: &mut Counts = &mut Counts::default();
    for line in lcov.lines() {
        let Some((kind, value)) = line.split_once(':') else {
            continue;
        };
        match kind {
            "SF" => {
                let file = value.strip_prefix(root).unwrap_or(value);
                current = files.entry(file.to_owned()).or_default();
            }
            "LF" => current.lines = value.parse()?,
            "LH" => current.executed = value.parse()?,
            "DA" => {
                if let Some(number) = value.strip_suffix(",0") {
                    current.missed.push(number.parse()?);
                }
            }
            _ => {}
        }
    }
    Ok(files)
}

/// Another compiler may count another brace.
fn is_punctuation(line: &str) -> bool {
    line.chars().all(|c| "[](){}<>;,.?".contains(c))
}

/// Returns the lines that the page names, with their files. Fails if a fence has no reason below it.
fn named(page: &str) -> Result<String> {
    let mut lines = String::new();
    let (mut file, mut is_inside) = (None, false);
    let mut without_reason = None;
    for line in page.lines().chain(["# End"]).map(str::trim) {
        let is_fence = line.starts_with("```");
        if !is_inside && (is_fence || line.starts_with('#')) {
            if let Some(line) = without_reason {
                bail!("{PAGE} gives no reason for {line}");
            }
        }
        if is_fence {
            is_inside = !is_inside;
        } else if is_inside {
            if let (Some(file), false) = (file, is_punctuation(line)) {
                writeln!(lines, "{file}\t{line}")?;
                without_reason = Some(line);
            }
        } else if line.starts_with('#') {
            file = line.split('`').nth(1);
        } else if !line.is_empty() {
            without_reason = None;
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_reads_lines_of_each_file() {
        let lcov = "SF:/w/core/src/a.rs\nDA:1,3\nDA:2,0\nLF:2\nLH:1\nend_of_record\nSF:/x.rs\nLF:1\nLH:0\n";
        let files = counts(lcov, "/w/").unwrap();
        let expected = Counts { lines: 2, executed: 1, missed: vec![2] };
        assert_eq!(files["core/src/a.rs"], expected);
        assert_eq!(files.len(), 2);
    }

    #[test]
    fn named_lines_need_a_reason() {
        let page = "## Lines\n```\nno file\n```\nx\n### `core/src/a.rs`\n\n```rust\n  one,\n}\n```\n\nBecause.\n";
        assert_eq!(named(page).unwrap(), "core/src/a.rs\tone,\n");
        assert!(named(&page.replace("Because.", "")).is_err());
        assert!(named(&page.replace("Because.", "### `b.rs`\n\nText")).is_err());
    }
}
