//! The test harness: runs each case with a watchdog, in its own process if it needs one, and
//! compares the result with the checked-in one.

mod own_process;
mod results;
mod watchdog;

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

pub use results::{Outcome, Results};

use crate::{Case, Fixture};

/// A subject and its tests. Created by [`suite!`](crate::suite!).
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    subject: &'static str,
    module: &'static str,
    package: &'static str,
    fixture: fn() -> Fixture,
}

impl Suite {
    /// Describes a subject.
    ///
    /// `module` is the path of the module with the tests, `package` the directory of its package.
    pub const fn new(
        subject: &'static str,
        module: &'static str,
        package: &'static str,
        fixture: fn() -> Fixture,
    ) -> Self {
        Self {
            subject,
            module,
            package,
            fixture,
        }
    }

    /// Runs one case, and compares the outcome with the checked-in results.
    ///
    /// # Panics
    ///
    /// Panics if they differ: the case fails or is skipped and should not, or the reverse.
    /// `UPDATE_SNAPSHOTS=1` changes the checked-in results instead.
    pub fn run(&self, group: &str, name: &str) {
        let case = Case::find(group, name).expect("tests and table come from one list");
        #[cfg(unix)]
        crate::os_environment::announce_child_entry(self.test_name("child_entry"));
        if own_process::is_this_one() {
            own_process::declare(case);
            return self.run_here(case);
        }
        let mut fixture = (self.fixture)();
        let path = self.results(&fixture);
        if let Some(obstacle) = case.obstacle(&fixture) {
            print_uncaptured(&format!("skipped: {case} on {}: {obstacle}", self.subject));
            return results::expect(&path, case, &Outcome::Skipped(obstacle));
        }
        let here =
            !case.needs_own_process() || fixture.env.enter_own_process(case.temporary_directory);
        drop(fixture);
        let result = catch_unwind(AssertUnwindSafe(|| {
            if here {
                self.run_here(case);
            } else {
                own_process::run(case, &self.test_name(&case.to_string()));
            }
        }));
        match result {
            Ok(()) => results::expect(&path, case, &Outcome::Kept),
            Err(_) if results::allows(&path, case, &Outcome::Broken) => {}
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Checks that the checked-in results name only cases that exist, and prints the totals.
    ///
    /// # Panics
    ///
    /// Panics if a case does not exist.
    pub fn check_results(&self) {
        let fixture = (self.fixture)();
        let results = Results::read(&self.results(&fixture));
        let unknown: Vec<_> = results.unknown().collect();
        assert!(unknown.is_empty(), "no such cases: {unknown:?}");
        let (kept, broken, skipped) = results.totals();
        let (subject, variant) = (self.subject, fixture.env.variant());
        print_uncaptured(&format!(
            "{subject} ({variant}): {kept} kept, {broken} broken, {skipped} skipped"
        ));
    }

    /// Does nothing, unless this process was started to act as another user.
    pub fn enter_child(&self) {
        #[cfg(unix)]
        crate::os_environment::enter_child();
    }

    fn run_here(&self, case: &'static Case) {
        let fixture = self.fixture;
        let _no_other_process = own_process::keep_out();
        watchdog::guard(&case.to_string(), watchdog::LIMIT, move || {
            let mut fixture = fixture();
            fixture.env.enter_own_process(case.temporary_directory);
            case.run(&mut fixture);
        });
    }

    fn results(&self, fixture: &Fixture) -> PathBuf {
        let file = Results::file_name(self.subject, fixture.env.variant());
        PathBuf::from(self.package)
            .join("tests/snapshots")
            .join(file)
    }

    /// Returns the name of a test of this suite in the test program.
    fn test_name(&self, name: &str) -> String {
        match self.module.split_once("::") {
            Some((_, inside)) => format!("{inside}::{name}"),
            None => format!("::{name}"),
        }
    }
}

/// Prints a line that is shown although its test passes.
fn print_uncaptured(line: &str) {
    // Only the print macros are captured.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
