//! What a runtime has to add takes no more than this.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::path::Path;
use std::{fs, io};

/// How many lines that may be, without comments and empty lines.
const AT_MOST: usize = 120;

/// The files that are the runtime itself, which authors of runtimes have already.
const RUNTIME: [&str; 2] = ["executor.rs", "poller.rs"];

#[test]
fn a_backend_fits_into_120_lines_of_code() -> io::Result<()> {
    let (mut backend, mut runtime) = (0, 0);
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))? {
        let file = file?;
        let path = file.path();
        assert!(path.is_file(), "{} is not counted", path.display());
        let lines = fs::read_to_string(path)?
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count();
        match RUNTIME.iter().any(|name| file.file_name() == *name) {
            true => runtime += lines,
            false => backend += lines,
        }
    }
    println!("{backend} lines, and {runtime} of the runtime");
    assert!(
        (1..=AT_MOST).contains(&backend),
        "the backend has {backend} lines of code"
    );
    Ok(())
}
