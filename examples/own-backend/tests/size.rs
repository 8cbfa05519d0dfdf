//! A backend takes no more than this.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::path::Path;
use std::{fs, io};

/// How many lines a backend may have, without comments and empty lines.
const AT_MOST: usize = 120;

#[test]
fn a_backend_fits_into_120_lines_of_code() -> io::Result<()> {
    let mut lines = 0;
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))? {
        let path = file?.path();
        assert!(path.is_file(), "{} is not counted", path.display());
        lines += fs::read_to_string(path)?
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count();
    }
    println!("{lines} lines");
    assert!(
        (1..=AT_MOST).contains(&lines),
        "the example has {lines} lines of code"
    );
    Ok(())
}
