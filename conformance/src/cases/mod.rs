//! The cases, by group, and the one list of them.

mod access;
mod clients;
mod close;
mod construction;
mod descriptor;
mod draining;
mod errors;
mod exhaustion;
mod hook;
mod later_members;
mod limit;
mod list;
mod listen;
mod names;
mod notification;
mod occupied;
mod options;
mod overview;
mod pending;
mod pipes;
mod removal;
mod sockets;
mod steps;
mod waiting;

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
///
/// The entries stand in the parts of the module `list`, each of which calls the next.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ([$($callback:tt)*] ($($arguments:tt)*)) => {
        $crate::__cases_about_life! { [$($callback)*] ($($arguments)*) }
    };
}
