//! The macro that makes a test of every case.

/// Runs every case on a subject: one `#[test]` each, in a module of the subject's name.
///
/// What stands behind the arrow is a function without arguments that makes a [`Bench`]: a fresh
/// server in a fresh world. Two tests come on top: `skip_list`, which compares what is skipped
/// with the checked-in list `tests/snapshots/skips-<subject>-<variant>.txt` of the calling
/// package (`UPDATE_SNAPSHOTS=1` rewrites it), and `child_entry`, which
/// does nothing unless a case starts the test program a second time to act as another user.
///
/// ```text
/// anteroom_conformance::suite!(std => StdSubject::bench);
/// ```
///
/// [`Bench`]: crate::Bench
#[macro_export]
macro_rules! suite {
    ($subject:ident => $bench:path) => {
        mod $subject {
            #[allow(unused_imports, reason = "the bench may be named by its full path")]
            use super::*;

            const SUITE: $crate::harness::Suite = $crate::harness::Suite::new(
                ::core::stringify!($subject),
                ::core::module_path!(),
                ::core::env!("CARGO_MANIFEST_DIR"),
                || $bench(),
            );

            $crate::for_each_case!([$crate::__case_tests]());

            #[test]
            fn skip_list() {
                SUITE.check_skips();
            }

            #[test]
            fn child_entry() {
                $crate::harness::enter_child();
            }
        }
    };
}

/// Turns the list of cases into tests that run on `SUITE`.
#[doc(hidden)]
#[macro_export]
macro_rules! __case_tests {
    (() $(
        $group:ident::$name:ident minimal $minimal:tt also $also:tt needs $needs:tt;
    )*) => {
        $(#[test]
        fn $name() {
            SUITE.run(::core::stringify!($group), ::core::stringify!($name));
        })*
    };
}
