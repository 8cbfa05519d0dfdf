//! Writes the coverage page and the summary in the readme; with `--check` only compares them.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use anteroom_testing::coverage::generated;

fn main() -> io::Result<ExitCode> {
    let is_check = match env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => {
            eprintln!("usage: coverage [--check]");
            return Ok(ExitCode::from(2));
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut is_stale = false;
    for (path, text) in generated(&root)? {
        if is_check {
            is_stale |= differs(&root, &path, &text)?;
        } else {
            fs::write(path, text)?;
        }
    }
    Ok(if is_stale {
        eprintln!("`cargo run -p anteroom-conformance --bin coverage` brings them up to date");
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Shows where a file differs from what it should be.
fn differs(root: &Path, path: &PathBuf, expected: &str) -> io::Result<bool> {
    let actual = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    if actual == expected {
        return Ok(false);
    }
    let name = path.strip_prefix(root).unwrap_or(path).display();
    eprintln!("{name} is not up to date:");
    for (sign, lines, others) in [('-', &*actual, expected), ('+', expected, &*actual)] {
        for line in lines.lines() {
            if !others.lines().any(|other| other == line) {
                eprintln!("{sign} {line}");
            }
        }
    }
    Ok(true)
}
