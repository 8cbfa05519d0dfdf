//! What runs the cases: a watchdog, processes of their own, and the list of what is skipped.

mod child;
mod own_process;
mod skips;
mod watchdog;

use std::io::Write as _;
use std::path::PathBuf;

pub use child::enter as enter_child;
#[cfg(unix)]
pub(crate) use child::entry as child_entry;

use crate::{Bench, CASES, Caps, Case};

/// A subject, and where its tests are: made by [`suite!`](crate::suite!).
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    subject: &'static str,
    module: &'static str,
    package: &'static str,
    bench: fn() -> Bench,
}

impl Suite {
    /// Describes a subject.
    ///
    /// `module` is the path of the module that holds the tests, `package` the directory of the
    /// package which they belong to.
    pub const fn new(
        subject: &'static str,
        module: &'static str,
        package: &'static str,
        bench: fn() -> Bench,
    ) -> Self {
        Self {
            subject,
            module,
            package,
            bench,
        }
    }

    /// Runs one case, in a process of its own if it needs one, or skips it.
    ///
    /// # Panics
    ///
    /// Panics when the case fails, or does not end in time.
    pub fn run(&self, group: &str, name: &str) {
        let case = Case::find(group, name).expect("tests and table come from one list");
        child::announce_entry(self.test_name("child_entry"));
        if own_process::is_this_one() {
            own_process::declare(case);
            self.run_here(case);
        } else if let Some(obstacle) = case.obstacle(self.caps()) {
            print_uncaptured(&format!("skipped: {case} on {}: {obstacle}", self.subject));
        } else if case.needs_own_process() && !enter_own_process(&mut (self.bench)(), case) {
            own_process::run(case, &self.test_name(name));
        } else {
            self.run_here(case);
        }
    }

    /// Compares the cases that are skipped here with the checked-in list of them.
    ///
    /// # Panics
    ///
    /// Panics when they differ, unless `UPDATE_SNAPSHOTS=1` asks for the list to be rewritten.
    pub fn check_skips(&self) {
        let caps = self.caps();
        let list = skips::list(CASES, caps);
        let skipped = skips::parse(&list).count();
        let (subject, variant) = (self.subject, caps.variant);
        print_uncaptured(&format!(
            "{subject} ({variant}): {} cases, {skipped} skipped",
            CASES.len()
        ));
        let path = PathBuf::from(self.package)
            .join("tests/snapshots")
            .join(skips::file_name(subject, variant));
        skips::compare(&path, &list);
    }

    fn run_here(&self, case: &'static Case) {
        let bench = self.bench;
        let _kept_out = own_process::keep_out();
        watchdog::guard(&case.to_string(), watchdog::LIMIT, move || {
            let mut bench = bench();
            // Where it does not, this is such a process already, or the case needs none.
            enter_own_process(&mut bench, case);
            case.run(&mut bench);
        });
    }

    fn caps(&self) -> Caps {
        (self.bench)().world.caps()
    }

    /// Returns the name by which the test program knows a test of this suite.
    fn test_name(&self, name: &str) -> String {
        let module = self
            .module
            .split_once("::")
            .map_or("", |(_, inside)| inside);
        format!("{module}::{name}")
    }
}

fn enter_own_process(bench: &mut Bench, case: &Case) -> bool {
    let temporary_directory = case.temporary_directory();
    bench.world.enter_own_process(temporary_directory)
}

/// Prints a line that is shown even though the test which says it passes.
fn print_uncaptured(line: &str) {
    // Only the print macros are captured. Where the output has no reader, nothing is lost.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

pub use skips::{file_name as skip_list_name, parse as parse_skips};
