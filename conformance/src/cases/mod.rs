//! The cases, by group, and the one list of them.

mod overview_sample;

crate::for_each_case!([case_table]());

/// Gives the list of cases to a macro.
///
/// `for_each_case!([path::of::callback] (arguments))` calls the callback with the arguments in
/// parentheses and then one entry a case:
///
/// ```text
/// group::name minimal [CLAUSE, …] also [CLAUSE, …] needs [Need, …];
/// ```
///
/// `minimal` names the clauses that the case is the smallest one for, `also` those that it
/// touches besides, `needs` what it cannot do without ([`Need`](crate::Need)). A case runs where
/// all clauses that it is minimal for apply.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ([$($callback:tt)*] ($($arguments:tt)*)) => {
        $($callback)*! {
            ($($arguments)*)
            overview_sample::a_client_becomes_pending
                minimal [SRV_1] also [LIS_1] needs [];
        }
    };
}
