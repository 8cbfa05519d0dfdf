//! Writes the pages that `anteroom_testing::coverage` generates. With `--check` it writes nothing, and
//! fails if a page is not up to date.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use anteroom_testing::coverage::generated;

fn main() -> io::Result<ExitCode> {
    let check = env::args()
        .nth(1)
        .is_some_and(|argument| argument == "--check");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut code = ExitCode::SUCCESS;
    for (path, text) in generated(&root)? {
        if !check {
            fs::write(path, text)?;
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            eprintln!("{} is not up to date", path.display());
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
