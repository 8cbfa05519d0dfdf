//! The cases: one module for each group, and the list of all.
//!
//! A case is a function that panics if the server breaks the promise. `t` is its [`Fixture`].
//! Steps that several groups share are methods of the fixture.
//!
//! [`Fixture`]: crate::Fixture

mod abstract_names;
mod access;
mod adoption;
mod clients;
mod close;
mod construction;
mod draining;
mod errors;
mod exhaustion;
mod hook;
mod limit;
mod list;
mod listen;
mod listener;
mod names;
mod notification;
mod occupied;
mod options;
mod own_connections;
mod pending;
mod pipes;
pub(crate) mod prelude;
mod removal;
mod sockets;
mod waiting;

/// Turns the list of cases into the table.
macro_rules! case_table {
    (() $($group:ident { $(
        $name:ident
        [$($minimal:ident),* $(,)?] [$($also:ident),* $(,)?] [$($need:ident),* $(,)?]
        $(tmpdir $directory:ident)?;
    )* })*) => {
        /// Every case, in the order of the list.
        pub const CASES: &[$crate::Case] = &[$($($crate::Case {
            group: stringify!($group),
            name: stringify!($name),
            minimal: &[$($crate::clauses::$minimal),*],
            also: &[$($crate::clauses::$also),*],
            needs: &[$($crate::Capability::$need),*],
            temporary_directory: case_table!(@directory $($directory)?),
            run: $group::$name,
        },)*)*];
    };
    (@directory) => { None };
    (@directory $directory:ident) => { Some($crate::TemporaryDirectory::$directory) };
}

crate::for_each_case!([case_table]());

/// Passes the list of cases to a macro.
///
/// `for_each_case!([path::of::callback] (arguments))` calls the callback with the arguments in
/// parentheses, then with the groups:
///
/// ```text
/// group {
///     name [MINIMAL, …] [ALSO, …] [Need, …];
/// }
/// ```
///
/// The three lists are the clauses for which the case is the smallest one, further clauses it
/// checks, and the [capabilities](crate::Capability) it needs. A case runs where all clauses of
/// the first list apply. `tmpdir Fresh` after the lists sets `TMPDIR`.
///
/// The groups are in the modules of `list`, each of which calls the next.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ([$($callback:tt)*] ($($arguments:tt)*)) => {
        $crate::__cases_of_servers! { [$($callback)*] ($($arguments)*) }
    };
}
