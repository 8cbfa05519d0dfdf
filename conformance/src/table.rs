//! The macro which turns the list of cases into the table of them.

/// Turns the list of cases into the table.
macro_rules! case_table {
    (() $(
        $group:ident::$name:ident
        minimal [$($minimal:ident),* $(,)?]
        also [$($also:ident),* $(,)?]
        needs [$($need:expr),* $(,)?];
    )*) => {
        /// Every case, in the order of the list.
        pub const CASES: &[$crate::Case] = &[$($crate::Case {
            group: stringify!($group),
            name: stringify!($name),
            minimal: &[$($crate::clauses::$minimal),*],
            also: &[$($crate::clauses::$also),*],
            needs: {
                #[allow(unused_imports, reason = "not every case needs something")]
                use $crate::{Need::*, TemporaryDirectory::*};
                &[$($need),*]
            },
            run: $group::$name,
        }),*];
    };
}
