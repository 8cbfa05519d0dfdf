//! The whole text, and where it goes.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::args::Args;
use crate::held;
use crate::machine;
use crate::plan::{Runtime, Workload};
use crate::sample::{Sample, Trouble};
use crate::table::table;

const BEGIN: &str = "<!-- bench:begin -->\n";
const END: &str = "<!-- bench:end -->\n";
/// What stands above the markers in a new file.
const PREAMBLE: &str = "\
# What anteroom costs

Written by `cargo run --release -p anteroom-bench -- --write`; [README.md](README.md) says how it is measured.

";

/// Returns the tables with what one has to know to read them.
///
/// `load` is that of the machine before anything was measured.
pub(crate) fn text(args: &Args, load: Option<f64>, samples: &[Sample]) -> String {
    let load = load.map_or_else(|| "unknown load".to_owned(), |load| format!("load {load}"));
    let mut text = format!(
        "{}; {load} before, {} rounds.\n\n\
         CPU is the time that all threads of the server's process used, in the kernel, too. Each figure \
         is the median of the\nrounds; a figure over bare is the median of the ratios within each round, \
         and half of them lie in the middle half.\n`bare again` is measured like any other subject: as \
         far as its middle half goes from 1, differences\nare noise. The last column says whether the \
         median differs by more than that.\n",
        machine::facts(),
        args.rounds(),
    );
    if args.runtimes().contains(&Runtime::Smol) {
        text += "There is no interprocess for smol.\n";
    }
    for workload in args.workloads() {
        let table = match workload {
            Workload::Held => held_text(args, samples),
            _ => table(workload, &args.runtimes(), samples),
        };
        write!(text, "\n## {}\n\n{table}", workload.title())
            .expect("writing to a string does not fail");
    }
    text
}

fn held_text(args: &Args, samples: &[Sample]) -> String {
    let held = samples.iter().map(|sample| sample.held.connections).max();
    format!(
        "{} connections are live and idle, each in a task that waits to read. *KiB each* is by what \
         the process of the\nserver has grown for each of them. *p50*, *p99* and *p99.9* are the times \
         from connecting to the answer within\nwhich half of the new clients had it, 99 % and 99.9 %. \
         {} rounds, each server in a separate process.\n\n{}",
        held.unwrap_or_default(),
        Workload::Held.rounds(args.rounds()),
        held::table(&args.runtimes(), samples),
    )
}

/// Puts the text between the markers of a file, which is made if it is not there.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    let old = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => format!("{PREAMBLE}{BEGIN}{END}"),
        read => read.map_err(failed)?,
    };
    let new = replaced(&old, text).ok_or_else(|| {
        let (begin, end) = (BEGIN.trim(), END.trim());
        format!("{} has no lines {begin} and {end}", path.display())
    })?;
    Ok(fs::write(path, new).map_err(failed)?)
}

fn replaced(old: &str, text: &str) -> Option<String> {
    let (before, rest) = old.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{text}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_markers_is_replaced_and_nothing_else() {
        let old = format!("above\n{BEGIN}old\n{END}below\n");
        let new = format!("above\n{BEGIN}new\n{END}below\n");
        assert_eq!(replaced(&old, "new\n").as_deref(), Some(&*new));
        assert_eq!(replaced(&new, "new\n").as_deref(), Some(&*new));
    }

    #[test]
    fn a_file_without_markers_is_left_alone() -> Result<(), Trouble> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("other.md");
        fs::write(&path, "something else")?;
        let error = write(&path, "new\n").unwrap_err();
        assert!(error.to_string().contains("bench:begin"), "{error}");
        assert_eq!(fs::read_to_string(&path)?, "something else");
        Ok(())
    }

    #[test]
    fn a_file_that_is_not_there_is_made_and_can_be_written_again() -> Result<(), Trouble> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("RESULTS.md");
        write(&path, "first\n")?;
        write(&path, "second\n")?;
        assert_eq!(
            fs::read_to_string(&path)?,
            format!("{PREAMBLE}{BEGIN}second\n{END}")
        );
        Ok(())
    }
}
