/// Runs every case on a subject: one `#[test]` each, such as `my_server::close::close_removes_file`.
///
/// The path after the arrow is a function that creates a [`Fixture`]. The checked-in results are
/// in `tests/snapshots/results-<subject>-<variant>.txt` of the calling package; the test fails if
/// a case is kept, broken or skipped and should not be. `UPDATE_SNAPSHOTS=1` rewrites the file.
/// Two more tests: `results`, which checks the file, and `child_entry`, which
/// does nothing unless a case starts the test program again to act as another user.
///
/// ```text
/// anteroom_conformance::suite!(my_server => fixture);
/// ```
///
/// [`Fixture`]: crate::Fixture
#[macro_export]
macro_rules! suite {
    ($subject:ident => $fixture:path) => {
        mod $subject {
            #[allow(unused_imports, reason = "the path may be a full one")]
            use super::*;

            const SUITE: $crate::harness::Suite = $crate::harness::Suite::new(
                ::core::stringify!($subject),
                ::core::module_path!(),
                ::core::env!("CARGO_MANIFEST_DIR"),
                || $fixture(),
            );

            $crate::for_each_case!([$crate::__case_tests]());

            #[test]
            fn results() {
                SUITE.check_results();
            }

            #[test]
            fn child_entry() {
                SUITE.enter_child();
            }
        }
    };
}

/// Turns the list of cases into tests that run on `SUITE`.
#[doc(hidden)]
#[macro_export]
macro_rules! __case_tests {
    (() $($group:ident { $(
        $name:ident $minimal:tt $also:tt $needs:tt $(tmpdir $directory:ident)?;
    )* })*) => {
        $(mod $group {
            use super::SUITE;

            $(#[test]
            fn $name() {
                SUITE.run(::core::stringify!($group), ::core::stringify!($name));
            })*
        })*
    };
}
