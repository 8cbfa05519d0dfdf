//! The one macro that makes the constants and the table of clauses.

/// Declares the clauses: a constant for each, and `CLAUSES` with all of them in order.
macro_rules! declare_clauses {
    ($($section:literal {
        $($constant:ident = $id:literal ($scope:ident $(, $decision:ident)?) $text:literal;)+
    })+) => {
        $($(
            #[doc = concat!("`", $id, "`: ", $text)]
            pub const $constant: Clause = Clause {
                id: $id,
                section: $section,
                scope: Scope::$scope,
                is_decision: declare_clauses!(@is_decision $($decision)?),
                text: $text,
            };
        )+)+

        /// Every clause, in the order of the sections.
        pub const CLAUSES: &[Clause] = &[$($($constant),+),+];
    };
    (@is_decision) => { false };
    (@is_decision decision) => { true };
}
