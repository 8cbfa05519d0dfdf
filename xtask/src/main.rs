//! The checks of this repository that are more than one command: `cargo xtask NAME`.
//!
//! `.ci/run` calls them; each can be run alone. A check that has a page compares it; with `--write` it
//! writes the page. The library and its tests do not belong here.

#![forbid(unsafe_code)]

mod coverage;
mod faults;
mod instructions;
mod mistakes;
mod mutants;
mod packages;
mod page;
mod process;
mod programs;
mod syscalls;
mod text;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use xshell::Shell;

const USAGE: &str = "\
usage: cargo xtask CHECK

compare a page, or write it with --write:
  syscalls           system calls of a connection (strace)       docs/costs.md
  faults             every call fails with every errno (strace)  docs/faults.md
  coverage           lines that no test executes (strace)        docs/line-coverage.md
  mutants --count    the number of mutants of the core           docs/verification.md
  mutants --all      tries all mutants, and writes the page
  mistakes --layers  which layers of tests notice which mistake  .ci/seeded-mistakes/README.md
  crates             numbers of dependencies                     docs/decisions.md
other checks:
  instructions       instructions and allocations (valgrind)
  starvation         attempts to accept without descriptors (strace)
  mutants [OPTION…]  tries mutants, with options of cargo-mutants such as --shard 0/4
  mistakes [PATCH…]  each seeded mistake is noticed by the test that it names
  examples           the examples answer curl and `anteroom connect`
  abort              servers with panic = \"abort\"
  unprivileged       the tests of the backends as another user (setpriv)
  contents           files of the published packages
  readme COMMAND…    the commands of README.md but this one
  words              rejected words in pages and documentation
for .ci/run:
  feature-sets       options of cargo for each package and feature set
  libraries          published libraries, their Rust, their features";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else { bail!("{USAGE}") };
    std::env::set_current_dir(
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")?,
    )?;
    let sh = &Shell::new()?;
    let option = rest.first().map(String::as_str);
    match (name.as_str(), option) {
        ("syscalls", None | Some("--write")) => syscalls::check(sh, option.is_some()),
        ("faults", None | Some("--write")) => faults::check(sh, option.is_some()),
        ("coverage", None | Some("--write")) => coverage::check(sh, option.is_some()),
        ("instructions", None) => instructions::check(sh),
        ("starvation", None) => programs::starvation(sh),
        ("mutants", Some("--count")) => mutants::count(sh),
        ("mutants", Some("--all")) => mutants::record(sh),
        ("mutants", _) => mutants::run(sh, rest),
        ("mistakes", Some("--layers")) => mistakes::layers(sh, &rest[1..]),
        ("mistakes", _) => mistakes::check(sh, rest),
        ("examples", None) => programs::examples(sh),
        ("abort", None) => programs::abort(sh),
        ("unprivileged", None) => programs::unprivileged(sh),
        ("feature-sets", None | Some("--with-features")) => {
            packages::feature_sets(sh, option.is_some())
        }
        ("libraries", None) => packages::libraries(sh),
        ("contents", None) => packages::contents(sh),
        ("crates", None) => packages::crates(sh),
        ("readme", Some(_)) => text::readme(sh, rest),
        ("words", None) => text::words(sh),
        _ => bail!("{USAGE}"),
    }
}
